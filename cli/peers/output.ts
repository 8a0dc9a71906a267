import { z } from "zod";

const usd = z.number().meta({ description: "USD." });
const share = z.number().meta({ description: "A fraction: 0.01 is 1 %." });

const value = z.number().nullable();

/** A mean over the seeds with its 95 % interval; null where one seed says nothing about how far they vary. */
const ESTIMATE = z.strictObject({ value: z.number(), low: value, high: value });

const FIGURE = ESTIMATE.extend({
  change: ESTIMATE.meta({ description: "Less what the proposed set has, within each seed." }),
  says: z.enum(["improves", "worsens", "cannot tell"]).meta({ description: "Of being margined like this instead of by the proposed set." }),
});

const SYSTEM_RESULT = z.strictObject({
  shortfallFinal: FIGURE.meta({ description: "USD." }),
  coverage: FIGURE.meta({ description: "A fraction: 0.01 is 1 %." }),
  shortfallPeak: usd,
  accountsLiquidated: z.number(),
  meanMarginRate: share,
  largestOneDayRise: share,
});

/** What `ballast backtest --against … --json` adds under `against`. */
export const AGAINST_OUTPUT = z
  .strictObject({
    equalCapital: z
      .strictObject({ initialMargin: usd, seeds: z.array(z.int()) })
      .meta({ description: "Initial margin of all books as they open under the proposed set: what every peer is scaled to ask for." }),
    systems: z.array(
      z.strictObject({
        name: z.string().meta({ description: "proposed, baseline, or a peer." }),
        factor: z.number().meta({ description: "What both its requirements are multiplied by." }),
        initialRatio: z.number().meta({ description: "Initial over maintenance margin." }),
        initialMargin: usd,
      }),
    ),
    crashes: z.array(z.strictObject({ id: z.string(), systems: z.record(z.string(), SYSTEM_RESULT) })).meta({ description: "Means over the seeds." }),
  })
  .meta({ title: "Comparison with peers" });

export type AgainstDocument = z.output<typeof AGAINST_OUTPUT>;
export type SystemResult = z.output<typeof SYSTEM_RESULT>;
export type Figure = z.output<typeof FIGURE>;
