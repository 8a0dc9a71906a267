import { createWasmKernel } from "../kernel/index.ts";
import type { Snapshot } from "../market/snapshot.ts";
import type { Instrument } from "../pricing/instrument.ts";
import { hypotheticalSet } from "../scenarios/index.ts";
import { prepareScenarios } from "./prepared.ts";
import { priceInstruments } from "./priced.ts";
import type { PositionTable } from "./types.ts";

/** Fills `out` with the profit of one account of a table in each move, USD. */
export type Profits = (table: PositionTable, account: number, out: Float64Array) => void;

/**
 * Values instruments under moves that somebody names, by the same kernel and the same smile as a requirement.
 *
 * @param moves log returns by underlying of the snapshot, one array per scenario
 * @param horizonHours over how long they happen, which says how volatility answers
 * @throws MOVE_INVALID, INSTRUMENT_EXPIRED, UNDERLYING_MISSING
 * @example hypotheticalProfits(snapshot, instruments, [Float64Array.of(-0.4)], 24)(table, 0, out);
 */
export function hypotheticalProfits(snapshot: Snapshot, instruments: readonly Instrument[], moves: readonly Float64Array[], horizonHours: number): Profits {
  const kernel = createWasmKernel();
  const set = hypotheticalSet(snapshot, moves, horizonHours);
  const { cubeInput } = priceInstruments(snapshot, instruments, prepareScenarios(set));
  return ({ instrument, lots, offsets }, account, out) => {
    const row = kernel.profitAndLoss(cubeInput, { instrument, lots }, offsets[account], offsets[account + 1]);
    out.set(row.subarray(0, moves.length));
  };
}
