import { log } from "../math/index.ts";

/** A price falls no further than this in a scenario: a simple return of −100 % or beyond has no meaning. */
const DEEPEST_FALL = -0.95;

export interface GridPoint {
  /** Spot move in thirds of the range. */
  readonly thirds: number;
  readonly volatility: "up" | "same" | "down";
  readonly damping: number;
  /** Whole ranges by which perpetuals and futures leave their spot. */
  readonly basis: -1 | 0 | 1;
}

/**
 * The SPAN-like array (CME SPAN: spot in thirds of the scan range, volatility up and down, far moves covered in part): seven
 * spot moves times three volatility moves, and moves of twice and three times the range whose loss counts by one half and one
 * third, so that a linear position loses the same at the range and beyond it. The far moves come with volatility up and
 * unchanged: with the rise alone, a wider range would lower the requirement of whoever is long volatility out there. Two more points move
 * only the basis of perpetuals and futures: who holds one against its spot risks that alone.
 */
export const GRID: readonly GridPoint[] = [
  ...[-3, -2, -1, 0, 1, 2, 3].flatMap((thirds) =>
    (["up", "same", "down"] as const).map((volatility) => ({ thirds, volatility, damping: 1, basis: 0 as const })),
  ),
  ...[-9, -6, 6, 9].flatMap((thirds) =>
    (["up", "same"] as const).map((volatility) => ({ thirds, volatility, damping: 3 / Math.abs(thirds), basis: 0 as const })),
  ),
  ...([-1, 1] as const).map((basis) => ({ thirds: 0, volatility: "same" as const, damping: 1, basis })),
];

/** Log return of a grid point for a scan range (fraction, buffer included). */
export function gridSpot(point: GridPoint, range: number): number {
  return log(1 + Math.max(DEEPEST_FALL, (point.thirds / 3) * range));
}

/** Relative move of 30-day volatility at a grid point, buffer included. A fall beyond 100 % ends at the set's volatility floor. */
export function gridVolatility(point: GridPoint, rangeUp: number, rangeDown: number): number {
  if (point.volatility === "up") return rangeUp;
  if (point.volatility === "down") return -rangeDown;
  return 0;
}

export function gridName(point: GridPoint): string {
  if (point.basis !== 0) return `perpetuals and futures ${point.basis > 0 ? "above" : "below"} spot by the basis range`;
  const spot = point.thirds === 0 ? "spot same" : `spot ${point.thirds > 0 ? "+" : "−"}${Math.abs(point.thirds)}/3 range`;
  return `${spot}, volatility ${point.volatility}${point.damping < 1 ? `, counted ${point.damping === 0.5 ? "1/2" : "1/3"}` : ""}`;
}
