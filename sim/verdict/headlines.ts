import { drawsOf, type Evidence } from "./draws.ts";
import { type Estimate, estimate } from "./estimate.ts";
import { LEVELS } from "./metrics.ts";

/** What the seeds say of a change: its interval lies on one side of nought, or it does not. */
export type Word = "improves" | "worsens" | "cannot tell";

/** One headline figure under both sets, and its change within each seed. */
export interface Headline {
  readonly id: string;
  readonly good: "up" | "down";
  readonly baseline: Estimate;
  readonly proposed: Estimate;
  /** Proposed less today within each seed: the same book, the same crashes, the same answers to margin calls. */
  readonly change: Estimate;
  readonly word: Word;
}

/** A change smaller than half a hundredth of a percent is none that anybody could act on, however sure it is. */
export const NEGLIGIBLE = 0.00005;

/**
 * Every headline figure today, as proposed, and their difference under common random numbers, each with its 95 % interval over seeds. A change
 * has a word only where its interval leaves out nought and it is not negligible; one seed alone cannot tell anything. The intervals
 * stand one by one: of twenty figures that do not move one is expected to seem to.
 *
 * @example headlinesOf({ pairs, shocks }).find(({ id }) => id === "coverage.worst")?.word // "improves"
 */
export function headlinesOf(evidence: Evidence): Headline[] {
  const draws = drawsOf(evidence);
  return Object.entries(LEVELS).map(([id, { good, range, measure }]) => {
    const levels = draws.map(({ pairs }) => ({ baseline: measure(pairs, "baseline").value, proposed: measure(pairs, "proposed").value }));
    const change = estimate(levels.map(({ baseline, proposed }) => proposed - baseline));
    return {
      id,
      good,
      baseline: estimate(
        levels.map(({ baseline }) => baseline),
        range,
      ),
      proposed: estimate(
        levels.map(({ proposed }) => proposed),
        range,
      ),
      change,
      word: wordFor(change, good),
    };
  });
}

/**
 * The word for a change and the way that is good.
 *
 * @param negligible a mean change smaller than this is none
 * @example wordFor(estimate([0.01, 0.02, 0.03]), "up") // "cannot tell"
 */
export function wordFor({ value, interval }: Estimate, good: "up" | "down", negligible: number = NEGLIGIBLE): Word {
  if (interval === undefined || Math.abs(value) < negligible || (interval.low <= 0 && interval.high >= 0)) return "cannot tell";
  return value > 0 === (good === "up") ? "improves" : "worsens";
}
