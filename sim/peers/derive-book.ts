import { type ExpiryHoldings, expiryHoldings, profitFrom, shockedValue, valueAt } from "./derive-pmrm2/expiry.ts";
import type { DeriveParameters } from "./derive-pmrm2/index.ts";
import { byUnderlying, type Holding, type PeerModel } from "./model.ts";
import type { PricedInstrument } from "./priced.ts";

/** One lot of an option under everything the formulas ask for. */
interface OptionValues {
  readonly expiry: ExpiryHoldings;
  readonly basisUp: number;
  readonly basisDown: number;
  readonly shocked: Float64Array;
}

/**
 * PMRM_2 over accounts of ours: an account per underlying, none offsets another. Futures count as perps at their forward; coins held as
 * collateral are risk-cancelling and their haircut stands in equity; every feed is certain, the stable coin at par. The requirement is what
 * the surplus lacks beside equity: contingencies − minSPAN · factor.
 *
 * `derivePmrm2Margin` is the model; this computes the same from values kept per instrument, so that thousands of accounts share them.
 *
 * @example peerStep(deriveModel(DERIVE_MAINNET), snapshot, instruments)
 */
export function deriveModel(parameters: DeriveParameters): PeerModel {
  return (instruments) => {
    const values = instruments.map((instrument) => (instrument.kind === "option" ? optionValues(instrument, parameters) : undefined));
    return (holdings) => {
      const components = { scenarioLoss: 0, maintenanceContingency: 0, initialContingency: 0 };
      for (const group of byUnderlying(instruments, holdings)) {
        components.scenarioLoss += worstLoss(instruments, values, group, parameters);
        const { maintenance, initial } = contingencies(instruments, group, parameters);
        components.maintenanceContingency += maintenance;
        components.initialContingency += initial;
      }
      const { scenarioLoss, maintenanceContingency, initialContingency } = components;
      return {
        maintenance: scenarioLoss * parameters.margin.mmFactor + maintenanceContingency,
        initial: scenarioLoss * parameters.margin.imFactor + maintenanceContingency + initialContingency,
        components,
      };
    };
  };
}

function optionValues(instrument: PricedInstrument, parameters: DeriveParameters): OptionValues {
  const { secondsToExpiry, strike, volatility, lot, forward, rate } = instrument;
  const option = { secondsToExpiry, strike, kind: instrument.isCall ? ("call" as const) : ("put" as const), quantity: lot, vol: volatility };
  const feed = { secondsToExpiry, forward, rate, forwardConfidence: 1, rateConfidence: 1, volConfidence: 1 };
  const expiry = expiryHoldings(feed, [option], parameters);
  const { spotUp, spotDown } = parameters.basisContingency;
  return {
    expiry,
    basisUp: valueAt(expiry, spotUp, ({ vol }) => vol),
    basisDown: valueAt(expiry, spotDown, ({ vol }) => vol),
    shocked: Float64Array.from(parameters.scenarios, (scenario) => shockedValue(expiry, scenario, parameters)),
  };
}

/** −min(basis contingency, every scenario's profit) of one underlying. */
function worstLoss(
  instruments: readonly PricedInstrument[],
  values: readonly (OptionValues | undefined)[],
  group: readonly Holding[],
  { basisContingency, scenarios }: DeriveParameters,
): number {
  let linear = 0;
  const expiries = new Map<number, { values: OptionValues; lots: number }[]>();
  for (const { instrument, lots } of group) {
    const { mark, expiryHour } = instruments[instrument];
    const option = values[instrument];
    if (option === undefined) {
      linear += lots * mark;
      continue;
    }
    const held = expiries.get(expiryHour);
    if (held === undefined) expiries.set(expiryHour, [{ values: option, lots }]);
    else held.push({ values: option, lots });
  }
  const profit = Float64Array.from(scenarios, ({ spotShock }) => linear * (spotShock - 1));
  let contingency = 0;
  for (const held of expiries.values()) {
    const total = (of: (option: OptionValues) => number) => held.reduce((sum, { values: option, lots }) => sum + lots * of(option), 0);
    const { expiry } = held[0].values;
    const now = total((option) => option.expiry.markToMarket);
    const worse = Math.min(total(({ basisUp }) => basisUp) - now, total(({ basisDown }) => basisDown) - now, 0);
    contingency += worse * (basisContingency.addFactor + basisContingency.multFactor * expiry.years);
    for (let s = 0; s < scenarios.length; s++) {
      profit[s] += profitFrom(
        expiry,
        scenarios[s],
        total(({ shocked }) => shocked[s]),
        now,
      );
    }
  }
  let worst = contingency;
  for (let s = 0; s < scenarios.length; s++) worst = Math.min(worst, profit[s] * scenarios[s].dampening);
  return -worst;
}

function contingencies(
  instruments: readonly PricedInstrument[],
  group: readonly Holding[],
  { other }: DeriveParameters,
): { maintenance: number; initial: number } {
  const { spot } = instruments[group[0].instrument];
  const strikes = new Map<string, number>();
  let perps = 0;
  for (const { instrument, lots } of group) {
    const { kind, lot, expiryHour, strike } = instruments[instrument];
    if (kind === "spot") continue;
    if (kind !== "option") {
      perps += Math.abs(lots) * lot;
      continue;
    }
    const key = `${expiryHour}:${strike}`;
    strikes.set(key, (strikes.get(key) ?? 0) + lots * lot);
  }
  let shorts = 0;
  for (const net of strikes.values()) shorts += Math.max(0, -net);
  return {
    maintenance: spot * (perps * other.mmPerpPercent + shorts * other.mmOptionPercent),
    initial: spot * (perps * other.imPerpPercent + shorts * other.imOptionPercent),
  };
}
