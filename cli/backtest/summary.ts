import { z } from "zod";
import { estimate, headlinesOf } from "../../sim/verdict/index.ts";
import { AGAINST_OUTPUT } from "../peers/output.ts";
import { ATTRIBUTION, type Evidence, FIGURES, GATE_RESULT, type RecordedOutcome } from "../proposal/evidence.ts";
import { drawnFrom } from "./verdict.ts";

const hash = z.string().regex(/^0x[0-9a-f]{64}$/);
const value = z.number().nullable();

/** A mean over the seeds with its 95 % interval; null where there is none. */
const ESTIMATE = z.strictObject({ value, low: value, high: value });

/** Figures that are numbers: all that a mean can be taken of. */
const NUMBERS = FIGURES.omit({ crash: true, seed: true, underlyings: true });
type FigureName = keyof typeof NUMBERS.shape;
const FIGURE_NAMES = Object.keys(NUMBERS.shape) as FigureName[];
const MEANS = z.strictObject(Object.fromEntries(FIGURE_NAMES.map((name) => [name, value])) as { [name in FigureName]: typeof value });
/** Means over the seeds, and the 95 % intervals of those that vary over them. */
const SET_SUMMARY = MEANS.extend({ intervals: z.record(z.string(), z.tuple([z.number(), z.number()])) });

/** What `ballast backtest --json` prints. */
export const BACKTEST_OUTPUT = z
  .strictObject({
    hash: hash.meta({ description: "The result hash: a Merkle root over everything that was found." }),
    verdict: z.enum(["pass", "fail"]).meta({ description: "Of the gates that were judged." }),
    evidence: z.boolean().meta({ description: "Whether the run was the policy's own, and evidence.json was written." }),
    departures: z.array(z.string()).meta({ description: "The options by which the run departs from the policy." }),
    seeds: z.array(z.int()),
    gates: z.array(GATE_RESULT),
    notJudged: z.array(z.string()).meta({ description: "Gates that the run says nothing about." }),
    headlines: z.array(
      z.strictObject({
        id: z.string(),
        baseline: ESTIMATE,
        proposed: ESTIMATE,
        change: ESTIMATE.meta({ description: "Proposed less baseline, within each seed." }),
        says: z.enum(["improves", "worsens", "cannot tell"]),
      }),
    ),
    attribution: ATTRIBUTION.optional(),
    against: AGAINST_OUTPUT.optional(),
    crashes: z.array(z.strictObject({ id: z.string(), underlyings: z.array(z.string()), baseline: SET_SUMMARY, proposed: SET_SUMMARY })),
    engine: hash,
    dataset: hash,
    seconds: z.number().meta({ description: "How long the run took: the only figure that differs between two runs." }),
  })
  .meta({ title: "Backtest output", description: "What `ballast backtest --json` prints." });

export type BacktestDocument = z.output<typeof BACKTEST_OUTPUT>;
export type CrashSummary = BacktestDocument["crashes"][number];

/**
 * The outcomes of evidence by crash, in its order, short enough for a person or a script: of every figure the mean over the seeds.
 *
 * @example summariesOf(evidence)[0].proposed.shortfallFinal
 */
export function summariesOf({ outcomes }: Pick<Evidence, "outcomes">): CrashSummary[] {
  return [...Map.groupBy(outcomes, ({ crash }) => crash)].map(([id, own]) => {
    const of = (set: "baseline" | "proposed") => summaryOf(own.filter((entry) => entry.set === set).map(({ outcome }) => outcome));
    return { id, underlyings: own[0].outcome.underlyings, baseline: of("baseline"), proposed: of("proposed") };
  });
}

function summaryOf(outcomes: readonly RecordedOutcome[]): CrashSummary["baseline"] {
  const found = FIGURE_NAMES.map((name) => [name, estimate(outcomes.map((outcome) => outcome[name] ?? Number.NaN))] as const);
  const intervals = found.flatMap(([name, { interval }]) =>
    interval === undefined || interval.low === interval.high ? [] : [[name, [interval.low, interval.high]] as const],
  );
  const means = Object.fromEntries(found.map(([name, mean]) => [name, plain(mean).value])) as z.output<typeof MEANS>;
  return { ...means, intervals: Object.fromEntries(intervals) as CrashSummary["baseline"]["intervals"] };
}

/** @param seconds how long the run took */
export function documentOf(
  evidence: Evidence,
  run: { readonly departures: readonly string[]; readonly notJudged: readonly string[]; readonly seconds: number },
): BacktestDocument {
  const { root, verdict, gates, context, attribution } = evidence;
  const { engine, dataset, seeds } = context;
  return {
    hash: root,
    verdict,
    evidence: run.departures.length === 0,
    departures: [...run.departures],
    seeds,
    gates,
    notJudged: [...run.notJudged],
    headlines: headlinesOf(drawnFrom(evidence)).map(({ id, baseline, proposed, change, word }) => ({
      id,
      baseline: plain(baseline),
      proposed: plain(proposed),
      change: plain(change),
      says: word,
    })),
    ...(attribution === undefined ? {} : { attribution }),
    crashes: summariesOf(evidence),
    engine,
    dataset,
    seconds: Math.round(run.seconds * 100) / 100,
  };
}

function plain({ value, interval }: ReturnType<typeof estimate>): z.output<typeof ESTIMATE> {
  return { value: Number.isNaN(value) ? null : value, low: interval?.low ?? null, high: interval?.high ?? null };
}
