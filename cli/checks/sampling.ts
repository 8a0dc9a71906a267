import { sampleBy } from "../backtest/sample.ts";

/** One in so many of the crashes drawn is replayed under the parameters in force. */
const BASELINE_ONE_IN = 4;

/** Where an outcome belongs. */
export interface Drawable {
  readonly crash: string;
  readonly set: "baseline" | "proposed";
}

/**
 * Which outcomes are replayed again. A verdict is changed by forging the crash it rests on, under the proposed parameters and with most of its seeds: so each
 * replay is of another crash, and most of them are under those. Of ten crashes with sixteen seeds, one forged whole is hit by four replays in three of ten
 * checks; draws from all outcomes alike would hit it in two.
 *
 * @param nonce drawn after the outcomes were written
 * @param count how many; all of them where there are no more
 * @returns outcomes in the order of the list, none twice
 * @example spreadSample(nonce, evidence.outcomes, 4)
 */
export function spreadSample<T extends Drawable>(nonce: string, outcomes: readonly T[], count: number): T[] {
  if (count >= outcomes.length) return [...outcomes];
  const crashes = sampleBy(`${nonce}:crashes`, [...new Set(outcomes.map(({ crash }) => crash))], count);
  const spread = crashes.flatMap((crash) => {
    const isBaseline = sampleBy(`${nonce}:${crash}:set`, [true, ...Array.from({ length: BASELINE_ONE_IN - 1 }, () => false)], 1)[0] === true;
    const own = outcomes.filter((one) => one.crash === crash);
    const alike = own.filter(({ set }) => (set === "baseline") === isBaseline);
    return sampleBy(`${nonce}:${crash}:seed`, alike.length > 0 ? alike : own, 1);
  });
  const rest = outcomes.filter((one) => !spread.includes(one));
  const drawn = new Set([...spread, ...sampleBy(`${nonce}:rest`, rest, count - spread.length)]);
  return outcomes.filter((one) => drawn.has(one));
}
