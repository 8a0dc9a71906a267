import { z } from "zod";
import { DEFAULT_KEEPERS, OUTAGE_KEEPERS } from "../../sim/liquidation/index.ts";
import { DEFAULT_LIQUIDATION, type LiquidationModel } from "../../sim/replay/index.ts";

/** Keepers by name; what a name stands for is a part of the engine, and so of its hash. */
const NAMED = { default: DEFAULT_KEEPERS, outage: OUTAGE_KEEPERS } as const;

const wholeMinutes = z.int().min(0);

const KEEPERS = z.strictObject({
  keepers: z
    .array(
      z.strictObject({
        inventoryUsd: z.number().min(0).meta({ description: "What it carries at most until it has sold it on, USD of gross delta." }),
        latencyMinutes: wholeMinutes.meta({ description: "From the start of an auction until it can bid." }),
      }),
    )
    .default(() => DEFAULT_KEEPERS.keepers.map((keeper) => ({ ...keeper })))
    .meta({ description: "The liquidators; none is a list without one." }),
  inventoryHalfLifeHours: z
    .number()
    .positive()
    .default(DEFAULT_KEEPERS.inventoryHalfLifeHours)
    .meta({ description: "After this many hours half of what a keeper carries is sold on." }),
  priorityPerAuction: z
    .number()
    .min(0)
    .default(DEFAULT_KEEPERS.priorityPerAuction)
    .meta({ description: "By how much a bid's gas price rises with every other open auction, as a share of the day's." }),
  largestPriority: z.number().min(1).default(DEFAULT_KEEPERS.largestPriority).meta({ description: "The most it is multiplied by." }),
  outages: z
    .array(
      z.strictObject({
        fromHour: z.number().min(0).meta({ description: "Hours after the start of the replay, which opens five days before the crash." }),
        hours: z.number().min(0),
        share: z.number().min(0).max(1).meta({ description: "Of the keepers, those with the largest inventory first." }),
      }),
    )
    .default([])
    .meta({ description: "Times in which keepers are offline." }),
});

/** `liquidation:` in policy.yaml: the replay's model of liquidation, as far as it is not the replay's own (DEFAULT_LIQUIDATION). */
export const LIQUIDATION = z
  .strictObject({
    slices: z
      .enum(["adaptive", "pro-rata"])
      .default(DEFAULT_LIQUIDATION.slices)
      .meta({ description: "adaptive: the trades that restore the target where they cost less; pro-rata: always the same fraction of everything." }),
    keepers: z
      .union([z.enum(["default", "outage"]), KEEPERS])
      .default("default")
      .meta({ description: "Who bids: default, outage (four of five offline around the crash), or keepers of one's own." }),
    oracle: z
      .strictObject({
        latencySeconds: z
          .number()
          .min(0)
          .default(DEFAULT_LIQUIDATION.oracle.latencySeconds)
          .meta({ description: "How old the price is that the protocol acts on." }),
        confidence: z
          .number()
          .min(0)
          .lt(1)
          .default(DEFAULT_LIQUIDATION.oracle.confidence)
          .meta({ description: "Half the width of the price's interval as a fraction of it: the requirement counts the worse side." }),
      })
      .default({ ...DEFAULT_LIQUIDATION.oracle }),
    restartPauseMinutes: wholeMinutes
      .default(DEFAULT_LIQUIDATION.restartPauseMinutes)
      .meta({ description: "How long an auction that ran out unsold stands still before it starts again." }),
    lossSharing: z
      .enum(["pro-rata", "deleveraging"])
      .default(DEFAULT_LIQUIDATION.lossSharing)
      .meta({ description: "Who bears what the fund cannot pay: all accounts by their worth, or the profitable counter positions first." }),
    deleveraging: z
      .enum(["queue", "pro-rata"])
      .default(DEFAULT_LIQUIDATION.deleveraging)
      .meta({ description: "Of those, the first by return times leverage, or each the same share of its lots." }),
  })
  .meta({
    description: "How liquidations are carried out in a replay, and who takes part. No parameter of the protocol; the replay's own model where absent.",
  });

export type LiquidationBlock = z.output<typeof LIQUIDATION>;

/** Departures from the model that a user can ask for by name. */
export const LIQUIDATION_LOOKS = {
  outage: { keepers: OUTAGE_KEEPERS },
  deleveraging: { lossSharing: "deleveraging" },
} as const satisfies Readonly<Record<string, Partial<LiquidationModel>>>;

export type LiquidationLook = keyof typeof LIQUIDATION_LOOKS;

/**
 * The model a policy's replays take.
 *
 * @param block of the policy; without one the replay's own model
 * @param look what a user asked for instead
 * @example liquidationOf({ ...block, keepers: "outage" }).keepers.outages[0].share // 0.8
 */
export function liquidationOf(block: LiquidationBlock | undefined, look?: LiquidationLook): LiquidationModel {
  const model = block === undefined ? DEFAULT_LIQUIDATION : { ...block, keepers: typeof block.keepers === "string" ? NAMED[block.keepers] : block.keepers };
  return look === undefined ? model : { ...model, ...LIQUIDATION_LOOKS[look] };
}
