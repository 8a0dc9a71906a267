import { BallastError } from "../errors.ts";
import { createWasmKernel } from "../kernel/index.ts";
import { hypotheticalProfits } from "../margin/hypothetical.ts";
import { createDrawMemory, createMarginEngine, type DrawMemory, type ScenarioCounts } from "../margin/index.ts";
import type { Market } from "../market/index.ts";
import type { Change, ParameterSet } from "../parameters/index.ts";
import { attackBooks } from "./attack-books.ts";
import { crashMoves, MOVE_HOURS } from "./crash-moves.ts";
import { loosestStep, YIELDING } from "./loosest-step.ts";

export interface ExtractableInput {
  readonly market: Market;
  /** Whose market the books are opened in, hours since 1970-01-01T00:00Z. */
  readonly hour: number;
  /** The set in force. */
  readonly parameters: ParameterSet;
  readonly counts: ScenarioCounts;
  /** The most the attacker can put up as margin, USD. */
  readonly capitalUsd: number;
  /** Draws of the market that were made already; only time is saved. */
  readonly memory?: DrawMemory | undefined;
}

/** A book and what it leaves to others. Money USD. */
export interface WorstBook {
  readonly book: string;
  readonly notionalUsd: number;
  readonly marginUsd: number;
  /** Loss in the move named, and what of it the margin does not pay. */
  readonly lossUsd: number;
  readonly beyondUsd: number;
  /** The crash whose day it was. */
  readonly move: string;
}

export interface Extractable {
  /** What the worst day of the recorded crashes would bring, coming again. */
  readonly valueUsd: number;
  /** The same without any vote: what the margins in force already leave. */
  readonly todayUsd: number;
  /** What the worst scenario of today's set would bring: a draw of a model, further out than any day on record, and not in `valueUsd`. */
  readonly inScenariosUsd: number;
  /** The worst book under the loosest step; null where no book of the family loses more than its margin. */
  readonly worst: WorstBook | null;
  readonly changes: readonly Change[];
  /** Books margined under the loosest steps, moves each was put through. */
  readonly books: number;
  readonly moves: number;
}

/**
 * What a harmful set of parameters lets an attacker take: it passes the loosest legal batch, opens a book at the initial margin that then asks, and the
 * winning side of it with another account. If the worst move comes, the losing side leaves unpaid what exceeds its margin.
 *
 * A bounded search, not an optimum: the family of `attackBooks`, alone and in pairs, in sizes up to the loosened cap on open interest and the attacker's
 * capital; the worst days of the dataset's crashes (and, said apart, today's scenario set). Books of other shapes, other moves, risky collateral and
 * several batches in a row are not looked at. The move is not the attacker's to choose: this is what it takes if it comes.
 *
 * @throws CAPITAL_INVALID, MARKET_HOUR_UNKNOWN, PARAMETERS_MISSING
 * @example extractable({ market, hour, parameters, counts: QUICK_COUNTS, capitalUsd: 20e6 }).valueUsd;
 */
export function extractable(input: ExtractableInput): Extractable {
  const { market, hour, parameters, capitalUsd } = input;
  if (!(capitalUsd > 0))
    throw new BallastError("CAPITAL_INVALID", `An attacker with USD ${capitalUsd} opens no book.`, { where: { value: String(capitalUsd) } });
  const snapshot = market.snapshotAt(hour);
  const assets = snapshot.underlyings.map(({ asset }) => asset).filter((asset) => parameters.underlyings[asset] !== undefined);
  const targets = assets.flatMap((asset, i) => [[asset], ...assets.slice(i + 1).map((other) => [asset, other])]);
  const search = createSearch(input);
  let worst: WorstBook | undefined;
  let changes: readonly Change[] = [];
  let [todayUsd, inScenariosUsd, books] = [0, 0, 0];
  for (const underlyings of targets) {
    todayUsd = Math.max(todayUsd, search(underlyings, parameters).worst?.beyondUsd ?? 0);
    for (const yields of YIELDING) {
      const step = loosestStep(parameters, underlyings, yields);
      const found = search(underlyings, step.after);
      inScenariosUsd = Math.max(inScenariosUsd, found.inScenariosUsd);
      books += found.books;
      if (found.worst !== undefined && found.worst.beyondUsd > (worst?.beyondUsd ?? 0)) [worst, changes] = [found.worst, step.changes];
    }
  }
  const moves = crashMoves(market.dataset.crashes, snapshot).moves.length;
  return { valueUsd: worst?.beyondUsd ?? 0, todayUsd, inScenariosUsd, worst: worst ?? null, changes, books, moves };
}

interface Found {
  readonly worst: WorstBook | undefined;
  readonly inScenariosUsd: number;
  readonly books: number;
}

/** Margins books under one set and judges them in moves that no vote changes: the crashes, and the scenarios of today's set. */
function createSearch({
  market,
  hour,
  parameters,
  counts,
  capitalUsd,
  memory = createDrawMemory(market),
}: ExtractableInput): (underlyings: readonly string[], margined: ParameterSet) => Found {
  const kernel = createWasmKernel();
  const snapshot = market.snapshotAt(hour);
  const { moves, crashes } = crashMoves(market.dataset.crashes, snapshot);
  const todays = createMarginEngine(market, parameters, counts, kernel, memory);
  return (underlyings, margined) => {
    const { instruments, table, rows } = attackBooks(snapshot, underlyings, capsOf(margined, underlyings));
    const { initial } = createMarginEngine(market, margined, counts, kernel, memory).step(snapshot, instruments).requirements(table);
    const scenarios = todays.step(snapshot, instruments).worstLosses(table);
    const profits = hypotheticalProfits(snapshot, instruments, moves, MOVE_HOURS);
    const row = new Float64Array(moves.length);
    let worst: WorstBook | undefined;
    let inScenariosUsd = 0;
    for (let a = 0; a < rows.length; a++) {
      if (initial[a] > capitalUsd) continue;
      inScenariosUsd = Math.max(inScenariosUsd, scenarios[a] - initial[a]);
      profits(table, a, row);
      const lowest = row.reduce((least, profit, s) => (profit < row[least] ? s : least), 0);
      const beyondUsd = -row[lowest] - initial[a];
      if (beyondUsd <= (worst?.beyondUsd ?? 0)) continue;
      const { name, notionalUsd } = rows[a];
      worst = { book: name, notionalUsd, marginUsd: initial[a], lossUsd: -row[lowest], beyondUsd, move: crashes[lowest] };
    }
    return { worst, inScenariosUsd, books: rows.length };
  };
}

function capsOf(set: ParameterSet, underlyings: readonly string[]): Record<string, number> {
  return Object.fromEntries(underlyings.map((asset) => [asset, set.underlyings[asset].openInterestCap * 1_000]));
}
