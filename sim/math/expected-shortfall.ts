import { BallastError } from "../errors.ts";

/**
 * Expected shortfall ES_α of equally likely losses, α = confidenceBps / 10 000: with tail mass m = n·(1 − α), the mean over the worst m
 * losses, ⌊m⌋ of them whole and the fraction of the next (Acerbi and Tasche 2002, definition 2.6 for an empirical distribution).
 * It is subadditive for every n and α, which the mean beyond the value at risk is not. m is exact: it is counted in basis points.
 *
 * The ⌊m⌋ + 1 worst are kept by insertion and added from the worst down: no sort, and the same bits whatever the order of the losses.
 *
 * @param losses positive numbers are losses; only the first `count` are read.
 * @param confidenceBps integer from 0 to 9 999.
 * @param scratch at least `tailLength(count, confidenceBps)` long; given, nothing is allocated. Its content is overwritten.
 * @throws CONFIDENCE_INVALID, LOSSES_INVALID (none, or NaN among them).
 * @example expectedShortfall(Float64Array.of(1, 2, 3, 4), 4, 7500); // 4
 */
export function expectedShortfall(losses: Float64Array, count: number, confidenceBps: number, scratch?: Float64Array): number {
  const worst = worstLosses(losses, count, confidenceBps, scratch);
  const mass = count * (10_000 - confidenceBps);
  const whole = Math.floor(mass / 10_000);
  let total = 0;
  for (let i = 0; i < whole; i++) total += worst[i];
  const fraction = mass - whole * 10_000;
  // the next one is read only if it counts: an infinite loss times nothing is NaN
  return ((fraction === 0 ? total : total + (worst[whole] * fraction) / 10_000) * 10_000) / mass;
}

/**
 * Value at risk VaR_α of equally likely losses: the smallest loss that at least a share α of them do not exceed,
 * ascending[⌈α·n⌉ − 1] (the convention of `quantile`). Never above the expected shortfall.
 *
 * Parameters and errors as for `expectedShortfall`.
 * @example valueAtRisk(Float64Array.of(1, 2, 3, 4), 4, 7500); // 3
 */
export function valueAtRisk(losses: Float64Array, count: number, confidenceBps: number, scratch?: Float64Array): number {
  return worstLosses(losses, count, confidenceBps, scratch)[tailLength(count, confidenceBps) - 1];
}

/** How many of the worst losses both measures look at: ⌊n·(1 − α)⌋ + 1, at most n. */
export function tailLength(count: number, confidenceBps: number): number {
  return Math.min(count, Math.floor((count * (10_000 - confidenceBps)) / 10_000) + 1);
}

/** The tailLength worst losses, worst first, in the beginning of `scratch`. */
function worstLosses(losses: Float64Array, count: number, confidenceBps: number, scratch?: Float64Array): Float64Array {
  if (!(Number.isInteger(confidenceBps) && confidenceBps >= 0 && confidenceBps < 10_000)) {
    throw new BallastError("CONFIDENCE_INVALID", `A confidence of ${confidenceBps} basis points has no tail.`, {
      where: { value: String(confidenceBps) },
      fix: "Give an integer from 0 to 9999.",
    });
  }
  if (!(count >= 1 && count <= losses.length)) {
    throw new BallastError("LOSSES_INVALID", `Cannot read ${count} losses of ${losses.length}.`, {
      where: { value: String(count) },
      fix: "Give at least one loss.",
    });
  }
  const length = tailLength(count, confidenceBps);
  const worst = scratch ?? new Float64Array(length);
  if (worst.length < length) {
    throw new BallastError("LOSSES_INVALID", `The scratch buffer holds ${worst.length} losses, the tail has ${length}.`, {
      fix: "Make it tailLength(count, confidenceBps) long.",
    });
  }
  let kept = 0;
  let least = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < count; i++) {
    const loss = losses[i];
    if (kept === length && loss <= least) continue;
    if (Number.isNaN(loss))
      throw new BallastError("LOSSES_INVALID", `Loss ${i} is not a number.`, {
        where: { value: "NaN" },
        fix: "Price every scenario before measuring risk.",
        exit: 1,
      });
    let place = kept < length ? kept++ : length - 1;
    while (place > 0 && worst[place - 1] < loss) {
      worst[place] = worst[place - 1];
      place--;
    }
    worst[place] = loss;
    least = worst[kept - 1];
  }
  return worst;
}
