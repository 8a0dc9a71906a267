import { BallastError } from "../errors.ts";
import { type CubeInput, tablePrice } from "../kernel/index.ts";
import type { Snapshot, UnderlyingState } from "../market/snapshot.ts";
import { impliedVolatility, leastVolatility, skewSlope } from "../market/surface.ts";
import { HOURS_PER_YEAR } from "../market/volatility.ts";
import { exp, log, power } from "../math/index.ts";
import { normalCdf } from "../math/normal.ts";
import { type Instrument, instrumentId, lotSize } from "../pricing/instrument.ts";
import { type ScenarioSet, TILE } from "../scenarios/index.ts";

/** Volatility shocks are stated for 30 days; a shorter expiry moves more, by this power of the ratio and at most so much. */
const TERM_POWER = 0.3;
const LARGEST_TERM_SCALE = 1.6;

/** Instruments valued now, and what the kernel needs to value them in every scenario. */
export interface PricedInstruments {
  readonly marks: Float64Array;
  readonly deltas: Float64Array;
  readonly cubeInput: CubeInput;
}

/**
 * Values every instrument at the snapshot and prepares its scenarios.
 *
 * @throws INSTRUMENT_EXPIRED, UNDERLYING_MISSING, PRICE_NOT_FINITE.
 */
export function priceInstruments(snapshot: Snapshot, instruments: readonly Instrument[], set: ScenarioSet): PricedInstruments {
  const count = instruments.length;
  const kind = new Uint8Array(count);
  const column = new Int32Array(count);
  const underlying = new Int32Array(count);
  const halfLogStrike = new Float64Array(count);
  const discountedStrike = new Float64Array(count);
  const volatility = new Float64Array(count);
  const tilt = new Float64Array(count);
  const least = new Float64Array(count);
  const marks = new Float64Array(count);
  const deltas = new Float64Array(count);
  const lot = new Float64Array(count);
  const expiries = new ExpiryColumns(snapshot, set);

  for (let i = 0; i < count; i++) {
    const instrument = instruments[i];
    const u = set.assets.indexOf(instrument.underlying);
    if (u < 0) {
      throw new BallastError("UNDERLYING_MISSING", `${instrumentId(instrument)} has an underlying the market snapshot does not hold.`, {
        where: { value: instrument.underlying },
        fix: `Add ${instrument.underlying} to the snapshot.`,
      });
    }
    const state = snapshot.underlyings[u];
    underlying[i] = u;
    lot[i] = lotSize(instrument.underlying);
    if (instrument.kind === "option") {
      const terms = expiries.at(u, instrument.expiryHour, instrument);
      const logStrike = log(instrument.strike);
      const moneyness = logStrike - terms.logForward;
      kind[i] = instrument.right === "call" ? 1 : 2;
      column[i] = terms.column;
      halfLogStrike[i] = 0.5 * logStrike;
      discountedStrike[i] = lot[i] * terms.discount * instrument.strike;
      volatility[i] = impliedVolatility(state.surface, moneyness, terms.years);
      tilt[i] = -skewSlope(state.surface, moneyness, terms.years);
      // The tangent of a smile runs below it, in the end below all of it.
      least[i] = leastVolatility(state.surface, terms.years);
      const half = 0.5 * volatility[i] * Math.sqrt(terms.years);
      marks[i] = tablePrice(kind[i] === 2, lot[i] * terms.discount * terms.forward, 0.5 * terms.logForward, discountedStrike[i], halfLogStrike[i], half);
      const inTheMoney = normalCdf(-moneyness / (2 * half) + half);
      // Per unit of spot: the forward moves with spot, discounted they move one for one.
      deltas[i] = lot[i] * (kind[i] === 2 ? inTheMoney - 1 : inTheMoney);
    } else {
      const carry = instrument.kind === "future" ? expiries.at(u, instrument.expiryHour, instrument).forward : state.spot;
      marks[i] = lot[i] * carry;
      deltas[i] = (lot[i] * carry) / state.spot;
    }
    if (!Number.isFinite(marks[i]) || !Number.isFinite(deltas[i])) {
      throw new BallastError("PRICE_NOT_FINITE", `${instrumentId(instrument)} has no finite price at hour ${snapshot.hour}.`, { exit: 1 });
    }
  }
  return {
    marks,
    deltas,
    cubeInput: {
      tiles: set.padded / TILE,
      kind,
      column,
      underlying,
      halfLogStrike,
      discountedStrike,
      volatility,
      tilt,
      least,
      mark: marks,
      ...expiries.shocked(),
      ...spotReturns(set),
    },
  };
}

interface Terms {
  readonly column: number;
  readonly underlying: number;
  readonly years: number;
  readonly discount: number;
  readonly forward: number;
  readonly logForward: number;
}

/** The distinct (underlying, expiry) pairs of a step: what depends only on them and the scenario is computed once. */
class ExpiryColumns {
  readonly #snapshot: Snapshot;
  readonly #set: ScenarioSet;
  readonly #columns = new Map<string, Terms>();

  constructor(snapshot: Snapshot, set: ScenarioSet) {
    this.#snapshot = snapshot;
    this.#set = set;
  }

  at(underlying: number, expiryHour: number, instrument: Instrument): Terms {
    const key = `${underlying}:${expiryHour}`;
    let terms = this.#columns.get(key);
    if (terms === undefined) {
      const { hour, rate } = this.#snapshot;
      if (expiryHour <= hour) {
        throw new BallastError("INSTRUMENT_EXPIRED", `${instrumentId(instrument)} expired at hour ${expiryHour}, the snapshot is at hour ${hour}.`, {
          where: { field: "expiryHour", value: String(expiryHour) },
          fix: "Settle what has expired before asking for a requirement.",
        });
      }
      const years = (expiryHour - hour) / HOURS_PER_YEAR;
      const state = this.#snapshot.underlyings[underlying] as UnderlyingState;
      const logForward = log(state.spot) + rate * years;
      terms = { column: this.#columns.size, underlying, years, discount: exp(-rate * years), forward: exp(logForward), logForward };
      this.#columns.set(key, terms);
    }
    return terms;
  }

  shocked(): Pick<CubeInput, "discountedForward" | "halfLogForward" | "halfDeviation" | "halfFloor"> {
    const { padded, spot, volatility, volatilityFloor } = this.#set;
    const size = this.#columns.size * padded;
    const shocked = {
      discountedForward: new Float64Array(size),
      halfLogForward: new Float64Array(size),
      halfDeviation: new Float64Array(size),
      halfFloor: new Float64Array(size),
    };
    for (const { column, underlying, years, discount, forward, logForward } of this.#columns.values()) {
      const halfRoot = 0.5 * Math.sqrt(years);
      const perLot = lotSize(this.#set.assets[underlying]) * discount * forward;
      const termScale = Math.min(LARGEST_TERM_SCALE, power((30 * 24) / (years * HOURS_PER_YEAR), TERM_POWER));
      for (let s = 0; s < padded; s++) {
        const at = column * padded + s;
        const move = spot[underlying][s];
        // A move of exactly zero keeps the forward's own bits, so that its P&L is exactly zero.
        shocked.discountedForward[at] = perLot * (move === 0 ? 1 : exp(move));
        shocked.halfLogForward[at] = 0.5 * (logForward + move);
        shocked.halfDeviation[at] = halfRoot * (1 + termScale * volatility[underlying][s]);
        shocked.halfFloor[at] = halfRoot * volatilityFloor[underlying][s];
      }
    }
    return shocked;
  }
}

function spotReturns(set: ScenarioSet): Pick<CubeInput, "logReturn" | "simpleReturn"> {
  const logReturn = new Float64Array(set.assets.length * set.padded);
  const simpleReturn = new Float64Array(logReturn.length);
  for (let a = 0; a < set.assets.length; a++) {
    logReturn.set(set.spot[a], a * set.padded);
    for (let s = 0; s < set.padded; s++) simpleReturn[a * set.padded + s] = set.spot[a][s] === 0 ? 0 : exp(set.spot[a][s]) - 1;
  }
  return { logReturn, simpleReturn };
}
