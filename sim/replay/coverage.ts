import type { Accounts } from "./accounts.ts";

/** What was held and required at one hour; compared with what came of it a horizon later. */
interface Frozen {
  readonly step: number;
  readonly offsets: Int32Array;
  readonly instrument: Int32Array;
  readonly lots: Float64Array;
  readonly marks: Float64Array;
  readonly maintenance: Float64Array;
}

/** Backtest of the requirement: positions frozen at a step, their loss over the horizon against the maintenance margin of that step. */
export interface Coverage {
  readonly horizonHours: number;
  /** A ring of `horizonHours` steps. */
  readonly frozen: (Frozen | undefined)[];
  observations: number;
  covered: number;
}

const OBSERVED_EVERY_HOURS = 24;

/** @param horizonSeconds parameter horizon; whole hours, rounded up as the scenarios' moves are, so that what is asked is held against what it is asked for */
export function createCoverage(horizonSeconds: number): Coverage {
  const horizonHours = Math.ceil(horizonSeconds / 3_600);
  return { horizonHours, frozen: new Array(horizonHours).fill(undefined), observations: 0, covered: 0 };
}

/**
 * Sums the losses of what was frozen a horizon ago, and freezes this step in its place. Once a day each account with a requirement is
 * an observation of coverage.
 *
 * @param lots of every entry of the holdings when the requirement was made, before anything was sold
 * @returns Σ of the accounts' losses, USD, for step − horizonHours; null if that step had no price
 */
export function observe(coverage: Coverage, accounts: Accounts, lots: Float64Array, step: number, maintenance: Float64Array): number | null {
  const slot = step % coverage.horizonHours;
  const frozen = coverage.frozen[slot];
  const { offsets, instrument } = accounts.holdings;
  coverage.frozen[slot] = { step, offsets, instrument, lots, marks: accounts.marks.slice(), maintenance: maintenance.slice() };
  if (frozen === undefined || frozen.step !== step - coverage.horizonHours) return null;
  const isObserved = frozen.step % OBSERVED_EVERY_HOURS === 0;
  let losses = 0;
  for (let a = 0; a < accounts.count; a++) {
    let loss = 0;
    for (let e = frozen.offsets[a]; e < frozen.offsets[a + 1]; e++) {
      const i = frozen.instrument[e];
      loss += frozen.lots[e] * (frozen.marks[i] - accounts.marks[i]);
    }
    if (loss > 0) losses += loss;
    if (!isObserved || frozen.maintenance[a] <= 0) continue;
    coverage.observations++;
    if (loss <= frozen.maintenance[a]) coverage.covered++;
  }
  return losses;
}
