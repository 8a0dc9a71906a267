import type { CubeInput, Kernel, Yardstick } from "../kernel/index.ts";
import type { ParameterSet } from "../parameters/index.ts";
import { coreLoss } from "./core-loss.ts";
import type { PositionTable } from "./types.ts";

/** Core loss of one lot of each instrument that is a stablecoin, held and owed, USD; NaN for all others. */
export interface PegLosses {
  readonly long: Float64Array;
  readonly short: Float64Array;
}

/**
 * What a lot of each stablecoin may lose. It is measured once a step and for every account alike: a peg is netted with nothing, because nobody
 * may count on a dollar rising when a market falls. That asks for at least as much as one tail of everything would (expected shortfall is
 * subadditive: Acerbi and Tasche 2002), and for the same share of every dollar.
 *
 * @param netting number of the underlying of each instrument; a stablecoin's is `apart`
 * @example pegLossesOf(kernel, cubeInput, yardstick, parameters, nettingSet, set.assets.length).long;
 */
export function pegLossesOf(
  kernel: Kernel,
  cubeInput: CubeInput,
  yardstick: Yardstick,
  parameters: ParameterSet,
  netting: Int32Array,
  apart: number,
): PegLosses {
  const of = (lots: number) =>
    Float64Array.from(netting, (u, i) => {
      if (u !== apart) return Number.NaN;
      const row = kernel.profitAndLoss(cubeInput, { instrument: Int32Array.of(i), lots: Float64Array.of(lots) }, 0, 1).slice();
      return coreLoss(parameters, kernel.measureRow(row, yardstick), 0);
    });
  return { long: of(1), short: of(-1) };
}

/**
 * A table without its stablecoins, and what they may lose by account, USD.
 *
 * @example const { rest, loss } = withoutStablecoins(table, pegLosses);
 */
export function withoutStablecoins(table: PositionTable, { long, short }: PegLosses): { rest: PositionTable; loss: Float64Array } {
  const { accounts } = table;
  const loss = new Float64Array(accounts);
  const offsets = new Int32Array(accounts + 1);
  const instrument = new Int32Array(table.instrument.length);
  const lots = new Float64Array(table.lots.length);
  let kept = 0;
  for (let a = 0; a < accounts; a++) {
    for (let p = table.offsets[a]; p < table.offsets[a + 1]; p++) {
      const i = table.instrument[p];
      if (long[i] >= 0) loss[a] += Math.abs(table.lots[p]) * (table.lots[p] > 0 ? long[i] : short[i]);
      else {
        instrument[kept] = i;
        lots[kept++] = table.lots[p];
      }
    }
    offsets[a + 1] = kept;
  }
  return { rest: { accounts, offsets, instrument: instrument.subarray(0, kept), lots: lots.subarray(0, kept) }, loss };
}
