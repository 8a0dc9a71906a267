import type { Accounts } from "./accounts.ts";
import type { OpenedBook } from "./opened-book.ts";

/** Positions at one hour; compared with what came of them a horizon later. */
interface Frozen {
  readonly step: number;
  readonly offsets: Int32Array;
  readonly instrument: Int32Array;
  readonly lots: Float64Array;
  readonly marks: Float64Array;
}

/**
 * Backtest of the requirement: positions frozen at an hour, their loss over the horizon against the maintenance margin of that hour. Losses
 * are those of what the accounts held; coverage is that of the book as it was opened, so that it does not rise by liquidating early.
 */
export interface Coverage {
  readonly horizonHours: number;
  /** Rings of `horizonHours` steps. */
  readonly held: (Frozen | undefined)[];
  readonly opened: ((Frozen & { readonly maintenance: Float64Array }) | undefined)[];
  observations: number;
  covered: number;
}

const OBSERVED_EVERY_HOURS = 24;

/** @param horizonSeconds parameter horizon; whole hours, rounded up as the scenarios' moves are, so that what is asked is held against what it is asked for */
export function createCoverage(horizonSeconds: number): Coverage {
  const horizonHours = Math.ceil(horizonSeconds / 3_600);
  const ring = () => new Array(horizonHours).fill(undefined);
  return { horizonHours, held: ring(), opened: ring(), observations: 0, covered: 0 };
}

/**
 * Sums the losses of what was held a horizon ago, and freezes this hour in its place. Once a day each account of the opened book with a
 * requirement is an observation of coverage.
 *
 * @param lots of every entry of the holdings when the requirement was made, before anything was sold
 * @param maintenance of the opened book, by account
 * @returns Σ of the accounts' losses, USD, for step − horizonHours; null if that hour had no price
 */
export function observe(
  coverage: Coverage,
  accounts: Accounts,
  lots: Float64Array,
  step: number,
  opened: OpenedBook,
  maintenance: Float64Array,
): number | null {
  const { held, horizonHours } = coverage;
  const slot = step % horizonHours;
  const [wasHeld, wasOpened] = [held[slot], coverage.opened[slot]];
  const { offsets, instrument } = accounts.holdings;
  const marks = accounts.marks.slice();
  held[slot] = { step, offsets, instrument, lots, marks };
  const isObserved = step % OBSERVED_EVERY_HOURS === 0;
  coverage.opened[slot] = isObserved ? { step, ...opened, marks, maintenance } : undefined;
  for (let a = 0; a < accounts.count && wasOpened?.step === step - horizonHours; a++) {
    if (wasOpened.maintenance[a] <= 0) continue;
    coverage.observations++;
    if (lossOf(wasOpened, a, marks) <= wasOpened.maintenance[a]) coverage.covered++;
  }
  if (wasHeld?.step !== step - horizonHours) return null;
  let losses = 0;
  for (let a = 0; a < accounts.count; a++) losses += Math.max(0, lossOf(wasHeld, a, marks));
  return losses;
}

function lossOf({ offsets, instrument, lots, marks }: Frozen, a: number, now: Float64Array): number {
  let loss = 0;
  for (let e = offsets[a]; e < offsets[a + 1]; e++) loss += lots[e] * (marks[instrument[e]] - now[instrument[e]]);
  return loss;
}
