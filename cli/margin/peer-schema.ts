import { z } from "zod";
import { DERIBIT_DEFAULTS, SPAN_DEFAULTS, STATIC_DEFAULTS } from "../../sim/peers/index.ts";
import { MARGIN_INPUT } from "./schema.ts";

const ratio = z.number().min(0);
const asset = z.string().regex(/^([A-Z][A-Z0-9]{0,30}|other)$/, "an asset in capitals, or other for all that are not named");

/** Some of a model's numbers, each instead of its default; a value by asset is replaced asset by asset. */
function some<T extends object>(defaults: T) {
  const shape: Record<string, z.ZodType> = {};
  for (const [name, value] of Object.entries(defaults)) {
    if (typeof value === "number") shape[name] = ratio.optional().meta({ description: `Default ${value}.` });
    else if (!Array.isArray(value))
      shape[name] = z
        .record(asset, ratio)
        .optional()
        .meta({ description: `Default ${JSON.stringify(value)}.` });
  }
  return shape;
}

const { market, portfolio } = MARGIN_INPUT.shape;
const rest = { market, portfolio };

const STATIC_INPUT = z.strictObject({ model: z.literal("static"), parameters: z.strictObject(some(STATIC_DEFAULTS)).default({}), ...rest });
const SPAN_INPUT = z.strictObject({
  model: z.literal("span"),
  parameters: z
    .strictObject({
      ...some(SPAN_DEFAULTS),
      interCommodity: z
        .array(z.strictObject({ legs: z.tuple([z.string(), z.string()]), credit: ratio.max(1) }))
        .optional()
        .meta({ description: "Pairs in the order their spreads are formed." }),
    })
    .default({}),
  ...rest,
});
const DERIBIT_INPUT = z.strictObject({
  model: z.literal("deribit-pm"),
  parameters: z
    .strictObject({
      ...some(DERIBIT_DEFAULTS),
      bucketsCount: z.int().min(1).max(50).optional(),
      extendedMoves: z.array(z.number().gt(-1)).max(100).optional().meta({ description: "0.5 is a rise of 50 %." }),
    })
    .default({}),
  ...rest,
});

/** Input of `ballast margin` with a peer's model over our own form of a portfolio. */
export const PEER_INPUT = z
  .discriminatedUnion("model", [STATIC_INPUT, SPAN_INPUT, DERIBIT_INPUT])
  .meta({ title: "Margin input, peer models", description: "A portfolio and a market as in margin-input.schema.json, margined as a peer does." });

/** Output of `ballast margin --json` with such a model. */
export const PEER_OUTPUT = z
  .strictObject({
    maintenanceMargin: z.number().meta({ description: "USD." }),
    initialMargin: z.number().meta({ description: "USD." }),
    equity: z.number().meta({ description: "Cash, collateral after our haircuts, and the value of options, USD." }),
    components: z.record(z.string(), z.number()).meta({ description: "What the requirement is made of, by the model's own names, USD." }),
  })
  .meta({ title: "Margin output, peer models" });

export type PeerInput = z.output<typeof PEER_INPUT>;
export type PeerOutput = z.output<typeof PEER_OUTPUT>;
