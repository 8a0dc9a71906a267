import { z } from "zod";
import { PARAMETERS, type Scope } from "../../sim/parameters/index.ts";

const asset = z.string().regex(/^[A-Za-z][A-Za-z0-9]{0,30}$/, "an asset is up to 31 letters and digits");
const hour = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:00(:00(\.000)?)?Z$/, "a time is a whole hour in UTC, as in 2025-10-10T21:00Z")
  .refine((text) => !Number.isNaN(Date.parse(text)), "there is no such hour");
const positive = z.number().positive();
const quantity = z
  .number()
  .refine((value) => value !== 0, "a position of nothing")
  .meta({ description: "Units of the underlying, negative for short; whole lots." });

/** Some or all values of a scope, each within its bounds. */
function some(scope: Scope) {
  const shape = Object.fromEntries(
    PARAMETERS.filter((spec) => spec.scope === scope).map((spec) => [
      spec.name,
      z
        .int()
        .min(spec.min)
        .max(spec.max)
        .optional()
        .meta({ description: `${spec.doc} Unit: ${spec.unit}.` }),
    ]),
  );
  return z.strictObject(shape);
}

const POSITION = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("option"),
    underlying: asset,
    right: z.enum(["call", "put"]),
    strike: positive.meta({ description: "USD." }),
    expiry: hour,
    quantity,
  }),
  z.strictObject({ kind: z.literal("future"), underlying: asset, expiry: hour, quantity }),
  z.strictObject({ kind: z.literal("perp"), underlying: asset, quantity }),
]);

/** Input of `ballast margin`. */
export const MARGIN_INPUT = z
  .strictObject({
    model: z.literal("ballast"),
    parameters: z
      .strictObject({
        protocol: some("protocol").optional(),
        underlyings: z.record(asset, some("underlying")).optional(),
        collaterals: z.record(asset, some("collateral")).optional(),
      })
      .default({})
      .meta({ description: "What differs from the initial parameters of a new protocol; {} for none." }),
    market: z
      .strictObject({
        asOf: hour.optional().meta({
          description:
            "The hour whose market is taken from the dataset: only bars that ended by then count. Without it, the dataset's last hour, and `spots` has to name every asset held.",
        }),
        spots: z.record(asset, positive).optional().meta({ description: "USD by asset, instead of the dataset's." }),
        volatilities: z
          .record(asset, positive.max(10))
          .optional()
          .meta({ description: "At-the-money implied volatility for 30 days by asset, annualised (0.65 = 65 %), instead of the dataset's or the model's." }),
        stETH: positive.optional().meta({ description: "Price of stETH in ETH, instead of the dataset's." }),
      })
      .refine((market) => market.asOf !== undefined || market.spots !== undefined, "either asOf or spots is needed"),
    portfolio: z.strictObject({
      cash: z.number().default(0).meta({ description: "USD; negative is a debt." }),
      collateral: z.record(asset, z.number().min(0)).default({}).meta({ description: "Units by collateral; coins in whole lots." }),
      positions: z.array(POSITION).max(10_000).default([]),
    }),
  })
  .meta({ title: "Margin input", description: "Input of `ballast margin`: a portfolio, a market and what differs from the initial parameters." });

const usd = (description: string) => z.number().meta({ description: `${description}, USD.` });

/** Output of `ballast margin --json`. */
export const MARGIN_OUTPUT = z
  .strictObject({
    maintenanceMargin: usd("max(offset, grid, shortOptionMinimum) + liquidity"),
    initialMargin: usd("initialMargin × maintenance"),
    equity: usd("Cash, collateral after haircut, and the value of options"),
    components: z.strictObject({
      core: usd("Weighted tail loss of the filtered historical and the stressed family, joint over all underlyings"),
      offset: usd("The core with netting between underlyings capped"),
      grid: usd("Worst loss on the grid"),
      shortOptionMinimum: usd("Least requirement of naked short options"),
      extension: usd("For positions that take longer than the horizon to close"),
      impact: usd("What closing them pays on the way"),
      toxicity: usd("What closing them does to the price of what is still held"),
      liquidity: usd("The three together"),
      cash: usd("Cash"),
      collateral: usd("Collateral after haircut"),
      options: usd("Mark-to-market value of options"),
    }),
    worstScenario: z
      .strictObject({
        family: z.enum(["filtered", "stressed", "grid"]),
        name: z.string().meta({ description: "Where the move comes from: its date, or its place on the grid." }),
        loss: usd("Loss of the whole portfolio, collateral included"),
      })
      .nullable()
      .meta({ description: "null when nothing moves with the market." }),
    explanation: z
      .strictObject({
        from: z.enum(["core", "grid"]).meta({ description: "Which of the two the larger loss is from: the tail of history, or the worst point of the grid." }),
        loss: usd("That loss, netted between underlyings under offsetCap; liquidity comes on top"),
        factors: z
          .strictObject({
            delta: usd("Spot at the delta of now"),
            gamma: usd("What the same move of spot does beyond that"),
            vega: usd("The level of volatility"),
            skew: usd("Moving along the smile"),
            basis: usd("What perpetuals, futures and coins do beside their spot"),
          })
          .meta({ description: "They add up to the loss." }),
        positions: z
          .array(z.strictObject({ instrument: z.string(), lots: z.number(), contribution: usd("Negative for a hedge") }))
          .meta({ description: "They add up to the loss." }),
        scenarios: z
          .array(z.strictObject({ name: z.string(), weight: z.number() }))
          .meta({ description: "The heaviest of the scenarios that make the loss, with their share of it." }),
      })
      .optional()
      .meta({ description: "With --explain." }),
  })
  .meta({ title: "Margin output", description: "What `ballast margin --json` prints." });

export type MarginInput = z.output<typeof MARGIN_INPUT>;
export type MarginOutput = z.output<typeof MARGIN_OUTPUT>;
