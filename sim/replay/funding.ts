import type { FundingSeries } from "../market/dataset.ts";
import { fundingPaid } from "../market/perpetuals.ts";
import type { Accounts } from "./accounts.ts";

/**
 * Pays the funding of perpetuals due after `from` and up to `to`: longs pay rate × notional at the mark, shorts get it; into and out of cash. The
 * other side is the market's, as for every gain. Where no rate is known nothing is paid.
 *
 * @param marks were taken at `to`; a payment that fell into a gap is made at the first marks after it
 * @returns what all accounts together got, USD
 */
export function payFunding(accounts: Accounts, funding: Readonly<Record<string, FundingSeries>>, from: number, to: number): number {
  const { universe, holdings, cash, marks, count } = accounts;
  const rates = new Float64Array(universe.instruments.length);
  let isPaid = false;
  for (const [i, { kind, underlying }] of universe.instruments.entries()) {
    if (kind !== "perp") continue;
    rates[i] = fundingPaid(funding[underlying], from, to);
    if (rates[i] !== 0) isPaid = true;
  }
  if (!isPaid) return 0;
  let got = 0;
  for (let a = 0; a < count; a++) {
    for (let e = holdings.offsets[a]; e < holdings.offsets[a + 1]; e++) {
      const i = holdings.instrument[e];
      const paid = holdings.lots[e] * marks[i] * rates[i];
      cash[a] -= paid;
      got -= paid;
    }
  }
  return got;
}
