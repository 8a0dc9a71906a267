import { exp, log, power } from "../../math/index.ts";
import { outOfTheMoney } from "../../pricing/black76.ts";
import type { DeriveExpiryFeed, DeriveOption, DeriveParameters, DeriveScenario } from "./types.ts";

const SECONDS_PER_YEAR = 31_536_000;
const SECONDS_PER_DAY = 86_400;
/** Options settle on the average price of their last half hour: what has been averaged no longer moves. */
const AVERAGING_SECONDS = 1_800;

/** All options of one expiry and what every scenario needs of it, computed once. */
export interface ExpiryHoldings {
  readonly options: readonly DeriveOption[];
  readonly years: number;
  readonly discount: number;
  readonly fixedForward: number;
  readonly variableForward: number;
  readonly volatilityUp: number;
  readonly volatilityDown: number;
  readonly discountLong: number;
  readonly discountShort: number;
  readonly markToMarket: number;
}

/** Steps 1 to 4 of margin-systems §1.2b for one expiry: forward, volatility multipliers, value, static discounts. */
export function expiryHoldings(feed: DeriveExpiryFeed, options: readonly DeriveOption[], { margin, volShock }: DeriveParameters): ExpiryHoldings {
  const seconds = feed.secondsToExpiry;
  const years = seconds / SECONDS_PER_YEAR;
  const rate = Math.max(feed.rate, 0);
  const discount = exp(-rate * years);
  const moving = seconds < AVERAGING_SECONDS ? seconds / AVERAGING_SECONDS : 1;
  const thirtyDays = 30 * SECONDS_PER_DAY;
  const term = power(
    thirtyDays / Math.max(seconds, volShock.dteFloorDays * SECONDS_PER_DAY),
    seconds <= thirtyDays ? volShock.shortTermPower : volShock.longTermPower,
  );
  const holdings = {
    options,
    years,
    discount,
    fixedForward: moving < 1 ? (feed.forward * (AVERAGING_SECONDS - seconds)) / AVERAGING_SECONDS : 0,
    variableForward: feed.forward * moving,
    volatilityUp: 1 + volShock.volRangeUp * term,
    volatilityDown: Math.max(0, 1 - volShock.volRangeDown * term),
    discountLong: margin.longBaseStaticDiscount * exp(-years * (rate * margin.longRateMultScale + margin.longRateAddScale)),
    discountShort: Math.min(1 / discount, margin.shortBaseStaticDiscount / exp(-years * (rate * margin.shortRateMultScale + margin.shortRateAddScale))),
  };
  return { ...holdings, markToMarket: valueAt(holdings, 1, ({ vol }) => vol) };
}

/**
 * What the expiry is worth with the forward's moving part multiplied by `spotShock`, before any static discount, USD.
 *
 * @param volatilityOf annualised volatility of an option in that scenario
 */
export function valueAt(
  { options, years, discount, fixedForward, variableForward }: Pick<ExpiryHoldings, "options" | "years" | "discount" | "fixedForward" | "variableForward">,
  spotShock: number,
  volatilityOf: (option: DeriveOption) => number,
): number {
  const forward = variableForward * spotShock + fixedForward;
  const root = Math.sqrt(years);
  let value = 0;
  for (const option of options) {
    const intrinsic = option.kind === "call" ? forward - option.strike : option.strike - forward;
    const price = discount * (outOfTheMoney(forward, option.strike, volatilityOf(option) * root) + Math.max(intrinsic, 0));
    value += price * option.quantity;
  }
  return value;
}

/**
 * Profit of the expiry in one scenario, damping left out (step 5): its shocked value, statically discounted as a whole, less its value now.
 * In the two skew scenarios a profit counts as a loss of that size: the skew may turn either way.
 */
export function expiryProfit(expiry: ExpiryHoldings, scenario: DeriveScenario, parameters: DeriveParameters): number {
  return profitFrom(expiry, scenario, shockedValue(expiry, scenario, parameters), expiry.markToMarket);
}

/** What the expiry is worth in a scenario before its static discount; the skew scenarios leave the forward where it is. */
export function shockedValue(expiry: Omit<ExpiryHoldings, "markToMarket">, { spotShock, volShock }: DeriveScenario, parameters: DeriveParameters): number {
  return valueAt(expiry, isSkew(volShock) ? 1 : spotShock, shockedVolatility(expiry, volShock, parameters));
}

/** Step 5 from the two values. */
export function profitFrom(
  { discountLong, discountShort }: Pick<ExpiryHoldings, "discountLong" | "discountShort">,
  { volShock }: DeriveScenario,
  shocked: number,
  markToMarket: number,
): number {
  const profit = shocked * (shocked >= 0 ? discountLong : discountShort) - markToMarket;
  return isSkew(volShock) ? -Math.abs(profit) : profit;
}

function isSkew(shock: DeriveScenario["volShock"]): shock is "Linear" | "Abs" {
  return shock === "Linear" || shock === "Abs";
}

function shockedVolatility(
  expiry: Omit<ExpiryHoldings, "markToMarket">,
  shock: DeriveScenario["volShock"],
  parameters: DeriveParameters,
): (option: DeriveOption) => number {
  switch (shock) {
    case "Up":
      return ({ vol }) => Math.max(parameters.volShock.minVolUpShock, vol * expiry.volatilityUp);
    case "Down":
      return ({ vol }) => vol * expiry.volatilityDown;
    case "None":
      return ({ vol }) => vol;
    default:
      return skewedVolatility(expiry, shock, parameters.skewShock);
  }
}

/** Step 6: volatility tilted by log-moneyness, up to a cap reached at k*, where the surface is taken to flatten out. */
function skewedVolatility(
  { years, fixedForward, variableForward }: Pick<ExpiryHoldings, "years" | "fixedForward" | "variableForward">,
  shape: "Linear" | "Abs",
  skew: DeriveParameters["skewShock"],
): (option: DeriveOption) => number {
  const root = Math.sqrt(years);
  const cap = shape === "Linear" ? skew.linearCBase * root + skew.linearBaseCap : skew.absCBase * root + skew.absBaseCap;
  const kStar = Math.max(skew.minKStar, root * skew.widthScale * (skew.volParamStatic + root * skew.volParamScale));
  const forward = variableForward + fixedForward;
  return ({ strike, vol }) => {
    const moneyness = log(strike / forward);
    const k = shape === "Linear" ? moneyness : Math.abs(moneyness);
    const tilt = (k * cap) / kStar;
    const multiplier = 1 + (k >= 0 ? Math.min(cap, tilt) : Math.max(-cap, tilt));
    return vol * Math.max(multiplier, 0);
  };
}
