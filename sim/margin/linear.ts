import { BallastError } from "../errors.ts";
import type { Snapshot } from "../market/snapshot.ts";
import { type Instrument, instrumentId, isStablecoin, lotSize } from "../pricing/instrument.ts";
import { futureBasisScale, type ScenarioSet } from "../scenarios/index.ts";
import type { PreparedScenarios } from "./prepared.ts";

type Linear = Exclude<Instrument, { kind: "option" }>;

/** One lot of a linear instrument now: the row of returns it moves with, its value, and its delta in units of the underlying. */
interface LinearTerms {
  readonly row: number;
  readonly mark: number;
  readonly delta: number;
}

/**
 * The simple returns that linear instruments move with. The first rows are the underlyings' own; a perpetual or future adds its basis to them,
 * a collateral coin its peg, and a stablecoin has only its peg. What moves alike shares a row.
 */
export class LinearFactors {
  readonly #snapshot: Snapshot;
  readonly #scenarios: PreparedScenarios;
  readonly #rows = new Map<string, { readonly row: number; readonly returns: Float64Array }>();

  constructor(snapshot: Snapshot, scenarios: PreparedScenarios) {
    this.#snapshot = snapshot;
    this.#scenarios = scenarios;
    const { assets, spot } = scenarios.set;
    for (const [u, name] of assets.entries()) this.#rowOf(name, spot[u]);
  }

  /**
   * @param u number of the underlying, −1 for a stablecoin
   * @param forward of a future, USD
   */
  at(instrument: Linear, u: number, forward: number): LinearTerms {
    const { spot, basis, pegs, padded } = this.#scenarios.set;
    const lot = lotSize(instrument.underlying);
    if (instrument.kind === "spot") {
      const coin = instrument.coin ?? instrument.underlying;
      const peg = this.#snapshot.pegs[coin] ?? 1;
      const pegMoves = pegs[coin];
      if (isStablecoin(instrument.underlying)) {
        return { row: this.#rowOf(`${coin} peg`, pegMoves ?? new Float64Array(padded)), mark: lot * peg, delta: 0 };
      }
      const state = this.#snapshot.underlyings[u];
      // A coin that is not another's stand-in is worth its own spot.
      const value = lot * state.spot * (instrument.coin === undefined ? 1 : peg);
      const row = pegMoves === undefined ? u : this.#rowOf(`${coin} for ${instrument.underlying}`, spot[u], pegMoves);
      return { row, mark: value, delta: value / state.spot };
    }
    const state = this.#snapshot.underlyings[u];
    if (instrument.kind === "perp") {
      const value = lot * state.spot * state.perpetualBasis;
      return { row: this.#rowOf(instrumentId(instrument), spot[u], basis[u]), mark: value, delta: value / state.spot };
    }
    const scale = futureBasisScale(instrument.expiryHour - this.#snapshot.hour);
    return {
      row: this.#rowOf(`${instrument.underlying} basis times ${scale}`, spot[u], basis[u], scale),
      mark: lot * forward,
      delta: (lot * forward) / state.spot,
    };
  }

  /** Rows × scenarios. */
  returns(): Float64Array {
    const { padded } = this.#scenarios.set;
    const out = new Float64Array(this.#rows.size * padded);
    for (const { row, returns } of this.#rows.values()) out.set(returns, row * padded);
    return out;
  }

  #rowOf(name: string, move: Float64Array, added?: Float64Array, times?: number): number {
    let known = this.#rows.get(name);
    if (known === undefined) {
      known = { row: this.#rows.size, returns: this.#scenarios.returnsOf(name, move, added, times) };
      this.#rows.set(name, known);
    }
    return known.row;
  }
}

/** Number of the underlying of an instrument; a stablecoin's is one beyond the last: it is a netting set of its own. */
export function nettingSetOf(instrument: Instrument, set: ScenarioSet): number {
  const u = set.assets.indexOf(instrument.underlying);
  if (u >= 0) return u;
  if (instrument.kind === "spot" && isStablecoin(instrument.underlying)) return set.assets.length;
  throw new BallastError("UNDERLYING_MISSING", `${instrumentId(instrument)} has an underlying the market snapshot does not hold.`, {
    where: { value: instrument.underlying },
    fix: `Add ${instrument.underlying} to the snapshot.`,
  });
}
