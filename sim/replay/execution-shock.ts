import { createWasmKernel } from "../kernel/index.ts";
import { createMarginEngine } from "../margin/engine.ts";
import type { ScenarioCounts } from "../margin/types.ts";
import type { ParameterSet } from "../parameters/index.ts";
import { createDrawMemory } from "../scenarios/index.ts";
import { type Accounts, creditsOf, revalue } from "./accounts.ts";
import { type AgedBookInput, agedBook } from "./aged-book.ts";
import { significant } from "./significant.ts";
import { isContract } from "./universe.ts";

/** Who becomes liquidatable in the block a change executes, and by nothing but the change. Shares are fractions, money USD. */
export interface ExecutionShock {
  readonly hour: number;
  /** Shares of accounts, and of the book's notional they hold. */
  readonly accounts: number;
  readonly notional: number;
  readonly accountsTotal: number;
  readonly newlyLiquidatable: number;
  readonly notionalTotal: number;
  readonly newlyLiquidatableNotional: number;
  /** Relative change of the whole book's maintenance margin. */
  readonly maintenanceIncrease: number;
  /** The largest of them, at most ten. */
  readonly top: readonly ShockedAccount[];
}

export interface ShockedAccount {
  readonly id: string;
  readonly archetype: string;
  readonly notional: number;
  readonly equityBefore: number;
  readonly equityAfter: number;
  readonly maintenanceBefore: number;
  readonly maintenanceAfter: number;
}

/** `hour` is when the change executes. */
export interface ExecutionShockInput extends Omit<AgedBookInput, "parameters"> {
  readonly before: ParameterSet;
  readonly after: ParameterSet;
  readonly counts: ScenarioCounts;
}

const LISTED = 10;
const DIGITS = 9;

/**
 * Margins a book some days old (see `agedBook`) under both sets at the same market: an account is hit if its equity is at or above
 * maintenance under today's set and below under the other. Haircuts count on both sides.
 *
 * @throws BOOK_INVALID, PARAMETERS_MISSING, MARKET_HOUR_UNKNOWN, SHOCK_AGE_INVALID
 * @example executionShock({ market, hour, book, before: today, after: proposed, counts: CANONICAL_COUNTS }).accounts; // 0.012
 */
export function executionShock(input: ExecutionShockInput): ExecutionShock {
  const { market, hour, before, after, counts, memory = createDrawMemory(market) } = input;
  const engineOf = (parameters: ParameterSet) => createMarginEngine(market, parameters, counts, createWasmKernel(), memory);
  const { accounts: opened, snapshot, spots, step } = agedBook({ ...input, parameters: before }, engineOf(before));
  const requirements = step.requirements(opened.holdings);

  const { coinCredit, cashCredit } = creditsOf(after);
  const seenAfter: Accounts = { ...opened, coinCredit, cashCredit, worth: new Float64Array(opened.count), equity: new Float64Array(opened.count) };
  revalue(seenAfter);
  const required = engineOf(after).step(snapshot, opened.universe.instruments).requirements(opened.holdings);

  const hit: ShockedAccount[] = [];
  let notionalTotal = 0;
  let maintenanceBefore = 0;
  let maintenanceAfter = 0;
  for (let a = 0; a < opened.count; a++) {
    const notional = notionalOf(opened, a, spots);
    notionalTotal += notional;
    maintenanceBefore += requirements.maintenance[a];
    maintenanceAfter += required.maintenance[a];
    if (opened.equity[a] < requirements.maintenance[a] || seenAfter.equity[a] >= required.maintenance[a]) continue;
    hit.push({
      id: opened.book[a].id,
      archetype: opened.book[a].archetype,
      notional: significant(notional, DIGITS),
      equityBefore: significant(opened.equity[a], DIGITS),
      equityAfter: significant(seenAfter.equity[a], DIGITS),
      maintenanceBefore: significant(requirements.maintenance[a], DIGITS),
      maintenanceAfter: significant(required.maintenance[a], DIGITS),
    });
  }
  hit.sort((left, right) => right.notional - left.notional || (left.id < right.id ? -1 : 1));
  const hitNotional = hit.reduce((total, { notional }) => total + notional, 0);
  return {
    hour,
    accounts: share(hit.length, opened.count),
    notional: share(hitNotional, notionalTotal),
    accountsTotal: opened.count,
    newlyLiquidatable: hit.length,
    notionalTotal: significant(notionalTotal, DIGITS),
    newlyLiquidatableNotional: significant(hitNotional, DIGITS),
    maintenanceIncrease: maintenanceBefore === 0 ? 0 : significant(maintenanceAfter / maintenanceBefore - 1, DIGITS),
    top: hit.slice(0, LISTED),
  };
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : significant(part / whole, DIGITS);
}

function notionalOf({ holdings, universe }: Accounts, a: number, spots: Float64Array): number {
  let notional = 0;
  for (let e = holdings.offsets[a]; e < holdings.offsets[a + 1]; e++) {
    const i = holdings.instrument[e];
    if (isContract(universe, i)) notional += Math.abs(holdings.lots[e]) * universe.lotSize[i] * spots[universe.underlying[i]];
  }
  return notional;
}
