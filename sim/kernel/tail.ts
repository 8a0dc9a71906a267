import { BallastError } from "../errors.ts";

/** What a tail of equally weighted losses is made of: how many of the worst count whole, what part of the next, divided by what. */
export interface Tail {
  /** How many of the worst have to be known. */
  readonly kept: number;
  readonly whole: number;
  readonly part: number;
  /** Tail mass m in scenarios; 0 where one loss alone is the answer (a quantile, or a tail of less than a scenario). */
  readonly mass: number;
}

/**
 * Expected shortfall over n equally weighted P&L at confidence α: with tail mass m = n (1 − α), the mean of the ⌊m⌋ worst
 * losses and the fraction of the next, divided by m (Acerbi & Tasche 2002). Value at risk is the loss at rank ⌈α n⌉.
 *
 * @example tailOf(10, 8_500, true); // { kept: 2, whole: 1, part: 0.5, mass: 1.5 }
 */
export function tailOf(population: number, confidenceBps: number, expectedShortfall: boolean): Tail {
  // In ten-thousandths of a scenario, so that the tail mass is an exact integer.
  const mass = population * (10_000 - confidenceBps);
  if (!expectedShortfall) return { kept: population - Math.ceil((population * confidenceBps) / 10_000) + 1, whole: 0, part: 0, mass: 0 };
  if (mass < 10_000) return { kept: 1, whole: 0, part: 0, mass: 0 };
  const whole = Math.floor(mass / 10_000);
  return { kept: Math.min(population, whole + 1), whole, part: (mass - whole * 10_000) / 10_000, mass: mass / 10_000 };
}

/** @throws TAIL_TOO_LONG when the tail of the population is longer than what is known of it. */
export function requireTail({ kept }: Tail, known: number): void {
  if (kept <= known) return;
  throw new BallastError("TAIL_TOO_LONG", `A tail of ${kept} scenarios is asked of ${known}.`, {
    fix: "Draw more scenarios, or ask for a higher confidence.",
    exit: 1,
  });
}

/**
 * The loss of the tail of some P&L, USD: the sum of what lies under the last of the tail, in the order given, then that last one as often as the tail
 * has it. Not a number where the tail is not finite.
 *
 * @example lossOf(tailOf(10, 8_500, true), Float64Array.of(-10, 3, -6, 2, 8, 1, 5, 9, 4, 7)); // (10 + 0.5 · 6) / 1.5
 */
export function lossOf({ kept, whole, part, mass }: Tail, gains: Float64Array): number {
  const last = gains.slice().sort()[kept - 1];
  if (!(last < Number.POSITIVE_INFINITY)) return Number.NaN;
  if (mass === 0) return -last;
  let sum = 0;
  let under = 0;
  for (const gain of gains) {
    if (!(gain < last)) continue;
    sum += gain;
    under++;
  }
  sum += (whole - under) * last;
  if (part > 0) sum += part * last;
  return -sum / mass;
}
