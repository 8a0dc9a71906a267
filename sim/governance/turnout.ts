import { mean as meanOf, normalCdf, normalQuantile } from "../math/index.ts";
import type { Turnout } from "./situation.ts";

/** The mean share of the supply that votes. */
export function meanTurnout(turnout: Turnout): number {
  return "history" in turnout ? meanOf(turnout.history) : turnout.mean;
}

/**
 * The turnout below which a share p of votes stays. Of a record: the least of its values that p of them do not exceed. Of a distribution: the normal
 * quantile, cut off at nothing and everything.
 *
 * @param p 0 … 1, both excluded
 * @example turnoutQuantile({ mean: 0.05, deviation: 0.02 }, 0.5); // 0.05
 */
export function turnoutQuantile(turnout: Turnout, p: number): number {
  if (!("history" in turnout)) return bounded(turnout.mean + turnout.deviation * normalQuantile(p));
  const sorted = [...turnout.history].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(p * sorted.length) - 1))];
}

/** The share of votes whose turnout is below a share of the supply. */
export function turnoutBelow(turnout: Turnout, share: number): number {
  if ("history" in turnout) return turnout.history.filter((value) => value < share).length / turnout.history.length;
  if (share <= 0) return 0;
  if (share > 1) return 1;
  return turnout.deviation === 0 ? (turnout.mean < share ? 1 : 0) : normalCdf((share - turnout.mean) / turnout.deviation);
}

/** The same turnouts times a factor. */
export function scaledTurnout(turnout: Turnout, factor: number): Turnout {
  if ("history" in turnout) return { history: turnout.history.map((value) => bounded(value * factor)) };
  return { mean: bounded(turnout.mean * factor), deviation: turnout.deviation * factor };
}

function bounded(share: number): number {
  return Math.min(1, Math.max(0, share));
}
