/** Who was deleveraged over a replay, and what it cost them. */
export interface Deleveraging {
  /** By account: what it gave up, and what it would have given up had every gain in the book been cut by the same share; USD. */
  readonly lossUsd: Float64Array;
  readonly evenUsd: Float64Array;
  /** 1 for each account some of whose lots were closed. */
  readonly touched: Uint8Array;
  /** Full notional of the lots closed. */
  notional: number;
}

export function createDeleveraging(accounts: number): Deleveraging {
  return { lossUsd: new Float64Array(accounts), evenUsd: new Float64Array(accounts), touched: new Uint8Array(accounts), notional: 0 };
}

/**
 * How far deleveraging was from an even haircut on gains: the share of the loss that would have to change hands, 0 (each bore it in proportion to
 * its unrealised profit) to 1 (all of it fell on accounts without any). 0 where nothing was lost.
 */
export function unfairness({ lossUsd, evenUsd }: Deleveraging): number {
  let total = 0;
  let moved = 0;
  for (let a = 0; a < lossUsd.length; a++) {
    total += lossUsd[a];
    moved += Math.abs(lossUsd[a] - evenUsd[a]);
  }
  return total === 0 ? 0 : moved / 2 / total;
}
