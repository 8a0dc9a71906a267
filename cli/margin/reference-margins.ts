import { createWasmKernel } from "../../sim/kernel/index.ts";
import { createDrawMemory, createMarginEngine, type PositionTable, type ScenarioCounts } from "../../sim/margin/index.ts";
import type { Market } from "../../sim/market/index.ts";
import type { ParameterSet } from "../../sim/parameters/index.ts";
import type { Instrument } from "../../sim/pricing/instrument.ts";
import { type Position, REFERENCE_PORTFOLIOS, struck } from "../../sim/validation/reference-portfolios.ts";

/** What a reference portfolio needs under several parameter sets, USD of initial margin, in the order of the sets. */
export interface ReferenceMargin {
  readonly name: string;
  readonly title: string;
  readonly initial: readonly number[];
}

/**
 * Margins every reference portfolio of the validation under several parameter sets at one hour. The sets share their draws, so that what differs is
 * what the parameters do.
 *
 * @param hour hours since 1970-01-01T00:00Z; only data stamped before it is read
 * @throws what the engine throws where the market does not hold the hour
 * @example referenceMargins(market, market.history.startHour + market.history.hours, [base, after], CANONICAL_COUNTS)[0].initial // [118_000, 123_000]
 */
export function referenceMargins(
  market: Market,
  hour: number,
  sets: readonly ParameterSet[],
  counts: ScenarioCounts,
  memory = createDrawMemory(market),
): ReferenceMargin[] {
  const snapshot = market.snapshotAt(hour);
  const held = REFERENCE_PORTFOLIOS.flatMap((portfolio) => {
    const positions = struck(portfolio, snapshot);
    return positions === undefined ? [] : [{ ...portfolio, positions }];
  });
  const { instruments, table } = tableOf(
    held.map(({ positions }) => positions),
    snapshot.underlyings.map(({ asset }) => asset),
  );
  const kernel = createWasmKernel();
  const initial = sets.map((set) => createMarginEngine(market, set, counts, kernel, memory).step(snapshot, instruments).requirements(table).initial);
  return held.map(({ name, title }, a) => ({ name, title, initial: initial.map((one) => one[a]) }));
}

/** One account per portfolio; the engine wants the entries of an account sorted by underlying. */
function tableOf(
  portfolios: readonly (readonly Position[])[],
  assets: readonly string[],
): { readonly instruments: Instrument[]; readonly table: PositionTable } {
  const order = ({ instrument }: Position) => assets.indexOf(instrument.underlying);
  const sorted = portfolios.map((positions) => [...positions].sort((a, b) => order(a) - order(b)));
  const all = sorted.flat();
  const offsets = new Int32Array(portfolios.length + 1);
  sorted.forEach((positions, a) => {
    offsets[a + 1] = offsets[a] + positions.length;
  });
  return {
    instruments: all.map(({ instrument }) => instrument),
    table: { accounts: portfolios.length, offsets, instrument: Int32Array.from(all, (_, i) => i), lots: Float64Array.from(all, ({ lots }) => lots) },
  };
}
