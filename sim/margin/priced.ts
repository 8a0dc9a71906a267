import { BallastError } from "../errors.ts";
import { type CubeInput, tablePrice } from "../kernel/index.ts";
import { skewStickiness, skewTilt } from "../market/implied-model.ts";
import type { Snapshot, UnderlyingState } from "../market/snapshot.ts";
import { atmVolatility, impliedVolatility, LEVEL_YEARS, type Surface, skewSlope, sliceAt, tiltedVolatility } from "../market/surface.ts";
import { HOURS_PER_YEAR } from "../market/volatility.ts";
import { exp, log, power } from "../math/index.ts";
import { normalCdf } from "../math/normal.ts";
import { type Instrument, instrumentId, lotSize } from "../pricing/instrument.ts";
import { LinearFactors, nettingSetOf } from "./linear.ts";
import type { PreparedScenarios } from "./prepared.ts";

/** Volatility shocks are stated for 30 days; a shorter expiry moves more, by this power of the ratio and at most so much. */
const TERM_POWER = 0.3;
const LARGEST_TERM_SCALE = 1.6;

/** The smile turns about where the money has moved to: what that does at a strike is taken as straight over a fall of so much, log return. Chosen. */
const TURNING_FALL = 0.15;

/** What a tilt does to volatility at a strike is taken as straight through that of a fall of a tenth in a day. Chosen. */
const STRAIGHT_TILT = skewTilt(-0.1, 24);

/** No fall turns a smile further than to this correlation: at −1 calls would have no smile left. A long expiry at a high level would get there. Chosen. */
const STEEPEST_RHO = -0.95;

/** Instruments valued now, and what the kernel needs to value them in every scenario. */
export interface PricedInstruments {
  readonly marks: Float64Array;
  readonly deltas: Float64Array;
  /** Number of the underlying of each, by which accounts are netted. What a linear one moves with is in the cube's input. */
  readonly nettingSet: Int32Array;
  readonly cubeInput: CubeInput;
}

/**
 * Values every instrument at the snapshot and prepares its scenarios.
 *
 * @throws INSTRUMENT_EXPIRED, UNDERLYING_MISSING, PRICE_NOT_FINITE.
 */
export function priceInstruments(snapshot: Snapshot, instruments: readonly Instrument[], scenarios: PreparedScenarios): PricedInstruments {
  const { set, shocks } = scenarios;
  const count = instruments.length;
  const kind = new Uint8Array(count);
  const place = new Int32Array(count);
  const nettingSet = new Int32Array(count);
  const halfLogStrike = new Float64Array(count);
  const discountedStrike = new Float64Array(count);
  const volatility = new Float64Array(count);
  const slope = new Float64Array(count);
  const rotation = new Float64Array(count);
  const rotationSlope = new Float64Array(count);
  const marks = new Float64Array(count);
  const deltas = new Float64Array(count);
  const lot = new Float64Array(count);
  const expiries = new ExpiryColumns(snapshot, set.assets);
  const factors = new LinearFactors(snapshot, scenarios);

  for (let i = 0; i < count; i++) {
    const instrument = instruments[i];
    const u = nettingSetOf(instrument, set);
    const state = snapshot.underlyings[u];
    nettingSet[i] = u;
    lot[i] = lotSize(instrument.underlying);
    if (instrument.kind === "option") {
      const terms = expiries.at(u, instrument.expiryHour, instrument);
      const logStrike = log(instrument.strike);
      const moneyness = logStrike - terms.logForward;
      kind[i] = instrument.right === "call" ? 1 : 2;
      place[i] = terms.column;
      halfLogStrike[i] = 0.5 * logStrike;
      discountedStrike[i] = lot[i] * terms.discount * instrument.strike;
      volatility[i] = impliedVolatility(state.surface, moneyness, terms.years);
      slope[i] = skewSlope(state.surface, moneyness, terms.years);
      rotation[i] = turning(state.surface, moneyness, terms);
      rotationSlope[i] = (turning(state.surface, moneyness + TURNING_FALL, terms) - rotation[i]) / TURNING_FALL;
      const half = 0.5 * volatility[i] * Math.sqrt(terms.years);
      marks[i] = tablePrice(kind[i] === 2, lot[i] * terms.discount * terms.forward, 0.5 * terms.logForward, discountedStrike[i], halfLogStrike[i], half);
      const inTheMoney = normalCdf(-moneyness / (2 * half) + half);
      // Per unit of spot: the forward moves with spot, discounted they move one for one.
      deltas[i] = lot[i] * (kind[i] === 2 ? inTheMoney - 1 : inTheMoney);
    } else {
      const forward = instrument.kind === "future" ? expiries.at(u, instrument.expiryHour, instrument).forward : Number.NaN;
      const terms = factors.at(instrument, u, forward);
      place[i] = terms.row;
      marks[i] = terms.mark;
      deltas[i] = terms.delta;
    }
    if (!Number.isFinite(marks[i]) || !Number.isFinite(deltas[i])) {
      throw new BallastError("PRICE_NOT_FINITE", `${instrumentId(instrument)} has no finite price at hour ${snapshot.hour}.`, { exit: 1 });
    }
  }
  const columns = expiries.columns();
  const simpleReturn = factors.returns();
  const cubeInput = { shocks, simpleReturn, columns, kind, place, halfLogStrike, discountedStrike, volatility, slope, rotation, rotationSlope, mark: marks };
  return { marks, deltas, nettingSet, cubeInput };
}

interface Terms {
  readonly column: number;
  readonly underlying: number;
  readonly years: number;
  readonly discount: number;
  readonly forward: number;
  readonly logForward: number;
  readonly atTheMoney: number;
  readonly rho: number;
  readonly rhoPerTilt: number;
  readonly tiltScale: number;
  readonly deepestTilt: number;
}

/** The distinct (underlying, expiry) pairs of a step: what depends only on them and the scenario is computed once. */
class ExpiryColumns {
  readonly #snapshot: Snapshot;
  readonly #assets: readonly string[];
  readonly #terms = new Map<number, Terms>();

  constructor(snapshot: Snapshot, assets: readonly string[]) {
    this.#snapshot = snapshot;
    this.#assets = assets;
  }

  at(underlying: number, expiryHour: number, instrument: Instrument): Terms {
    const key = expiryHour * this.#assets.length + underlying;
    let terms = this.#terms.get(key);
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
      const { theta, putWing, callWing } = sliceAt(state.surface, years);
      const wings = putWing + callWing;
      const rho = (callWing - putWing) / wings;
      const rhoPerTilt = (2 * theta) / wings;
      terms = {
        ...{ column: this.#terms.size, underlying, years, discount: exp(-rate * years), forward: exp(logForward), logForward },
        ...{ atTheMoney: atmVolatility(state.surface, years), rho, rhoPerTilt },
        // The skew is the level's answer to the spot over R: so it turns as the level moves, by maturity.
        tiltScale: (termScale(years) * skewStickiness(LEVEL_YEARS)) / skewStickiness(years),
        deepestTilt: Math.min(0, (STEEPEST_RHO - rho) / rhoPerTilt),
      };
      this.#terms.set(key, terms);
    }
    return terms;
  }

  columns(): CubeInput["columns"] {
    const all = [...this.#terms.values()];
    return {
      underlying: Int32Array.from(all, ({ underlying }) => underlying),
      discountedForward: Float64Array.from(all, ({ underlying, discount, forward }) => lotSize(this.#assets[underlying]) * discount * forward),
      logForward: Float64Array.from(all, ({ logForward }) => logForward),
      halfRoot: Float64Array.from(all, ({ years }) => 0.5 * Math.sqrt(years)),
      termScale: Float64Array.from(all, ({ years }) => termScale(years)),
      tiltScale: Float64Array.from(all, ({ tiltScale }) => tiltScale),
      deepestTilt: Float64Array.from(all, ({ deepestTilt }) => deepestTilt),
      atTheMoney: Float64Array.from(all, ({ atTheMoney }) => atTheMoney),
      rho: Float64Array.from(all, ({ rho }) => rho),
      rhoPerTilt: Float64Array.from(all, ({ rhoPerTilt }) => rhoPerTilt),
    };
  }
}

/** What a tilt does to volatility at a strike, per unit: by a secant, for where a chain's smile is steep the tangent may be far off. */
function turning(surface: Surface, moneyness: number, { years, tiltScale, deepestTilt }: Terms): number {
  const deep = Math.max(deepestTilt, STRAIGHT_TILT * tiltScale);
  return deep === 0 ? 0 : (tiltedVolatility(surface, moneyness, years, deep) - impliedVolatility(surface, moneyness, years)) / deep;
}

function termScale(years: number): number {
  return Math.min(LARGEST_TERM_SCALE, power((30 * 24) / (years * HOURS_PER_YEAR), TERM_POWER));
}
