import { BallastError } from "../errors.ts";
import { snap } from "../kernel/index.ts";
import { impliedVolatility, type Snapshot } from "../market/index.ts";
import { exp, log, normalCdf } from "../math/index.ts";
import { outOfTheMoney } from "../pricing/black76.ts";
import { type Instrument, instrumentId, isStablecoin, lotSize } from "../pricing/instrument.ts";

const DAYS_PER_YEAR = 365;
const HOURS_PER_YEAR = 24 * DAYS_PER_YEAR;

/** An instrument as every peer sees it: what it is, what it settles on, what one lot is worth now. Money in USD. */
export interface PricedInstrument {
  readonly kind: Instrument["kind"];
  /** Index into the snapshot's underlyings, and their spot; −1 for a stablecoin held as collateral, which moves with none of them. */
  readonly underlying: number;
  readonly asset: string;
  readonly spot: number;
  /** Realised volatility of the underlying, per day. */
  readonly dailyVolatility: number;
  readonly lot: number;
  /** Hour of expiry; 0 for what does not expire. */
  readonly expiryHour: number;
  readonly secondsToExpiry: number;
  readonly years: number;
  /** Annual, continuously compounded. */
  readonly rate: number;
  readonly forward: number;
  readonly discount: number;
  readonly isCall: boolean;
  readonly strike: number;
  readonly volatility: number;
  /** Of one lot: value, and sensitivity to the spot in units of the underlying. */
  readonly mark: number;
  readonly delta: number;
}

/**
 * The instruments of a step under the snapshot's forwards and surfaces.
 *
 * @throws UNDERLYING_MISSING, INSTRUMENT_EXPIRED
 */
export function priced(snapshot: Snapshot, instruments: readonly Instrument[]): PricedInstrument[] {
  return instruments.map((instrument) => pricedInstrument(snapshot, instrument));
}

/** None of the peers' scenarios moves a peg. */
const RISKLESS: PricedInstrument = {
  kind: "spot",
  underlying: -1,
  asset: "",
  spot: 1,
  dailyVolatility: 0,
  lot: 1,
  expiryHour: 0,
  secondsToExpiry: 0,
  years: 0,
  rate: 0,
  forward: 0,
  discount: 1,
  isCall: false,
  strike: 0,
  volatility: 0,
  mark: 0,
  delta: 0,
};

function pricedInstrument(snapshot: Snapshot, instrument: Instrument): PricedInstrument {
  const underlying = snapshot.underlyings.findIndex(({ asset }) => asset === instrument.underlying);
  if (underlying < 0 && instrument.kind === "spot" && isStablecoin(instrument.underlying)) return { ...RISKLESS, asset: instrument.underlying };
  if (underlying < 0) {
    throw new BallastError("UNDERLYING_MISSING", `${instrumentId(instrument)} has an underlying the market snapshot does not hold.`, {
      where: { value: instrument.underlying },
      fix: `Add ${instrument.underlying} to the snapshot.`,
    });
  }
  const { spot, asset, surface, perpetualBasis, realisedVolatility } = snapshot.underlyings[underlying];
  const lot = lotSize(asset);
  const expiryHour = "expiryHour" in instrument ? instrument.expiryHour : 0;
  const years = expiryHour === 0 ? 0 : (expiryHour - snapshot.hour) / HOURS_PER_YEAR;
  if (expiryHour !== 0 && years <= 0) {
    throw new BallastError("INSTRUMENT_EXPIRED", `${instrumentId(instrument)} expired at hour ${expiryHour}, the snapshot is at hour ${snapshot.hour}.`, {
      where: { field: "expiryHour", value: String(expiryHour) },
      fix: "Settle what has expired before asking for a requirement.",
    });
  }
  const terms = { years, rate: snapshot.rate, secondsToExpiry: expiryHour === 0 ? 0 : (expiryHour - snapshot.hour) * 3_600 };
  const forward = instrument.kind === "perp" ? spot * perpetualBasis : spot * exp(snapshot.rate * years);
  const common = {
    kind: instrument.kind,
    underlying,
    asset,
    spot,
    dailyVolatility: realisedVolatility / Math.sqrt(DAYS_PER_YEAR),
    lot,
    expiryHour,
    ...terms,
    forward,
    discount: exp(-snapshot.rate * years),
  };
  if (instrument.kind !== "option") {
    return { ...common, isCall: false, strike: 0, volatility: 0, mark: snap(lot * forward), delta: (lot * forward) / spot };
  }
  const moneyness = log(instrument.strike / forward);
  const volatility = impliedVolatility(surface, moneyness, years);
  const option = { ...common, isCall: instrument.right === "call", strike: instrument.strike, volatility };
  return { ...option, mark: snap(optionValue(option, forward, volatility)), delta: optionDelta(option, forward) };
}

/** What one lot of an option is worth at a forward and a volatility, USD. */
export function optionValue(option: Pick<PricedInstrument, "lot" | "discount" | "strike" | "isCall" | "years">, forward: number, volatility: number): number {
  const { lot, discount, strike, isCall, years } = option;
  const intrinsic = Math.max(0, isCall ? forward - strike : strike - forward);
  return lot * discount * (outOfTheMoney(forward, strike, volatility * Math.sqrt(years)) + intrinsic);
}

/** Units of the underlying that one lot of an option moves with, per unit of spot: discounted, forward and spot move one for one. */
export function optionDelta(option: Pick<PricedInstrument, "lot" | "strike" | "isCall" | "years" | "volatility">, forward: number): number {
  const { lot, strike, isCall, years, volatility } = option;
  const deviation = volatility * Math.sqrt(years);
  const d1 = deviation === 0 ? (forward > strike ? 40 : -40) : log(forward / strike) / deviation + 0.5 * deviation;
  return lot * (normalCdf(d1) - (isCall ? 0 : 1));
}

/**
 * Profit of one lot when the spot is multiplied by `spotFactor` and volatility becomes `volatility`, USD; on a binary grid, so that sums
 * over positions do not depend on their order.
 */
export function profitOf(instrument: PricedInstrument, spotFactor: number, volatility: number): number {
  if (instrument.kind !== "option") return snap(instrument.lot * instrument.forward * (spotFactor - 1));
  return snap(optionValue(instrument, instrument.forward * spotFactor, volatility)) - instrument.mark;
}
