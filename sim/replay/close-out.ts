import { type Accounts, revalue, revalueAccount } from "./accounts.ts";
import { type Cut, cutAccount, removeCut } from "./cut.ts";
import type { Ledger } from "./ledger.ts";
import { costOf, roomFor, unwind, type Venue } from "./venue.ts";

/**
 * Closes an account that is worth nothing or less, as far as the hour's room goes. Nobody buys it: the protocol unwinds it into the
 * market and pays for that out of what is left.
 *
 * @param cut a buffer; what was closed stands in it afterwards
 * @returns whether the account has no position left
 */
export function closeOut(accounts: Accounts, a: number, venue: Venue, ledger: Ledger, deltas: Float64Array, spots: Float64Array, cut: Cut): boolean {
  cutAccount(accounts, a, 1, "up", deltas, spots, cut);
  const room = roomFor(venue, cut.gross);
  if (room < 1) cutAccount(accounts, a, room, "down", deltas, spots, cut);
  const cost = costOf(venue, cut.gross, 1);
  unwind(venue, cut.gross, cut.net);
  removeCut(accounts, a, cut);
  accounts.cash[a] += cut.value - cost;
  ledger.unwinding += cost;
  revalueAccount(accounts, a);
  return room >= 1;
}

/**
 * Pays the debt of a closed account: the insurance fund first, then all accounts pro rata to what they are worth; each at most all of
 * it. The account leaves with nothing.
 */
export function coverDeficit(accounts: Accounts, a: number, ledger: Ledger): void {
  const deficit = Math.max(0, -accounts.cash[a]);
  if (deficit === 0) return;
  accounts.cash[a] = 0;
  ledger.deficits += deficit;
  const paid = Math.min(ledger.fund, deficit);
  ledger.fund -= paid;
  const rest = deficit - paid;
  if (rest > 0) shareLoss(accounts, rest, ledger);
  revalueAccount(accounts, a);
}

function shareLoss(accounts: Accounts, loss: number, ledger: Ledger): void {
  let total = 0;
  for (let a = 0; a < accounts.count; a++) total += Math.max(0, accounts.worth[a]);
  const shared = Math.min(loss, total);
  ledger.shared += shared;
  ledger.uncovered += loss - shared;
  if (total === 0) return;
  for (let a = 0; a < accounts.count; a++) accounts.cash[a] -= shared * (Math.max(0, accounts.worth[a]) / total);
  revalue(accounts);
}
