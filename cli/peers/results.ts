import { type Estimate, estimate, wordFor } from "../../sim/verdict/index.ts";
import type { Evidence } from "../proposal/evidence.ts";
import type { AgainstDocument, Figure, PeerRun, Shown, SystemResult } from "./output.ts";

/**
 * A comparison by crash: what our own two sets did, from the evidence, beside what the peers did; means over the seeds, with intervals.
 *
 * @param outcomes of the evidence that the run was made beside
 * @example resultsOf(run, evidence.outcomes).crashes[0].systems.span?.coverage.says // "worsens"
 */
export function resultsOf({ crashes, seeds, systems, outcomes: peers }: PeerRun, outcomes: Evidence["outcomes"]): AgainstDocument {
  const of = (name: string): readonly Shown[] =>
    name === "proposed" || name === "baseline"
      ? outcomes.filter(({ set }) => set === name).map(({ outcome }) => outcome)
      : peers.filter(({ peer }) => peer === name);
  return {
    equalCapital: { initialMargin: systems[0].initialMargin, seeds: [...seeds] },
    systems: [...systems],
    crashes: crashes.map((id) => ({
      id,
      systems: Object.fromEntries(systems.map(({ name }) => [name, resultOf(inCrash(of(name), id, seeds), inCrash(of("proposed"), id, seeds))])),
    })),
  };
}

/** Of one crash, in the order of the seeds. */
function inCrash(all: readonly Shown[], id: string, seeds: readonly number[]): Shown[] {
  return seeds.flatMap((seed) => all.filter((one) => one.crash === id && one.seed === seed));
}

function resultOf(own: readonly Shown[], proposed: readonly Shown[]): SystemResult {
  const draws = (name: keyof SystemResult) => own.map((one) => one[name]);
  const figure = (name: "shortfallFinal" | "coverage", good: "up" | "down", negligible?: number): Figure => {
    const change = estimate(own.map((one, i) => one[name] - proposed[i][name]));
    return { ...plain(estimate(draws(name))), change: plain(change), says: wordFor(change, good, negligible) };
  };
  const mean = (name: keyof SystemResult) => estimate(draws(name)).value;
  return {
    shortfallFinal: figure("shortfallFinal", "down", NEGLIGIBLE_USD),
    coverage: figure("coverage", "up"),
    shortfallPeak: mean("shortfallPeak"),
    accountsLiquidated: mean("accountsLiquidated"),
    meanMarginRate: mean("meanMarginRate"),
    largestOneDayRise: mean("largestOneDayRise"),
  };
}

/** Less than a dollar in a book of millions is rounding. */
const NEGLIGIBLE_USD = 1;

function plain({ value, interval }: Estimate): Figure["change"] {
  return { value, low: interval?.low ?? null, high: interval?.high ?? null };
}
