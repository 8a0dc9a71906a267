import type { Instrument } from "../pricing/instrument.ts";
import type { PositionTable } from "./types.ts";

/**
 * The short-option minimum of one account: shorts less longs per (underlying, expiry, right), never below zero, at the
 * spot's notional, times the minimum of the underlying.
 */
export class NakedShorts {
  readonly #series: Int32Array;
  readonly #net: Float64Array;
  readonly #charge: Float64Array;

  /** @param chargePerLot per instrument: minimum × lot size × spot, USD. */
  constructor(instruments: readonly Instrument[], chargePerLot: Float64Array) {
    const names = new Map<string, number>();
    this.#series = new Int32Array(instruments.length).fill(-1);
    for (const [i, instrument] of instruments.entries()) {
      if (instrument.kind !== "option") continue;
      const name = `${instrument.underlying}:${instrument.expiryHour}:${instrument.right}`;
      const known = names.get(name) ?? names.size;
      names.set(name, known);
      this.#series[i] = known;
    }
    this.#net = new Float64Array(names.size);
    this.#charge = new Float64Array(names.size);
    for (let i = 0; i < instruments.length; i++) if (this.#series[i] >= 0) this.#charge[this.#series[i]] = chargePerLot[i];
  }

  /** USD; sums are taken series by series, so the order of positions does not matter. */
  minimumOf(table: PositionTable, account: number): number {
    let touched = false;
    for (let p = table.offsets[account]; p < table.offsets[account + 1]; p++) {
      const series = this.#series[table.instrument[p]];
      if (series < 0) continue;
      this.#net[series] += table.lots[p];
      touched = true;
    }
    if (!touched) return 0;
    let minimum = 0;
    for (let series = 0; series < this.#net.length; series++) {
      if (this.#net[series] < 0) minimum -= this.#net[series] * this.#charge[series];
      this.#net[series] = 0;
    }
    return minimum;
  }
}
