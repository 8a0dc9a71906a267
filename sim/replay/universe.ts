import { type Instrument, instrumentId, isStablecoin, lotSize } from "../pricing/instrument.ts";
import { COINS } from "./book.ts";

export const OPTION = 1;
export const LINEAR = 2;
export const SPOT = 3;
/** The USDC of a balance. It stands in the requirement and is nothing else: nobody sells it, it is no notional and has no delta. */
export const CASH = 4;

/**
 * The instruments of a replay in an order that never changes: undated ones first, then by expiry from the latest to the next. What
 * expires leaves from the end, so that an instrument's number is good for the whole replay.
 */
export interface Universe {
  readonly underlyings: readonly string[];
  readonly instruments: readonly Instrument[];
  readonly kind: Uint8Array;
  /** Index into `underlyings`; of USDC, which has none, one beyond the last. */
  readonly underlying: Int32Array;
  readonly lotSize: Float64Array;
  /** Infinity for what does not expire. */
  readonly expiryHour: Float64Array;
  /** Number of the `spot` instrument of each underlying. */
  readonly spotOf: Int32Array;
  /** Number of the `spot` instrument of each coin in the order of COINS, −1 where its underlying is not here. */
  readonly coinOf: Int32Array;
  /** Number of USDC. */
  readonly usdc: number;
}

const USDC: Instrument = { kind: "spot", underlying: "USDC" };

/**
 * @param instruments in any order, with repetitions; USDC, a `spot` of every underlying, and of every coin that stands for one, are added
 */
export function createUniverse(underlyings: readonly string[], instruments: readonly Instrument[]): Universe {
  const distinct = new Map<string, Instrument>([[instrumentId(USDC), USDC]]);
  for (const underlying of underlyings) distinct.set(instrumentId({ kind: "spot", underlying }), { kind: "spot", underlying });
  const coins = COINS.map(
    ({ name, underlying }): Instrument => (name === underlying ? { kind: "spot", underlying } : { kind: "spot", underlying, coin: name }),
  );
  for (const coin of coins) if (underlyings.includes(coin.underlying)) distinct.set(instrumentId(coin), coin);
  for (const instrument of instruments) distinct.set(instrumentId(instrument), instrument);
  const ordered = [...distinct]
    .sort(([a, left], [b, right]) => {
      const later = expiryOf(right) - expiryOf(left);
      if (Number.isFinite(later) && later !== 0) return later;
      if (expiryOf(left) !== expiryOf(right)) return expiryOf(left) === Number.POSITIVE_INFINITY ? -1 : 1;
      return a < b ? -1 : 1;
    })
    .map(([, instrument]) => instrument);
  const numberOf = (wanted: Instrument) => ordered.findIndex((instrument) => instrumentId(instrument) === instrumentId(wanted));
  return {
    underlyings,
    instruments: ordered,
    kind: Uint8Array.from(ordered, ({ kind, underlying }) => (kind === "option" ? OPTION : kind !== "spot" ? LINEAR : isStablecoin(underlying) ? CASH : SPOT)),
    underlying: Int32Array.from(ordered, ({ underlying }) => (isStablecoin(underlying) ? underlyings.length : underlyings.indexOf(underlying))),
    lotSize: Float64Array.from(ordered, (instrument) => lotSize(instrument.underlying)),
    expiryHour: Float64Array.from(ordered, expiryOf),
    spotOf: Int32Array.from(underlyings, (underlying) => numberOf({ kind: "spot", underlying })),
    coinOf: Int32Array.from(coins, numberOf),
    usdc: numberOf(USDC),
  };
}

/** Whether an instrument is a contract, and not collateral. */
export function isContract({ kind }: Universe, i: number): boolean {
  return kind[i] === OPTION || kind[i] === LINEAR;
}

/** How many instruments have not expired at `hour`; they are the first ones. */
export function aliveAt({ expiryHour }: Universe, hour: number): number {
  let alive = expiryHour.length;
  while (alive > 0 && expiryHour[alive - 1] <= hour) alive--;
  return alive;
}

/** Value of one lot at expiry, USD: the intrinsic value of an option, the spot of a future. */
export function settlementValue(universe: Universe, index: number, spot: number): number {
  const instrument = universe.instruments[index];
  if (instrument.kind !== "option") return universe.lotSize[index] * spot;
  const intrinsic = instrument.right === "call" ? spot - instrument.strike : instrument.strike - spot;
  return universe.lotSize[index] * Math.max(0, intrinsic);
}

function expiryOf(instrument: Instrument): number {
  return "expiryHour" in instrument ? instrument.expiryHour : Number.POSITIVE_INFINITY;
}
