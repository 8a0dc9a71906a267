import type { MarginStep, PositionTable, Requirements } from "../margin/types.ts";
import type { Universe } from "./universe.ts";

/**
 * What is required of each account but for its USDC, in the parts it is made of, USD (DESIGN §6): the worst of losses, USDC's on top, and of the
 * short-option minimum, and what comes on top of both. Half of what is held has half of each.
 */
export interface Parts {
  readonly losses: Float64Array;
  readonly minimum: Float64Array;
  readonly rest: Float64Array;
}

/** The same of one account. */
export interface Part {
  readonly losses: number;
  readonly minimum: number;
  readonly rest: number;
}

/** @param usdcLot what a lot of USDC asks for, which stands last in every row */
export function partsOf({ offset, grid, shortOptionMinimum, maintenance }: Requirements, { offsets, lots }: PositionTable, usdcLot: number): Parts {
  const losses = new Float64Array(offset.length);
  const rest = new Float64Array(offset.length);
  for (let a = 0; a < offset.length; a++) {
    const usdc = offsets[a + 1] > offsets[a] ? usdcLot * lots[offsets[a + 1] - 1] : 0;
    const worst = Math.max(offset[a], grid[a]);
    losses[a] = Math.max(0, worst - usdc);
    rest[a] = maintenance[a] - Math.max(worst, shortOptionMinimum[a]);
  }
  return { losses, minimum: shortOptionMinimum.slice(), rest };
}

export function partOf({ losses, minimum, rest }: Parts, a: number): Part {
  return { losses: losses[a], minimum: minimum[a], rest: rest[a] };
}

/** The requirement, USD. @param usdc what its USDC asks for */
export function requiredOf({ losses, minimum, rest }: Part, usdc = 0): number {
  return Math.max(losses + usdc, minimum) + rest;
}

export function scaled({ losses, minimum, rest }: Part, factor: number): Part {
  return { losses: factor * losses, minimum: factor * minimum, rest: factor * rest };
}

/** What a lot of USDC asks for alone, USD: as much as among anything else, for it is netted with nothing. */
export function askedByUsdcLot(step: MarginStep, { usdc }: Universe): number {
  return step.requirements({ accounts: 1, offsets: Int32Array.of(0, 1), instrument: Int32Array.of(usdc), lots: Float64Array.of(1) }).maintenance[0];
}
