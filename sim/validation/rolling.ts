import { BallastError } from "../errors.ts";
import { createMarginEngine, type MarginEngine, type MarginStep, type PositionTable, type ScenarioCounts } from "../margin/index.ts";
import type { Market } from "../market/market.ts";
import type { Snapshot } from "../market/snapshot.ts";
import type { ParameterSet } from "../parameters/index.ts";
import { type Instrument, instrumentId, lotSize } from "../pricing/instrument.ts";
import { type Narrowed, narrowed } from "./narrowed.ts";
import { type Predicted, predictedLoss, worstOf } from "./predicted.ts";
import { type Position, type ReferencePortfolio, struck } from "./reference-portfolios.ts";

/** A run over part of the history. Parts can be run apart: what one hour says does not depend on the hours before it. */
export interface RollingInput {
  readonly market: Market;
  readonly parameters: ParameterSet;
  readonly counts: ScenarioCounts;
  readonly portfolios: readonly ReferencePortfolio[];
  /** Windows begin at these hours; ascending. */
  readonly hours: readonly number[];
  /** Whether the predicted tail of a window is kept, by its first hour. */
  readonly keepsTail: (hour: number) => boolean;
}

/** What came of every window. Arrays go by window; NaN where there is none: an underlying without a price at its beginning or its end. */
export interface Rolling {
  readonly hours: readonly number[];
  readonly portfolios: readonly Windows[];
}

/** All amounts are parts of the notional of the legs at the start. */
export interface Windows {
  /** Profit over the horizon, funding of perpetuals included. */
  readonly profit: Float64Array;
  /** Maintenance margin without its part for the cost of a liquidation: what stands against the market. */
  readonly cover: Float64Array;
  /** The same with value at risk in place of expected shortfall, and no more of the cap on netting than the joint loss. */
  readonly valueAtRisk: Float64Array;
  /** 1 where the grid or the short-option minimum sets the requirement, and not the historical draws. */
  readonly setByFloor: Float64Array;
  /** What the filtered draws alone predict, of the windows whose tail is kept. */
  readonly predicted: (Predicted | undefined)[];
}

/** A book between its beginning and its end. */
interface Open {
  readonly window: number;
  readonly portfolio: number;
  readonly positions: readonly Position[];
  readonly notionalUsd: number;
  readonly value: number;
}

/**
 * Margins every portfolio at every hour as the live engine does, and values it again a horizon later at the market's own prices and
 * surfaces; what expires between is settled at its hour's spot.
 *
 * @throws what the engine throws; VALIDATION_DISAGREES when the engine's core requirement is not what its own scenarios give
 */
export function rollWindows(input: RollingInput): Rolling {
  const { market, parameters, counts, portfolios, hours } = input;
  const engine = createMarginEngine(market, parameters, counts);
  const horizonHours = horizonOf(parameters);
  const empty = () => new Float64Array(hours.length).fill(Number.NaN);
  const windows = portfolios.map(() => ({
    profit: empty(),
    cover: empty(),
    valueAtRisk: empty(),
    setByFloor: empty(),
    predicted: new Array<Predicted | undefined>(hours.length).fill(undefined),
  }));
  const openByEnd = new Map<number, Open[]>();
  const at = new Map(hours.map((hour, window) => [hour, window]));
  for (const hour of stops(hours, horizonHours)) {
    const narrow = narrowed(market, parameters, hour);
    const ending = openByEnd.get(hour) ?? [];
    openByEnd.delete(hour);
    const window = at.get(hour);
    const beginning = window === undefined || narrow === undefined ? [] : strike(portfolios, narrow, window);
    if (narrow === undefined) continue;
    const step = stepOf(engine, narrow.snapshot, [...ending, ...beginning], hour);
    const marks = marksOf(step);
    for (const open of ending) {
      const gained = valueAt(market, open, hour, marks, narrow) - open.value - fundingPaid(market, open, hour - horizonHours, hour);
      windows[open.portfolio].profit[open.window] = gained / open.notionalUsd;
    }
    if (window === undefined || step === undefined || beginning.length === 0) continue;
    margin({ step, parameters, beginning, keepsTail: input.keepsTail(hour), windows });
    const opened = beginning.map((open) => ({ ...open, value: valueOf(open.positions, marks) }));
    openByEnd.set(hour + horizonHours, opened);
  }
  return { hours, portfolios: windows };
}

/** Whole hours of the horizon, rounded up as the scenarios' moves are. */
export function horizonOf(parameters: ParameterSet): number {
  return Math.ceil(parameters.protocol.horizon / 3_600);
}

/** Hours at which windows begin or end, ascending. */
function stops(hours: readonly number[], horizonHours: number): number[] {
  return [...new Set(hours.flatMap((hour) => [hour, hour + horizonHours]))].sort((a, b) => a - b);
}

function strike(portfolios: readonly ReferencePortfolio[], { snapshot }: Narrowed, window: number): Open[] {
  return portfolios.flatMap((one, portfolio) => {
    const positions = struck(one, snapshot);
    if (positions === undefined) return [];
    const notionalUsd = positions.reduce((sum, position) => sum + position.notionalUsd, 0);
    return [{ window, portfolio, positions, notionalUsd, value: Number.NaN }];
  });
}

/** One step with everything that lives in any of the books; undefined if nothing does. */
function stepOf(engine: MarginEngine, snapshot: Snapshot, books: readonly Open[], hour: number): MarginStep | undefined {
  const known = new Set(snapshot.underlyings.map(({ asset }) => asset));
  const living = new Map<string, Instrument>();
  for (const { positions } of books) {
    for (const { instrument } of positions) {
      if (known.has(instrument.underlying) && !hasExpired(instrument, hour)) living.set(instrumentId(instrument), instrument);
    }
  }
  return living.size === 0 ? undefined : engine.step(snapshot, [...living.values()]);
}

function marksOf(step: MarginStep | undefined): Map<string, number> {
  return new Map(step?.instruments.map((instrument, i) => [instrumentId(instrument), step.marks[i]]));
}

function hasExpired(instrument: Instrument, hour: number): boolean {
  return "expiryHour" in instrument && instrument.expiryHour <= hour;
}

function valueOf(positions: readonly Position[], marks: ReadonlyMap<string, number>): number {
  let value = 0;
  for (const { instrument, lots } of positions) value += lots * (marks.get(instrumentId(instrument)) ?? Number.NaN);
  return value;
}

/** A book's value at the end of its window: NaN if one of its underlyings has no price there. */
function valueAt(market: Market, { positions }: Open, hour: number, marks: ReadonlyMap<string, number>, { snapshot }: Narrowed): number {
  let value = 0;
  for (const { instrument, lots } of positions) {
    if (!hasExpired(instrument, hour)) value += lots * (marks.get(instrumentId(instrument)) ?? Number.NaN);
    else if ("expiryHour" in instrument) {
      const settlement = instrument.expiryHour === hour ? snapshot : market.snapshotAt(instrument.expiryHour);
      value += lots * settlementValue(instrument, settlement.underlyings.find(({ asset }) => asset === instrument.underlying)?.spot ?? Number.NaN);
    }
  }
  return value;
}

const FUNDING_EVERY_HOURS = 8;

/** What a book's perpetuals pay between two hours, on their notional at the first, USD; where a rate is not known, nothing. */
function fundingPaid({ dataset }: Market, { positions }: Open, after: number, upTo: number): number {
  let paid = 0;
  for (const { instrument, lots, notionalUsd } of positions) {
    const funding = instrument.kind === "perp" ? dataset.funding[instrument.underlying] : undefined;
    if (funding === undefined) continue;
    for (let i = Math.floor((after - funding.startHour) / FUNDING_EVERY_HOURS) + 1; funding.startHour + i * FUNDING_EVERY_HOURS <= upTo; i++) {
      const rate = funding.rates[i] ?? Number.NaN;
      if (!Number.isNaN(rate)) paid += Math.sign(lots) * notionalUsd * rate;
    }
  }
  return paid;
}

function settlementValue(instrument: Instrument, spot: number): number {
  const units = lotSize(instrument.underlying);
  if (instrument.kind !== "option") return units * spot;
  return units * Math.max(0, instrument.right === "call" ? spot - instrument.strike : instrument.strike - spot);
}

interface Margin {
  readonly step: MarginStep;
  readonly parameters: ParameterSet;
  readonly beginning: readonly Open[];
  readonly keepsTail: boolean;
  readonly windows: readonly Windows[];
}

function margin({ step, parameters, beginning, keepsTail, windows }: Margin): void {
  const table = tableOf(step, beginning);
  const requirements = step.requirements(table);
  const { confidence, stressWeight } = parameters.protocol;
  const weight = stressWeight / 10_000;
  const profits = new Float64Array(step.scenarios);
  const keptFiltered = keptOf(step.filtered, step.filteredPopulation, confidence, keepsTail);
  const keptStressed = keptOf(step.stressed, step.stressed, confidence, false);
  beginning.forEach((open, a) => {
    const own = windows[open.portfolio];
    step.profitAndLoss(table, a, profits);
    const filtered = { population: step.filteredPopulation, worst: worstOf(profits, 0, step.filtered, keptFiltered) };
    const stressed = { population: step.stressed, worst: worstOf(profits, step.filtered, step.stressed, keptStressed) };
    const core = (expectedShortfall: boolean) => {
      const ordinary = predictedLoss(filtered, confidence, expectedShortfall);
      return Math.max(0, ordinary, (1 - weight) * ordinary + weight * predictedLoss(stressed, confidence, expectedShortfall));
    };
    requireAgreement(core(parameters.protocol.riskMeasure === 1), requirements.core[a], step.hour);
    const floor = Math.max(requirements.grid[a], requirements.shortOptionMinimum[a]);
    own.cover[open.window] = (requirements.maintenance[a] - requirements.liquidity[a]) / open.notionalUsd;
    own.valueAtRisk[open.window] = Math.max(core(false), floor) / open.notionalUsd;
    own.setByFloor[open.window] = floor > requirements.offset[a] ? 1 : 0;
    if (keepsTail) own.predicted[open.window] = { population: filtered.population, worst: filtered.worst.map((profit) => profit / open.notionalUsd) };
  });
}

/** What the tail asks for; of a tail that is kept, as much as is sure to be the worst of the family for every book: a quarter of the draws. */
function keptOf(drawn: number, population: number, confidenceBps: number, keepsTail: boolean): number {
  return Math.min(drawn, Math.max(keepsTail ? Math.floor(drawn / 4) : 0, Math.ceil((population * (10_000 - confidenceBps)) / 10_000) + 2));
}

function tableOf(step: MarginStep, books: readonly Open[]): PositionTable {
  const numbers = new Map(step.instruments.map((instrument, i) => [instrumentId(instrument), i]));
  const offsets = Int32Array.from({ length: books.length + 1 });
  const instrument: number[] = [];
  const lots: number[] = [];
  books.forEach(({ positions }, a) => {
    for (const position of positions) {
      instrument.push(numbers.get(instrumentId(position.instrument)) ?? -1);
      lots.push(position.lots);
    }
    offsets[a + 1] = lots.length;
  });
  return { accounts: books.length, offsets, instrument: Int32Array.from(instrument), lots: Float64Array.from(lots) };
}

/** What is tested has to be what accounts are held to: if the engine's formula moves on, this one must follow. */
function requireAgreement(own: number, engine: number, hour: number): void {
  if (Math.abs(own - engine) <= 1e-9 * Math.max(1, engine)) return;
  throw new BallastError("VALIDATION_DISAGREES", `At hour ${hour} the engine's core requirement is ${engine}, its scenarios give ${own}.`, {
    fix: "The engine's core requirement has changed: let sim/validation/rolling.ts follow it.",
    exit: 1,
  });
}
