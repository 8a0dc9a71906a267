import type { PositionTable } from "../margin/types.ts";
import type { Accounts, Prices } from "./accounts.ts";
import type { OracleModel } from "./liquidation-model.ts";
import type { Universe } from "./universe.ts";

/** The prices of the last hours, as far back as the protocol's own may be. */
export interface Oracle {
  readonly model: OracleModel;
  /** Oldest first; the last is of now. */
  readonly records: { readonly hour: number; readonly prices: Prices }[];
}

export function createOracle(model: OracleModel, accounts: Accounts, hour: number): Oracle {
  return { model, records: [{ hour, prices: pricesOf(accounts) }] };
}

/**
 * Sets what the protocol sees of the accounts' prices: those of `latencySeconds` ago, on the straight line between the two prices around
 * that time; before the first, the first. Call it after every change of the marks, and revalue the accounts.
 */
export function seePrices(oracle: Oracle, accounts: Accounts, hour: number): void {
  const { model, records } = oracle;
  if (model.latencySeconds === 0) return;
  const at = hour - model.latencySeconds / 3_600;
  records.push({ hour, prices: pricesOf(accounts) });
  while (records.length > 2 && records[1].hour <= at) records.shift();
  const [before, after] = records;
  const weight = Math.max(0, Math.min(1, (at - before.hour) / (after.hour - before.hour)));
  accounts.seen = {
    marks: between(before.prices.marks, after.prices.marks, weight),
    coinValues: between(before.prices.coinValues, after.prices.coinValues, weight),
  };
}

function between(from: Float64Array, to: Float64Array, weight: number): Float64Array {
  const values = new Float64Array(from.length);
  for (let i = 0; i < values.length; i++) values[i] = from[i] + weight * (to[i] - from[i]);
  return values;
}

/**
 * What is attested on top of losses: what the engine asks, and what the width of the price adds, every underlying on the side that is worse
 * for the account, to first order. Source: the confidence add-on of Derive's portfolio margin, there a share of notional, here of the net delta.
 *
 * @param asked by account of the table, USD
 * @param deltas of one lot of each instrument, in units of its underlying
 */
export function withConfidence(
  { model }: Oracle,
  asked: Float64Array,
  { offsets, instrument, lots }: PositionTable,
  { underlying }: Universe,
  deltas: Float64Array,
  spots: Float64Array,
): Float64Array {
  if (model.confidence === 0) return asked;
  return asked.map((required, a) => {
    let total = required;
    let net = 0;
    for (let e = offsets[a]; e < offsets[a + 1]; e++) {
      const u = underlying[instrument[e]];
      // USDC has no spot.
      net += lots[e] * deltas[instrument[e]] * (spots[u] ?? 0);
      // Entries stand by underlying: the last of one closes it.
      if (e + 1 < offsets[a + 1] && underlying[instrument[e + 1]] === u) continue;
      total += model.confidence * Math.abs(net);
      net = 0;
    }
    return total;
  });
}

function pricesOf({ marks, coinValues }: Accounts): Prices {
  return { marks: marks.slice(), coinValues: coinValues.slice() };
}
