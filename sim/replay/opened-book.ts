import type { MarginStep, Requirements } from "../margin/types.ts";
import type { Accounts } from "./accounts.ts";
import { CASH, type Universe } from "./universe.ts";

/**
 * The book as it was opened, held until it expires, whatever was sold of it since. What a requirement is worth is measured on it: a set
 * of parameters that liquidates early must not look cheaper and safer for having nobody left. Its USDC is what the account has now.
 */
export interface OpenedBook {
  offsets: Int32Array;
  instrument: Int32Array;
  /** Entry by entry those of the holdings, which change by what was sold. */
  lots: Float64Array;
}

export function openedBook({ holdings }: Accounts): OpenedBook {
  return { offsets: holdings.offsets, instrument: holdings.instrument, lots: holdings.lots.slice() };
}

/** Takes out what has expired, as the holdings do. @param alive how many instruments live */
export function expireOpened(opened: OpenedBook, alive: number): void {
  const offsets = new Int32Array(opened.offsets.length);
  const kept: number[] = [];
  for (let a = 0; a + 1 < offsets.length; a++) {
    for (let e = opened.offsets[a]; e < opened.offsets[a + 1]; e++) if (opened.instrument[e] < alive) kept.push(e);
    offsets[a + 1] = kept.length;
  }
  opened.instrument = Int32Array.from(kept, (e) => opened.instrument[e]);
  opened.lots = Float64Array.from(kept, (e) => opened.lots[e]);
  opened.offsets = offsets;
}

/** The opened book with the USDC of now; what was frozen of it before keeps its own. @param lots of the holdings */
export function withUsdcOf(opened: OpenedBook, { kind }: Universe, lots: Float64Array): void {
  opened.lots = opened.lots.slice();
  for (let e = 0; e < lots.length; e++) if (kind[opened.instrument[e]] === CASH) opened.lots[e] = lots[e];
}

/**
 * Maintenance and initial margin of the opened book, by account. Only accounts that have sold something are margined again.
 *
 * @param lots of the holdings, as `requirements` saw them
 */
export function openedRequirements(
  opened: OpenedBook,
  step: MarginStep,
  lots: Float64Array,
  requirements: Requirements,
): Pick<Requirements, "maintenance" | "initial"> {
  const { offsets, instrument } = opened;
  const sold: number[] = [];
  for (let a = 0; a + 1 < offsets.length; a++) {
    for (let e = offsets[a]; e < offsets[a + 1]; e++) {
      if (lots[e] === opened.lots[e]) continue;
      sold.push(a);
      break;
    }
  }
  const maintenance = requirements.maintenance.slice();
  const initial = requirements.initial.slice();
  const starts = new Int32Array(sold.length + 1);
  for (let r = 0; r < sold.length; r++) starts[r + 1] = starts[r] + offsets[sold[r] + 1] - offsets[sold[r]];
  const ownInstrument = new Int32Array(starts[sold.length]);
  const ownLots = new Float64Array(ownInstrument.length);
  for (let r = 0; r < sold.length; r++) {
    ownInstrument.set(instrument.subarray(offsets[sold[r]], offsets[sold[r] + 1]), starts[r]);
    ownLots.set(opened.lots.subarray(offsets[sold[r]], offsets[sold[r] + 1]), starts[r]);
  }
  const again = step.requirements({ accounts: sold.length, offsets: starts, instrument: ownInstrument, lots: ownLots });
  for (let r = 0; r < sold.length; r++) {
    maintenance[sold[r]] = again.maintenance[r];
    initial[sold[r]] = again.initial[r];
  }
  return { maintenance, initial };
}
