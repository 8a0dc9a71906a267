import type { PositionTable } from "../margin/types.ts";
import type { Snapshot } from "../market/index.ts";
import type { Instrument } from "../pricing/instrument.ts";
import { type PricedInstrument, priced } from "./priced.ts";

/** What one account has to hold beyond the value of its options, USD. */
export interface PeerMargin {
  readonly maintenance: number;
  readonly initial: number;
  /** What the two are made of, by the model's own names. */
  readonly components: Readonly<Record<string, number>>;
}

/** Lots of one account in one underlying, by instrument; an instrument may stand there more than once. */
export interface Holding {
  readonly instrument: number;
  readonly lots: number;
}

/** A margin model over priced instruments: what depends on the market only is computed once, then any account is margined. */
export type PeerModel = (instruments: readonly PricedInstrument[]) => (holdings: readonly Holding[]) => PeerMargin;

/** The instruments of one step, ready to margin any account of a table over them. */
export interface PeerStep {
  readonly instruments: readonly PricedInstrument[];
  marginOf(table: PositionTable, account: number): PeerMargin;
}

/**
 * Prices the instruments once for a model.
 *
 * @throws UNDERLYING_MISSING, INSTRUMENT_EXPIRED
 * @example peerStep(spanModel(SPAN_DEFAULTS), snapshot, instruments).marginOf(table, 0).maintenance
 */
export function peerStep(model: PeerModel, snapshot: Snapshot, instruments: readonly Instrument[]): PeerStep {
  const known = priced(snapshot, instruments);
  const marginOf = model(known);
  return {
    instruments: known,
    marginOf(table, account) {
      const holdings: Holding[] = [];
      for (let p = table.offsets[account]; p < table.offsets[account + 1]; p++) {
        if (table.lots[p] !== 0 && known[table.instrument[p]].underlying >= 0) holdings.push({ instrument: table.instrument[p], lots: table.lots[p] });
      }
      return marginOf(holdings);
    },
  };
}

/** Holdings by underlying, in the order of the snapshot's underlyings. */
export function byUnderlying(instruments: readonly PricedInstrument[], holdings: readonly Holding[]): Holding[][] {
  const groups: Holding[][] = [];
  for (const holding of holdings) {
    const at = instruments[holding.instrument].underlying;
    groups[at] ??= [];
    groups[at].push(holding);
  }
  return groups.filter((group) => group !== undefined);
}

/** A value by asset, with one for those that are not named. */
export type ByAsset = Readonly<Record<string, number>> & { readonly other: number };

/** @example ofAsset({ BTC: 0.16, other: 0.25 }, "SOL") // 0.25 */
export function ofAsset(values: ByAsset, asset: string): number {
  return values[asset] ?? values.other;
}
