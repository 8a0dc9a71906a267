import { BallastError } from "../../errors.ts";
import { type ExpiryHoldings, expiryHoldings, expiryProfit, valueAt } from "./expiry.ts";
import type { DeriveMarket, DeriveOption, DeriveParameters, DerivePortfolio, DeriveResult } from "./types.ts";

/**
 * Margins one portfolio as Derive's second portfolio margin manager does (v2-core `PMRM_2` with `PMRMLib_2`; margin-systems §1.2b), in plain
 * doubles instead of 18-decimal integers. One underlying; other coins are collateral, shocked with the spot only if risk-cancelling.
 *
 * In the scenarios Linear and Abs the chain demands a spot shock of 1; with another one options are tilted at the unmoved forward, while
 * perps and collateral move, as the library itself computes it.
 *
 * @returns surpluses: IM = minSPAN · f − IM contingencies − MM contingencies + mark-to-market + cash, negative below the requirement, USD
 * @throws BallastError EXPIRY_UNKNOWN (an option without feeds), EXPIRY_TWICE, PERP_PRICE_MISSING, RESULT_NOT_FINITE
 * @example derivePmrm2Margin(DERIVE_MAINNET, market, portfolio).initialMargin
 */
export function derivePmrm2Margin(parameters: DeriveParameters, market: DeriveMarket, portfolio: DerivePortfolio): DeriveResult {
  const { other, margin, basisContingency: basis } = parameters;
  const perps = portfolio.perp?.quantity ?? 0;
  const perpFeed = perps === 0 ? undefined : perpOf(market);
  const spotConfidence = Math.min(market.spotConfidence, perpFeed?.confidence ?? 1);

  const perpNotional = Math.abs(perps) * market.spot;
  let maintenanceContingency = perpNotional * other.mmPerpPercent;
  let initialContingency = perpNotional * other.imPerpPercent + confidenceCharge(spotConfidence, perpNotional, other);
  let markToMarket = (portfolio.perp?.unrealisedPnl ?? 0) + (portfolio.perp?.unrealisedFunding ?? 0);
  let basisContingency = 0;

  const expiries: ExpiryHoldings[] = [];
  for (const [feed, options] of optionsByExpiry(market, portfolio.options)) {
    const expiry = expiryHoldings(feed, options, parameters);
    expiries.push(expiry);
    markToMarket += expiry.markToMarket;

    const unshocked = ({ vol }: DeriveOption) => vol;
    const up = valueAt(expiry, basis.spotUp, unshocked) - expiry.markToMarket;
    const down = valueAt(expiry, basis.spotDown, unshocked) - expiry.markToMarket;
    basisContingency += Math.min(up, down, 0) * (basis.addFactor + basis.multFactor * expiry.years);

    const shortNotional = nakedShorts(options) * market.spot;
    maintenanceContingency += shortNotional * other.mmOptionPercent;
    initialContingency += shortNotional * other.imOptionPercent;
    const confidence = Math.min(feed.forwardConfidence, feed.rateConfidence, feed.volConfidence, spotConfidence);
    const notional = options.reduce((sum, { quantity }) => sum + Math.abs(quantity), 0) * market.spot;
    initialContingency += confidenceCharge(confidence, notional, other);
  }

  let riskCancelling = 0;
  for (const collateral of portfolio.collaterals) {
    const value = (collateral.quantity * collateral.price) / market.stable;
    markToMarket += value;
    if (collateral.riskCancelling) riskCancelling += value;
    maintenanceContingency += value * collateral.mmHaircut;
    // Against the spot feed alone: the perp's confidence is merged into the account's only after the collateral has been read.
    initialContingency += value * collateral.imHaircut + confidenceCharge(Math.min(collateral.confidence, market.spotConfidence), value, other);
  }

  const linear = perps * (perpFeed?.price ?? 0) + riskCancelling;
  const scenarioPnl = parameters.scenarios.map((scenario) => {
    const profit = expiries.reduce((sum, expiry) => sum + expiryProfit(expiry, scenario, parameters), linear * (scenario.spotShock - 1));
    return scenario.dampening * profit;
  });

  const worst = scenarioPnl.reduce((least, profit) => Math.min(least, profit), basisContingency);
  const depeg = Math.max(0, other.pegLossThreshold - market.stable) * other.pegLossFactor;
  const balance = markToMarket + portfolio.cash - maintenanceContingency;
  return finite({
    initialMargin: worst * (margin.imFactor + depeg) - initialContingency + balance,
    maintenanceMargin: worst * margin.mmFactor + balance,
    markToMarket,
    basisContingency,
    scenarioPnl,
  });
}

/** Shorts less longs of each strike, calls and puts together, where that is above 0. */
function nakedShorts(options: readonly DeriveOption[]): number {
  const net = new Map<number, number>();
  for (const { strike, quantity } of options) net.set(strike, (net.get(strike) ?? 0) + quantity);
  let shorts = 0;
  for (const quantity of net.values()) shorts += Math.max(0, -quantity);
  return shorts;
}

function confidenceCharge(confidence: number, notional: number, { confThreshold, confMargin }: DeriveParameters["other"]): number {
  return confidence < confThreshold ? (1 - confidence) * confMargin * notional : 0;
}

function optionsByExpiry({ expiries }: DeriveMarket, options: readonly DeriveOption[]): Map<DeriveMarket["expiries"][number], DeriveOption[]> {
  const feeds = new Map<number, DeriveMarket["expiries"][number]>();
  expiries.forEach((feed, index) => {
    if (feeds.has(feed.secondsToExpiry)) {
      throw new BallastError("EXPIRY_TWICE", `The market has two sets of feeds for the expiry in ${feed.secondsToExpiry} s.`, {
        where: { field: `market.expiries[${index}].secondsToExpiry`, value: String(feed.secondsToExpiry) },
        fix: "Keep one of the two.",
      });
    }
    feeds.set(feed.secondsToExpiry, feed);
  });
  const held = new Map<DeriveMarket["expiries"][number], DeriveOption[]>();
  options.forEach((option, index) => {
    const feed = feeds.get(option.secondsToExpiry);
    if (feed === undefined) {
      throw new BallastError("EXPIRY_UNKNOWN", `The market has no feeds for the expiry in ${option.secondsToExpiry} s.`, {
        where: { field: `portfolio.options[${index}].secondsToExpiry`, value: String(option.secondsToExpiry) },
        fix: feeds.size === 0 ? "Add it to market.expiries." : `Add it to market.expiries, which has ${[...feeds.keys()].join(", ")}.`,
      });
    }
    const options = held.get(feed);
    if (options === undefined) held.set(feed, [option]);
    else options.push(option);
  });
  return held;
}

function perpOf({ perp }: DeriveMarket): NonNullable<DeriveMarket["perp"]> {
  if (perp !== undefined) return perp;
  throw new BallastError("PERP_PRICE_MISSING", "The portfolio holds perps and the market has no price of them.", {
    where: { field: "market.perp" },
    fix: "Add market.perp with price and confidence.",
  });
}

function finite(result: DeriveResult): DeriveResult {
  for (const [field, value] of Object.entries({ ...result, scenarioPnl: result.scenarioPnl.reduce((sum, profit) => sum + profit, 0) })) {
    if (Number.isFinite(value)) continue;
    throw new BallastError("RESULT_NOT_FINITE", `Under these parameters ${field} is not a finite number.`, {
      where: { field, value: String(value) },
      fix: "Look for a division by zero: dteFloorDays 0 on the day of expiry, minKStar 0 with widthScale 0, a rate scale beyond reason.",
    });
  }
  return result;
}
