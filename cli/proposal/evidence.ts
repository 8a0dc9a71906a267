import { join } from "node:path";
import { z } from "zod";
import { BallastError } from "../../sim/errors.ts";
import type { ReverseStress } from "../../sim/replay/index.ts";
import type { OutcomeSeries } from "../../sim/replay/outcome.ts";
import type { Figures } from "../../sim/verdict/index.ts";
import { readOwnFile } from "./own-file.ts";
import { shapeOf } from "./shape.ts";

const hash = z.string().regex(/^0x[0-9a-f]{64}$/, "a hash is 0x and 64 lower-case hex digits");
const numbers = z.array(z.number());

export const FIGURES = z.strictObject({
  crash: z.string(),
  seed: z.int(),
  accounts: z.int(),
  steps: z.int(),
  gapHours: z.int(),
  underlyings: z.array(z.string()),
  shortfallPeak: z.number(),
  shortfallFinal: z.number(),
  fundStart: z.number(),
  fundLeft: z.number(),
  sharedLoss: z.number(),
  accountsLiquidated: z.number(),
  notionalLiquidated: z.number(),
  accountsWiped: z.number(),
  marginCalls: z.number(),
  coverage: z.number(),
  coverageObservations: z.number(),
  meanMarginRate: z.number(),
  peakMarginRate: z.number(),
  largestOneDayRise: z.number(),
  largestFiveDayRise: z.number(),
  peakToTrough: z.number(),
  keeperProfit: z.number(),
  auctionsUnsold: z.number(),
  auctionsRestarted: z.number(),
  slicesTargeted: z.number(),
  accountsDeleveraged: z.number(),
  notionalDeleveraged: z.number(),
  deleveragedLoss: z.number(),
  deleveragingUnfairness: z.number(),
  largestImpact: z.number(),
  leastSolvencyIndex: z.number().nullable(),
  coverTwo: z.number(),
  insuranceTarget: z.number(),
}) satisfies z.ZodType<Figures>;

/** Hourly. */
const SERIES = z.strictObject({
  startHour: z.int(),
  spot: z.record(z.string(), numbers),
  equity: numbers,
  maintenance: numbers,
  initial: numbers,
  shortfall: numbers,
  fund: numbers,
  liquidatedNotional: numbers,
  horizonLoss: z.array(z.number().nullable()),
}) satisfies z.ZodType<OutcomeSeries>;

const RECORDED = FIGURES.extend({
  seriesHash: hash.meta({ description: "sha256 of the canonical JSON of the hourly series." }),
  series: SERIES.optional().meta({ description: "The hourly series, of the first seed only." }),
});

export const GATE_RESULT = z.strictObject({
  id: z.string(),
  /** null: the metric could not be computed, which is a failure and never a pass. */
  value: z.number().nullable(),
  /** The 95 % interval of the mean over seeds; null with one seed. */
  low: z.number().nullable(),
  high: z.number().nullable(),
  bound: z.enum(["max", "min"]),
  limit: z.number(),
  severity: z.enum(["error", "warn"]),
  pass: z.boolean(),
  /** The crash the value comes from, where it comes from one. */
  crash: z.string().optional(),
});

const BROKEN = z.strictObject({
  name: z.string(),
  moves: z.record(z.string(), z.number()).nullable().meta({ description: "Simple return by underlying; null where no move exhausts the fund." }),
  distance: z.number().nullable().meta({ description: "Standard deviations of a day at the volatility of the hour (Mahalanobis)." }),
});

/** The smallest joint gaps that exhaust the insurance fund. */
const REVERSE_STRESS = z.strictObject({
  hour: z.int(),
  fundUsd: z.number(),
  directions: z.array(BROKEN).readonly(),
  nearest: BROKEN.nullable(),
}) satisfies z.ZodType<ReverseStress>;

/** Its details are the replay's to say (`ExecutionShock`); every byte of them is under the root. */
const EXECUTION_SHOCK = z.looseObject({
  accounts: z.number(),
  notional: z.number(),
  reverseStress: z.strictObject({ baseline: REVERSE_STRESS, proposed: REVERSE_STRESS }),
});

/** Which change of several does what (Shapley): see `cli/backtest/attribute.ts`. */
export const ATTRIBUTION = z.strictObject({
  crashes: z.array(z.string()).min(1),
  seeds: z.array(z.int()).min(1),
  accounts: z.int(),
  counts: z.strictObject({ filtered: z.int(), stressed: z.int() }),
  orders: z.int().meta({ description: "Sampled orders of the changes; 0 where every combination was replayed." }),
  metrics: z.array(
    z.strictObject({
      id: z.string(),
      total: z.number().meta({ description: "What all changes do together; the shares add up to it." }),
      shares: z.array(
        z.strictObject({
          key: z.string(),
          value: z.number(),
          low: z.number().nullable(),
          high: z.number().nullable(),
          standardError: z.number(),
        }),
      ),
    }),
  ),
});

/** `evidence.json`: what a backtest found, and hashes of everything it was found with. */
export const EVIDENCE = z
  .strictObject({
    version: z.literal(2),
    root: hash.meta({ description: "Merkle root over the leaves: the result hash bound to the calldata." }),
    context: z.strictObject({
      dataset: hash,
      engine: hash,
      book: hash,
      policy: hash,
      parametersBefore: hash,
      parametersAfter: hash,
      counts: z.strictObject({ filtered: z.int(), stressed: z.int() }),
      seeds: z.array(z.int()).min(1),
      drawn: z.enum(["accounts", "answers"]).meta({
        description: "What a seed draws: the accounts of a population and their answers to margin calls, or, for a book from a file, the answers alone.",
      }),
    }),
    leaves: z
      .array(
        z.strictObject({
          kind: z.enum(["context", "outcome", "shock", "attribution"]),
          crash: z.string().optional(),
          set: z.enum(["baseline", "proposed"]).optional(),
          seed: z.int().optional(),
          hash,
        }),
      )
      .min(1),
    outcomes: z.array(z.strictObject({ crash: z.string(), set: z.enum(["baseline", "proposed"]), seed: z.int(), outcome: RECORDED })).min(1),
    gates: z.array(GATE_RESULT),
    executionShocks: z
      .array(z.strictObject({ seed: z.int(), shock: EXECUTION_SHOCK }))
      .min(1)
      .meta({ description: "Shares of accounts and of notional that the change alone makes liquidatable, by seed." }),
    attribution: ATTRIBUTION.optional().meta({ description: "Which of several changes does what, where it was asked for." }),
    verdict: z.enum(["pass", "fail"]),
  })
  .meta({ title: "Evidence", description: "evidence.json: what the backtest of a proposal found." });

export type Evidence = z.output<typeof EVIDENCE>;
export type RecordedOutcome = z.output<typeof RECORDED>;
export type Attribution = z.output<typeof ATTRIBUTION>;
export type GateResult = z.output<typeof GATE_RESULT>;

/**
 * The evidence committed in a proposal's folder, or undefined where there is none. It is read, not believed: `verify` recomputes it.
 *
 * @throws BallastError EVIDENCE_MALFORMED (exit 5) when the file is not whole JSON or has another shape, FILE_* when it cannot be read
 * @example (await readEvidence("proposals/0001-raise-eth-vol-buffer"))?.root
 */
export async function readEvidence(folder: string): Promise<Evidence | undefined> {
  const file = join(folder, "evidence.json");
  const text = await readEvidenceText(folder);
  if (text === undefined) return undefined;
  const malformed = (message: string, cause: unknown) =>
    new BallastError("EVIDENCE_MALFORMED", message, { where: { file }, fix: "Run `ballast backtest` again: it writes the file.", exit: 5, cause });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw malformed(`${file} is not JSON: ${(cause as Error).message}.`, cause);
  }
  const at = (path: readonly unknown[]) => ({ file, field: path.join(".") });
  try {
    return shapeOf({ file, value, at, keyAt: at }, EVIDENCE);
  } catch (cause) {
    throw cause instanceof BallastError ? malformed(cause.message, cause) : cause;
  }
}

/** A policy may name many crashes and seeds: a hundred times what the shipped policy's evidence has. */
const LARGEST_EVIDENCE_BYTES = 64 << 20;

/**
 * The bytes of the committed evidence.json, or undefined where there is none.
 *
 * @throws BallastError FILE_*
 */
export function readEvidenceText(folder: string): Promise<string | undefined> {
  return readOwnFile(folder, ["evidence.json"], LARGEST_EVIDENCE_BYTES);
}
