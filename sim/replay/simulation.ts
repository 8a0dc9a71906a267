import { createMarginEngine } from "../margin/engine.ts";
import type { MarginEngine, MarginStep, PositionTable, Requirements, ScenarioCounts } from "../margin/types.ts";
import type { Crash } from "../market/dataset.ts";
import { lastKnownDaily } from "../market/history.ts";
import type { Market } from "../market/market.ts";
import type { Snapshot } from "../market/snapshot.ts";
import { createRandom } from "../math/index.ts";
import type { ParameterSet } from "../parameters/index.ts";
import { type Accounts, createAccounts, DUST_USD, revalue, valueCoins } from "./accounts.ts";
import { type Attestations, attest, counted, createAttestations, reattest } from "./attestation.ts";
import type { Auctions } from "./auction-step.ts";
import { auctionStep, createAuctions } from "./auctions.ts";
import { type Book, COINS } from "./book.ts";
import { collateralise } from "./collateralise.ts";
import { type CrashBars, crashBars, narrowed, replayUnderlyings, withinHour } from "./crash-bars.ts";
import { createDeleveraging, type Deleveraging } from "./deleveraging.ts";
import { payFunding } from "./funding.ts";
import { createKeepers, type Keepers } from "./keepers.ts";
import { createLedger, type Ledger } from "./ledger.ts";
import { checkLiquidationModel, DEFAULT_LIQUIDATION, type LiquidationModel } from "./liquidation-model.ts";
import { callMargin, createMarginCalls, type MarginCalls } from "./margin-calls.ts";
import { settleExpired, takeMarks } from "./mark.ts";
import { materialise } from "./materialise.ts";
import { createOracle, type Oracle, seePrices, withConfidence } from "./oracle.ts";
import { askedByUsdcLot, type Parts, partsOf } from "./requirement-parts.ts";
import { aliveAt } from "./universe.ts";
import { markUsdc, revalueUsdc, standUsdc, usdcValue } from "./usdc.ts";
import { createVenue, decay, displacementOf, openVenue, type Venue } from "./venue.ts";

/** Everything a replay is made from; the same input gives the same bytes. */
export interface ReplayInput {
  readonly market: Market;
  readonly crash: Crash;
  readonly book: Book;
  readonly parameters: ParameterSet;
  readonly counts: ScenarioCounts;
  /** Which accounts answer their margin calls. */
  readonly seed: number;
  /** How liquidations are carried out and who takes part; `DEFAULT_LIQUIDATION` if left out. */
  readonly liquidation?: LiquidationModel;
  /** The engine for `parameters` and `counts`, if there is one already. */
  readonly engine?: MarginEngine;
}

/** A replay under way. */
export interface Simulation {
  readonly input: ReplayInput;
  readonly engine: MarginEngine;
  readonly underlyings: readonly string[];
  readonly bars: CrashBars;
  readonly accounts: Accounts;
  readonly calls: MarginCalls;
  readonly attestations: Attestations;
  readonly auctions: Auctions;
  readonly liquidation: LiquidationModel;
  readonly keepers: Keepers;
  readonly oracle: Oracle;
  readonly deleveraging: Deleveraging;
  readonly venue: Venue;
  readonly ledger: Ledger;
  /** USD at the start: what the accounts were worth, and the fund. */
  readonly startWorth: number;
  readonly startFund: number;
  /** Time of the last step, a whole hour or a twelfth of one; the market as the last whole hour saw it; how many instruments live. */
  hour: number;
  hourly: Snapshot;
  /** When accounts were last marked, and what a USDC was worth then. */
  markedHour: number;
  usdc: number;
  alive: number;
  marginCalls: number;
}

/** What one step saw, for measures. */
export interface StepView {
  readonly snapshot: Snapshot;
  readonly step: MarginStep;
  readonly requirements: Requirements;
  /** Σ equity of accounts with their collateral after haircut, before this step's margin calls and liquidations. */
  readonly equity: number;
  /** Lots of every entry of the holdings, as the requirements saw them. */
  readonly lots: Float64Array;
}

/**
 * Opens the book at the first hour of a crash, collateralised under the parameters tested.
 *
 * @throws BOOK_INVALID, PARAMETERS_MISSING, MARKET_HOUR_UNKNOWN
 */
export function startSimulation(input: ReplayInput): { simulation: Simulation; view: StepView } {
  const { market, crash, book, parameters, counts, seed, liquidation = DEFAULT_LIQUIDATION } = input;
  checkLiquidationModel(liquidation);
  const engine = input.engine ?? createMarginEngine(market, parameters, counts);
  const hour = crash.startHour;
  const underlyings = replayUnderlyings(market, crash, wantedUnderlyings(book));
  const snapshot = narrowed(market.snapshotAt(hour), underlyings);
  const listed = materialise(book, snapshot);
  const accounts = createAccounts(listed, parameters);
  const step = engine.step(snapshot, listed.universe.instruments);
  accounts.marks.set(step.marks);
  accounts.openingMarks.set(step.marks);
  const spots = Float64Array.from(snapshot.underlyings, ({ spot }) => spot);
  valueCoins(accounts.coinValues, accounts.universe, spots, pegAtOpening(market, hour));
  const usdc = usdcValue(market, hour);
  markUsdc(accounts, usdc);
  const { requirements, broughtUsd } = collateralise(accounts, step);
  const usdcLot = askedByUsdcLot(step, accounts.universe);
  const simulation: Simulation = {
    input,
    engine,
    underlyings,
    bars: crashBars(crash, underlyings),
    accounts,
    calls: createMarginCalls(accounts, broughtUsd, createRandom(`replay/${seed}`).fork(crash.id)),
    attestations: createAttestations(parameters.protocol.attestationTtl, partsOf(requirements, accounts.holdings, usdcLot), usdcLot, hour),
    auctions: createAuctions(accounts.count),
    liquidation,
    keepers: createKeepers(liquidation.keepers, hour),
    oracle: createOracle(liquidation.oracle, accounts, hour),
    deleveraging: createDeleveraging(accounts.count),
    venue: createVenue(underlyings.length),
    ledger: createLedger(listed.fundUsd),
    startWorth: total(accounts.worth),
    startFund: listed.fundUsd,
    hour,
    hourly: snapshot,
    markedHour: hour,
    usdc,
    alive: aliveAt(accounts.universe, hour),
    marginCalls: 0,
  };
  return { simulation, view: { snapshot, step, requirements, equity: total(accounts.equity), lots: accounts.holdings.lots.slice() } };
}

/**
 * One step, an hour or, where the crash has such bars, five minutes: the market moves, what has expired settles, funding is paid, requirements, margin calls,
 * liquidations. Everything is taken from bars that ended by the end of the step. A step without a price of some underlying passes without any
 * of it: undefined.
 */
export function advance(simulation: Simulation): StepView | undefined {
  const { input, engine, accounts, attestations, venue, ledger, underlyings } = simulation;
  const { protocol } = input.parameters;
  const hour = simulation.bars.next(simulation.hour);
  const stepHours = hour - simulation.hour;
  simulation.hour = hour;
  decay(venue, stepHours);
  const bar = simulation.bars.at(hour);
  if (bar === undefined || bar.isGap) return undefined;

  const usdc = usdcValue(input.market, hour);
  revalueUsdc(accounts, ledger, simulation.usdc, usdc);
  simulation.usdc = usdc;
  const spots = bar.closes.map((close, u) => close * displacementOf(venue, u));
  const snapshot = snapshotOf(simulation, hour, spots);
  const settlement = settleExpired(accounts, hour, spots, simulation.alive);
  if (settlement !== undefined) {
    ledger.market += settlement.gained;
    simulation.alive = aliveAt(accounts.universe, hour);
  }
  const step = engine.step(snapshot, accounts.universe.instruments.slice(0, simulation.alive));
  const coinValues = new Float64Array(COINS.length);
  valueCoins(coinValues, accounts.universe, spots, stakedEtherPeg(input.market, hour));
  ledger.market += takeMarks(accounts, step.marks, coinValues);
  markUsdc(accounts, usdc);
  ledger.market += payFunding(accounts, input.market.dataset.funding, simulation.markedHour, hour);
  simulation.markedHour = hour;
  seePrices(simulation.oracle, accounts, hour);
  revalue(accounts);
  const equity = total(accounts.equity);
  standUsdc(accounts);
  const requirements = step.requirements(accounts.holdings);
  const lots = accounts.holdings.lots.slice();
  const usdcLot = askedByUsdcLot(step, accounts.universe);
  const attested = (table: PositionTable, found: Requirements): Parts => {
    const parts = partsOf(found, table, usdcLot);
    return { ...parts, rest: withConfidence(simulation.oracle, parts.rest, table, accounts.universe, step.deltas, spots) };
  };
  attest(attestations, attested(accounts.holdings, requirements), usdcLot, hour);
  if (settlement !== undefined) reattest(attestations, settlement.settled);

  const { called, paidUsd } = callMargin(accounts, simulation.calls, {
    hour,
    maintenance: (a, cash) => counted(attestations, accounts, a, cash),
    target: protocol.liquidationTarget / 10_000,
    initial: protocol.initialMargin / 10_000,
  });
  simulation.marginCalls += called;
  ledger.paidIn += paidUsd;

  snapshot.underlyings.forEach((state, u) => {
    openVenue(venue, u, {
      dailyVolatility: state.realisedVolatility / Math.sqrt(DAYS_PER_YEAR),
      dailyVolumeUsd: state.dailyVolumeUsd,
      stepVolumeUsd: bar.volumeUsd[u],
      participation: protocol.participation / 10_000,
      depthFactor: bar.depth[u],
    });
  });
  const ether = underlyings.indexOf("ETH");
  const etherUsd = ether < 0 ? FALLBACK_ETHER_USD : spots[ether];
  const { auctions, deleveraging, keepers, liquidation: model } = simulation;
  auctionStep({
    hour,
    stepHours,
    accounts,
    auctions,
    deleveraging,
    keepers,
    attestations,
    venue,
    ledger,
    model,
    terms: protocol,
    requirements: (table) => attested(table, step.requirements(table)),
    deltas: step.deltas,
    spots,
    gasGwei: snapshot.gasGwei,
    etherUsd,
  });
  standUsdc(accounts);
  return { snapshot, step, requirements, equity, lots };
}

/** The market at a step; between two hours with the volatilities, volumes and scenarios of the last one. */
function snapshotOf(simulation: Simulation, hour: number, spots: Float64Array): Snapshot {
  const { input, underlyings } = simulation;
  const whole = Math.floor(hour);
  if (whole === hour) simulation.hourly = narrowed(input.market.snapshotAt(hour), underlyings, spots);
  // After a gap at the whole hour the market of that hour was not looked at yet.
  else if (simulation.hourly.hour !== whole) simulation.hourly = narrowed(input.market.snapshotAt(whole), underlyings);
  return whole === hour ? simulation.hourly : withinHour(simulation.hourly, hour, spots);
}

/** What accounts are below zero by, and what closed accounts were: losses beyond what accounts held, before the fund, USD. */
export function shortfallOf({ accounts, ledger }: Simulation): number {
  let open = 0;
  for (let a = 0; a < accounts.count; a++) if (accounts.worth[a] < -DUST_USD) open -= accounts.worth[a];
  return ledger.deficits + open;
}

const DAYS_PER_YEAR = 365;
/** Gas is paid in ETH; a book without ETH in its market still has to value it. */
const FALLBACK_ETHER_USD = 4_000;

export function wantedUnderlyings(book: Book): Set<string> {
  const coins = book.accounts.flatMap(({ collateral }) =>
    COINS.filter(({ name }) => (collateral[name] ?? 0) > 0).map(({ underlying }) => underlying as string),
  );
  return new Set([...coins, ...book.accounts.flatMap(({ positions }) => positions.map(({ underlying }) => underlying))]);
}

/** A quote older than this does not say what stETH is worth when a book is opened. */
const PEG_HOURS = 7 * 24;

/** ETH per stETH when a book is opened; NaN where no quote is at most a week old: nobody then brings stETH as collateral. */
export function pegAtOpening(market: Market, hour: number): number {
  const series = market.dataset.pegs.stETH;
  if (series === undefined) return Number.NaN;
  const newest = Math.floor(hour / 24) - 1 - series.startDay;
  for (let day = newest; hour - 24 * (series.startDay + day + 1) <= PEG_HOURS; day--) if (series.values[day] > 0) return series.values[day];
  return Number.NaN;
}

/** ETH per stETH, last known, while a book that was opened at a quote runs. */
export function stakedEtherPeg(market: Market, hour: number): number {
  const series = market.dataset.pegs.stETH;
  return series === undefined ? Number.NaN : lastKnownDaily(series, hour);
}

function total(values: Float64Array): number {
  let sum = 0;
  for (let a = 0; a < values.length; a++) sum += values[a];
  return sum;
}
