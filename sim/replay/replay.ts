import { type Coverage, createCoverage, observe } from "./coverage.ts";
import { unfairness } from "./deleveraging.ts";
import { expireOpened, type OpenedBook, openedBook, openedRequirements, withUsdcOf } from "./opened-book.ts";
import type { Outcome } from "./outcome.ts";
import { type Procyclicality, procyclicality } from "./procyclicality.ts";
import { significant } from "./significant.ts";
import { advance, type ReplayInput, type Simulation, type StepView, shortfallOf, startSimulation } from "./simulation.ts";
import { createSolvencyBuffers, type SolvencyBuffers, systemSolvency } from "./solvency.ts";
import { isContract } from "./universe.ts";

/** Solvency runs every account through every scenario, which costs as much as the requirements: it is measured every so many hours. */
export const SOLVENCY_EVERY_HOURS = 6;

const SERIES_DIGITS = 6;
const FIGURE_DIGITS = 9;

/**
 * What would have happened to a book in a crash under a set of risk parameters (DESIGN §7): from five days before to five days after, hour by
 * hour and, where the data has such bars, by five minutes on the event's own days, with the margin engine that runs live. Pure: the same
 * input gives the same record, byte for byte, whatever the order of the accounts. No step reads a bar that had not ended.
 *
 * Between two hours volatilities, implied ones too, and the scenarios are those of the last hour; an underlying without five-minute bars
 * stands at its last hourly close.
 *
 * Not modelled: prices within a step (lows between two closes liquidate nobody), carry, fees of trading, traders who change their positions by themselves (a hedge is held as it was put on), and
 * the venue's counterparties, who are taken to pay.
 *
 * @throws BOOK_INVALID, PARAMETERS_MISSING, MARKET_HOUR_UNKNOWN
 * @example replay({ market, crash, book: seededPopulation({ accounts: 500, seed: 1 }), parameters, counts: CANONICAL_COUNTS, seed: 1 }).shortfallPeak;
 */
export function replay(input: ReplayInput): Outcome {
  const { simulation, view } = startSimulation(input);
  const { startHour, hours } = input.crash;
  // The opening and the end of every bar.
  const steps = hours + 1;
  const record = createRecord(simulation, steps, view);
  observeHour(record, simulation, 0, view);
  let soldBefore = simulation.auctions.notional;
  while (simulation.hour < startHour + hours) {
    const seen = advance(simulation);
    record.shortfallPeak = Math.max(record.shortfallPeak, shortfallOf(simulation));
    const step = simulation.hour - startHour;
    if (step !== Math.floor(step)) continue;
    if (seen === undefined) carryOver(record, simulation, step);
    else observeHour(record, simulation, step, seen);
    record.liquidatedNotional.push(simulation.auctions.notional - soldBefore);
    soldBefore = simulation.auctions.notional;
  }
  return outcomeOf(record, simulation, steps);
}

/** What is measured along the way; the series have one entry per hour. */
interface Observations {
  readonly spot: number[][];
  readonly equity: number[];
  readonly maintenance: number[];
  readonly initial: number[];
  readonly shortfall: number[];
  readonly fund: number[];
  readonly liquidatedNotional: number[];
  readonly horizonLoss: (number | null)[];
  /** Margin rates by underlying, long and short in turn. */
  readonly rates: number[][];
  readonly marginRates: number[];
  readonly opened: OpenedBook;
  readonly coverage: Coverage;
  shortfallPeak: number;
  buffers: SolvencyBuffers;
  leastIndex: number | null;
  coverTwo: number;
  insuranceTarget: number;
  gapHours: number;
}

function createRecord(simulation: Simulation, steps: number, { step }: StepView): Observations {
  return {
    spot: simulation.underlyings.map(() => []),
    equity: [],
    maintenance: [],
    initial: [],
    shortfall: [],
    fund: [],
    liquidatedNotional: [0],
    horizonLoss: new Array(steps).fill(null),
    rates: simulation.underlyings.flatMap(() => [[], []]),
    marginRates: [],
    opened: openedBook(simulation.accounts),
    coverage: createCoverage(simulation.input.parameters.protocol.horizon),
    shortfallPeak: shortfallOf(simulation),
    buffers: createSolvencyBuffers(step.scenarios),
    leastIndex: null,
    coverTwo: 0,
    insuranceTarget: 0,
    gapHours: 0,
  };
}

function observeHour(record: Observations, simulation: Simulation, index: number, { snapshot, step, requirements, equity, lots }: StepView): void {
  const { accounts, ledger, engine, underlyings } = simulation;
  const { opened } = record;
  if (opened.lots.length !== lots.length) expireOpened(opened, simulation.alive);
  withUsdcOf(opened, accounts.universe, lots);
  const required = openedRequirements(opened, step, lots, requirements);
  snapshot.underlyings.forEach(({ spot }, u) => {
    record.spot[u].push(spot);
  });
  record.equity.push(equity);
  record.maintenance.push(total(requirements.maintenance));
  record.initial.push(total(requirements.initial));
  record.shortfall.push(shortfallOf(simulation));
  record.fund.push(ledger.fund);
  underlyings.forEach((asset, u) => {
    const { long, short } = engine.linearRates(snapshot, asset);
    record.rates[2 * u].push(long);
    record.rates[2 * u + 1].push(short);
  });
  const notional = grossNotional(simulation, opened, snapshot.underlyings);
  if (notional > 0) record.marginRates.push(total(required.initial) / notional);
  const { horizonHours } = record.coverage;
  const loss = observe(record.coverage, accounts, lots, index, opened, required.maintenance);
  if (loss !== null) record.horizonLoss[index - horizonHours] = loss;
  if (index % SOLVENCY_EVERY_HOURS !== 0) return;
  // There are fewer moves to draw from while the history is young.
  if (record.buffers.profit.length !== step.scenarios) record.buffers = createSolvencyBuffers(step.scenarios);
  const solvency = systemSolvency(accounts, step, ledger.fund, record.buffers);
  record.coverTwo = Math.max(record.coverTwo, solvency.coverTwo);
  record.insuranceTarget = Math.max(record.insuranceTarget, solvency.insuranceTarget);
  if (solvency.index !== null) record.leastIndex = Math.min(record.leastIndex ?? Number.POSITIVE_INFINITY, solvency.index);
}

/** An hour without a price: what was last known still stands. */
function carryOver(record: Observations, simulation: Simulation, index: number): void {
  for (const series of [...record.spot, record.equity, record.maintenance, record.initial]) series.push(series[index - 1]);
  for (const rates of record.rates) rates.push(Number.NaN);
  record.shortfall.push(shortfallOf(simulation));
  record.fund.push(simulation.ledger.fund);
  record.gapHours++;
}

function outcomeOf(record: Observations, simulation: Simulation, steps: number): Outcome {
  const { input, accounts, auctions, deleveraging, ledger, venue, underlyings, startFund } = simulation;
  const { largestOneDayRise, largestFiveDayRise, peakToTrough }: Procyclicality = procyclicality(record.rates);
  const { observations, covered } = record.coverage;
  const figure = (value: number) => significant(value, FIGURE_DIGITS);
  const series = (values: readonly number[]) => values.map((value) => significant(value, SERIES_DIGITS));
  const final = shortfallOf(simulation);
  // Accounts still open below zero at the end take from the fund what the closed ones would.
  const fundLeft = Math.max(0, ledger.fund - (final - ledger.deficits));
  return {
    crash: input.crash.id,
    seed: input.seed,
    accounts: accounts.count,
    steps,
    gapHours: record.gapHours,
    underlyings,
    shortfallPeak: figure(record.shortfallPeak),
    shortfallFinal: figure(final),
    fundStart: startFund,
    fundLeft: figure(fundLeft),
    sharedLoss: figure(ledger.shared + ledger.uncovered + Math.max(0, final - ledger.deficits - ledger.fund)),
    accountsLiquidated: total(auctions.liquidated),
    notionalLiquidated: figure(auctions.notional),
    accountsWiped: total(auctions.closed),
    marginCalls: simulation.marginCalls,
    coverage: observations === 0 ? 0 : figure(covered / observations),
    coverageObservations: observations,
    meanMarginRate: figure(record.marginRates.length === 0 ? 0 : total(record.marginRates) / record.marginRates.length),
    peakMarginRate: figure(largest(record.marginRates)),
    largestOneDayRise: figure(largestOneDayRise),
    largestFiveDayRise: figure(largestFiveDayRise),
    peakToTrough: figure(peakToTrough),
    keeperProfit: figure(ledger.keepers),
    auctionsUnsold: auctions.unsold,
    auctionsRestarted: auctions.restarted,
    slicesTargeted: auctions.targeted,
    accountsDeleveraged: total(deleveraging.touched),
    notionalDeleveraged: figure(deleveraging.notional),
    deleveragedLoss: figure(ledger.deleveraged),
    deleveragingUnfairness: figure(unfairness(deleveraging)),
    largestImpact: figure(venue.largestDisplacement),
    leastSolvencyIndex: record.leastIndex === null ? null : figure(record.leastIndex),
    coverTwo: figure(record.coverTwo),
    insuranceTarget: figure(record.insuranceTarget),
    series: {
      startHour: input.crash.startHour,
      spot: Object.fromEntries(underlyings.map((asset, u) => [asset, series(record.spot[u])])),
      equity: series(record.equity),
      maintenance: series(record.maintenance),
      initial: series(record.initial),
      shortfall: series(record.shortfall),
      fund: series(record.fund),
      liquidatedNotional: series(record.liquidatedNotional),
      horizonLoss: record.horizonLoss.map((loss) => (loss === null ? null : significant(loss, SERIES_DIGITS))),
    },
  };
}

/** Full notional of all derivatives of the opened book, USD. */
function grossNotional({ accounts }: Simulation, { instrument, lots }: OpenedBook, states: readonly { readonly spot: number }[]): number {
  const { universe } = accounts;
  let notional = 0;
  for (let e = 0; e < lots.length; e++) {
    const i = instrument[e];
    if (isContract(universe, i)) notional += Math.abs(lots[e]) * universe.lotSize[i] * states[universe.underlying[i]].spot;
  }
  return notional;
}

function total(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum;
}

function largest(values: readonly number[]): number {
  let most = 0;
  for (const value of values) most = Math.max(most, value);
  return most;
}
