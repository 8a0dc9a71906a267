/** What people call a parameter: the noun in the generated prose. A test asserts that every row of the table has one. */
const LABELS: Readonly<Record<string, string>> = {
  confidence: "confidence level",
  riskMeasure: "risk measure",
  horizon: "margin period of risk",
  lookback: "lookback",
  decay: "volatility decay",
  stressWeight: "stress weight",
  initialMargin: "initial margin",
  offsetCap: "netting cap between underlyings",
  liquidationTarget: "liquidation target",
  liquidationDiscount: "largest liquidation discount",
  auctionDuration: "liquidation auction duration",
  keeperFee: "keeper fee",
  insuranceFee: "insurance fee",
  attestationTtl: "attestation lifetime",
  participation: "liquidation share of daily volume",
  volBuffer: "volatility buffer",
  volFloor: "volatility floor",
  spotRange: "grid spot range",
  volRangeUp: "grid volatility rise",
  volRangeDown: "grid volatility fall",
  minVolUp: "lowest volatility after the grid's rise",
  jumpIntensity: "jump intensity",
  jumpMean: "mean jump",
  jumpVol: "jump volatility",
  shortOptionMinimum: "short option minimum",
  openInterestCap: "open interest cap",
  haircut: "collateral haircut",
  depegShock: "depeg shock",
  cap: "collateral cap",
};

/**
 * A parameter in words, with its asset in front.
 *
 * @example labelOf({ scope: "ETH", name: "volBuffer" }) // "ETH volatility buffer"
 * @example labelOf({ scope: "protocol", name: "confidence" }) // "confidence level"
 */
export function labelOf({ scope, name }: { readonly scope: string; readonly name: string }): string {
  const label = LABELS[name] ?? name;
  return scope === "protocol" ? label : `${scope} ${label}`;
}
