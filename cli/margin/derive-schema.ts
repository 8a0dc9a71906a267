import { z } from "zod";

const usd = (description: string) => z.number().meta({ description: `${description}, USD.` });
const price = z.number().positive().meta({ description: "USD." });
const confidence = z.number().min(0).max(1).meta({ description: "How far the feed trusts its own value, 0 to 1." });
const seconds = z.number().min(0).meta({ description: "Seconds until the expiry; 0 once it has passed and awaits settlement." });
const ratio = z.number().min(0);
const signed = z.number();

const PARAMETERS = z
  .strictObject({
    basisContingency: z.strictObject({ addFactor: ratio, multFactor: ratio, spotUp: ratio, spotDown: ratio }),
    margin: z.strictObject({
      imFactor: ratio,
      mmFactor: ratio,
      shortRateMultScale: ratio,
      longRateMultScale: ratio,
      shortRateAddScale: ratio,
      longRateAddScale: ratio,
      shortBaseStaticDiscount: ratio,
      longBaseStaticDiscount: ratio,
    }),
    other: z.strictObject({
      pegLossThreshold: ratio,
      pegLossFactor: ratio,
      confThreshold: ratio,
      confMargin: ratio,
      mmPerpPercent: ratio,
      imPerpPercent: ratio.meta({ description: "On top of mmPerpPercent." }),
      mmOptionPercent: ratio,
      imOptionPercent: ratio.meta({ description: "On top of mmOptionPercent." }),
    }),
    volShock: z.strictObject({
      volRangeUp: ratio,
      volRangeDown: ratio,
      shortTermPower: signed,
      longTermPower: signed,
      dteFloorDays: ratio,
      minVolUpShock: ratio,
    }),
    skewShock: z.strictObject({
      linearBaseCap: signed,
      absBaseCap: signed,
      linearCBase: signed,
      absCBase: signed,
      minKStar: signed,
      widthScale: signed,
      volParamStatic: signed,
      volParamScale: signed,
    }),
    scenarios: z
      .array(
        z.strictObject({
          spotShock: ratio.meta({ description: "Factor on the spot: 1.18 is a rise of 18 %." }),
          volShock: z.enum(["Up", "None", "Down", "Linear", "Abs"]),
          dampening: ratio.meta({ description: "Factor on the profit or loss." }),
        }),
      )
      .min(1)
      .max(1_000),
  })
  .meta({ description: "Every parameter of PMRM_2 as a decimal: 0.045 is 4.5 %." });

const MARKET = z.strictObject({
  spot: z.number().min(0).meta({ description: "USD." }),
  spotConfidence: confidence,
  stable: price.meta({ description: "Price of the stable coin accounts are kept in, USD." }),
  perp: z
    .strictObject({ price: z.number().min(0), confidence })
    .optional()
    .meta({ description: "Needed by a portfolio with perps." }),
  expiries: z.array(
    z.strictObject({
      secondsToExpiry: seconds,
      forward: price,
      forwardConfidence: confidence,
      rate: signed.meta({ description: "Per year, continuously compounded; counts as 0 below 0." }),
      rateConfidence: confidence,
      volConfidence: confidence,
    }),
  ),
});

const PORTFOLIO = z.strictObject({
  cash: usd("Negative is a debt"),
  perp: z.strictObject({ quantity: signed, unrealisedPnl: usd("Profit not yet settled"), unrealisedFunding: usd("Funding not yet settled") }).optional(),
  collaterals: z.array(
    z.strictObject({
      name: z.string().min(1),
      quantity: ratio,
      price: z.number().min(0),
      confidence,
      mmHaircut: ratio,
      imHaircut: ratio.meta({ description: "On top of mmHaircut." }),
      riskCancelling: z.boolean().meta({ description: "Moves one for one with the underlying in every scenario." }),
    }),
  ),
  options: z
    .array(z.strictObject({ secondsToExpiry: seconds, strike: price, kind: z.enum(["call", "put"]), quantity: signed, vol: z.number().min(0) }))
    .max(10_000),
});

/** Input of `ballast margin` with `"model": "derive-pmrm2"`. */
export const DERIVE_INPUT = z
  .strictObject({ model: z.literal("derive-pmrm2"), parameters: PARAMETERS, market: MARKET, portfolio: PORTFOLIO })
  .meta({ title: "Margin input, derive-pmrm2", description: "A portfolio of one underlying under Derive's portfolio margin, second version." });

/** Output of `ballast margin --json` with that model. */
export const DERIVE_OUTPUT = z
  .strictObject({
    initialMargin: usd("Surplus over the initial requirement; negative is below it"),
    maintenanceMargin: usd("Surplus over the maintenance requirement; negative is below it"),
    markToMarket: usd("Options, collateral and unsettled perp profit, without cash"),
    basisContingency: usd("At most 0"),
    scenarioPnl: z.array(z.number()).meta({ description: "USD, in the order of parameters.scenarios." }),
  })
  .meta({ title: "Margin output, derive-pmrm2" });

export type DeriveInput = z.output<typeof DERIVE_INPUT>;
