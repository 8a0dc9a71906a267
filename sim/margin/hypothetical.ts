import { createWasmKernel } from "../kernel/index.ts";
import type { Snapshot } from "../market/snapshot.ts";
import type { Instrument } from "../pricing/instrument.ts";
import { hypotheticalSet, TILE } from "../scenarios/index.ts";
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
  const cube = new Float64Array(instruments.length * set.padded);
  kernel.fillCube(priceInstruments(snapshot, instruments, set).cubeInput, cube);
  return (table, account, out) => {
    const whole = { offsets: table.offsets.subarray(account, account + 2), instrument: table.instrument, lots: table.lots };
    kernel.reserveRows(set.padded);
    kernel.sumGroups(cube, instruments.length, set.padded / TILE, whole, 0, 1, 0);
    out.set(kernel.row(0, moves.length));
  };
}
