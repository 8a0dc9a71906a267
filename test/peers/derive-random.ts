import { createRandom } from "../../sim/math/index.ts";
import type { DeriveMarket, DeriveParameters, DerivePortfolio, VolatilityShock } from "../../sim/peers/derive-pmrm2/index.ts";

/** A portfolio, a market and parameters drawn from a seed, wide enough to reach every branch of the formulas. */
export function randomDerive(seed: number): { parameters: DeriveParameters; market: DeriveMarket; portfolio: DerivePortfolio } {
  const random = createRandom(`derive/${seed}`);
  const between = (low: number, high: number) => low + (high - low) * random.uniform();
  const maybe = () => random.uniform() < 0.5;
  const count = (most: number) => Math.floor(random.uniform() * (most + 1));
  const list = <T>(n: number, make: () => T): T[] => Array.from({ length: n }, make);
  const spot = between(500, 90_000);
  const seconds = [0, Math.floor(between(1, 1_799)), Math.floor(between(1_800, 86_400)), Math.floor(between(1e5, 3e6)), Math.floor(between(3e6, 4e7))].filter(
    maybe,
  );
  const confidence = () => (random.uniform() < 0.7 ? 1 : random.uniform());
  const shocks: VolatilityShock[] = ["Up", "None", "Down"];
  return {
    parameters: {
      basisContingency: { addFactor: between(0, 3), multFactor: between(0, 5), spotUp: between(1, 2.9), spotDown: between(0, 1) },
      margin: {
        imFactor: between(0.5, 3),
        mmFactor: between(0.1, 3),
        shortRateMultScale: between(0, 3),
        longRateMultScale: between(0, 3),
        shortRateAddScale: between(0, 2),
        longRateAddScale: between(0, 2),
        shortBaseStaticDiscount: between(0.5, 2),
        longBaseStaticDiscount: between(0.5, 2),
      },
      other: {
        pegLossThreshold: between(0.9, 1.2),
        pegLossFactor: between(0, 5),
        confThreshold: random.uniform(),
        confMargin: between(0, 3),
        mmPerpPercent: between(0, 0.1),
        imPerpPercent: between(0, 0.1),
        mmOptionPercent: between(0, 0.1),
        imOptionPercent: between(0, 0.1),
      },
      volShock: {
        volRangeUp: between(0, 3),
        volRangeDown: between(0, 3),
        shortTermPower: between(0, 1),
        longTermPower: between(0, 1),
        dteFloorDays: between(0.01, 40),
        minVolUpShock: between(0, 2),
      },
      skewShock: {
        linearBaseCap: between(0, 2),
        absBaseCap: between(0, 2),
        linearCBase: between(-3, 3),
        absCBase: between(-3, 3),
        minKStar: between(0.001, 1),
        widthScale: between(0, 9),
        volParamStatic: between(0, 3),
        volParamScale: between(-3, 3),
      },
      scenarios: [
        ...list(1 + count(6), () => ({ spotShock: between(0, 3), volShock: shocks[count(2)], dampening: maybe() ? 1 : random.uniform() })),
        { spotShock: 1, volShock: "Linear", dampening: 1 },
        { spotShock: 1, volShock: "Abs", dampening: between(0, 2) },
      ],
    },
    market: {
      spot,
      spotConfidence: confidence(),
      stable: between(0.9, 1.1),
      perp: { price: spot * between(0.98, 1.02), confidence: confidence() },
      expiries: seconds.map((secondsToExpiry) => ({
        secondsToExpiry,
        forward: spot * between(0.9, 1.2),
        forwardConfidence: confidence(),
        rate: between(-0.2, 0.5),
        rateConfidence: confidence(),
        volConfidence: confidence(),
      })),
    },
    portfolio: {
      cash: between(-1e5, 1e5),
      ...(maybe() ? { perp: { quantity: maybe() ? 0 : between(-20, 20), unrealisedPnl: between(-1e4, 1e4), unrealisedFunding: between(-1e3, 1e3) } } : {}),
      collaterals: list(count(3), () => ({
        name: "coin",
        quantity: between(0, 20),
        price: between(0, 5_000),
        confidence: confidence(),
        mmHaircut: between(0, 0.5),
        imHaircut: between(0, 0.5),
        riskCancelling: maybe(),
      })),
      options: seconds.flatMap((secondsToExpiry) =>
        list(count(6), () => ({
          secondsToExpiry,
          strike: Math.round((spot * (0.5 + 0.25 * count(6))) / 100) * 100 || 100,
          kind: maybe() ? ("call" as const) : ("put" as const),
          quantity: between(-30, 30),
          vol: between(0, 2),
        })),
      ),
    },
  };
}
