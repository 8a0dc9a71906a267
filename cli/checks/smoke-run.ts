import { createWasmKernel } from "../../sim/kernel/index.ts";
import { createDrawMemory, createMarginEngine } from "../../sim/margin/index.ts";
import type { Crash, Market } from "../../sim/market/index.ts";
import type { ParameterSet } from "../../sim/parameters/index.ts";
import type { Book, BookAccount } from "../../sim/replay/index.ts";
import { advance, type Simulation, type StepView, startSimulation } from "../../sim/replay/simulation.ts";

/** What became of one market's accounts. */
export interface MarketSmoke {
  readonly underlying: string;
  /** Whether an account that fell below its margin was sold from within three days, and whether what expired was settled. */
  readonly liquidated: boolean;
  readonly settled: boolean;
}

export interface SmokeRun {
  readonly crash: string;
  readonly hours: number;
  readonly soldByHour: number;
  readonly markets: readonly MarketSmoke[];
  /** Underlyings that no crash of the data has. */
  readonly untried: readonly string[];
  /** The first figure that is no number, in words; undefined where all are. */
  readonly notFinite: string | undefined;
}

const SIZE_USD = 1_000_000;
/** The shortest listed tenor is a week, up to the next settlement at 08:00 UTC; with one hour after it. */
const HOURS = 7 * 24 + 24 + 1;
/** Two hours in, an account takes out all but this part of its maintenance margin. */
const WITHDRAWN_AT_HOUR = 2;
const LEFT = 0.6;
/** An attestation may be a day old and an auction may last one: on the third day somebody has to have bought. The crash itself comes later. */
const SOLD_BY_HOUR = WITHDRAWN_AT_HOUR + 72;
const COUNTS = { filtered: 64, stressed: 16 };

/**
 * Opens a book with two accounts on every market, lets one of each fall below its margin and the other one's contracts expire, hour by hour through the
 * latest crash that has the markets: what a protocol has to be able to do the day after a vote.
 *
 * @throws whatever opening, margining, liquidating or settling throws: a market that cannot be margined stands still
 * @example smokeRun(market, crashes, after).markets // [{ underlying: "BTC", liquidated: true, settled: true }, …]
 */
export function smokeRun(market: Market, crashes: readonly Crash[], parameters: ParameterSet, memory = createDrawMemory(market)): SmokeRun {
  const wanted = Object.keys(parameters.underlyings);
  const having = (crash: Crash) => wanted.filter((asset) => crash.assets.includes(asset)).length;
  const most = Math.max(...crashes.map(having));
  const crash = crashes.filter((one) => having(one) === most && one.hours >= HOURS).at(-1);
  if (crash === undefined || most <= 0) throw new Error("no crash of the data has a market of this protocol");
  const { fine: _, ...hourly } = crash;
  const tried = wanted.filter((asset) => crash.assets.includes(asset));
  const engine = createMarginEngine(market, parameters, COUNTS, createWasmKernel(), memory);
  const { simulation, view } = startSimulation({ market, crash: hourly, book: bookOn(tried), parameters, counts: COUNTS, seed: 1, engine });
  const expiring = expiringOf(simulation, tried);
  let notFinite = oddFigure(simulation, view);
  let hours = 0;
  let sold = new Uint8Array(simulation.accounts.count);
  while (hours < HOURS && notFinite === undefined) {
    hours += 1;
    const seen = advance(simulation);
    if (seen !== undefined) notFinite = oddFigure(simulation, seen);
    if (hours === WITHDRAWN_AT_HOUR) withdraw(simulation, view);
    if (hours === SOLD_BY_HOUR) sold = simulation.auctions.liquidated.slice();
  }
  return {
    crash: crash.id,
    hours,
    soldByHour: SOLD_BY_HOUR,
    markets: tried.map((underlying, u) => ({
      underlying,
      liquidated: sold[accountOf(simulation, thin(underlying))] === 1,
      settled: expiring[u].length > 0 && expiring[u].every((instrument) => instrument >= simulation.alive),
    })),
    untried: wanted.filter((asset) => !tried.includes(asset)),
    notFinite,
  };
}

const thin = (underlying: string) => `${underlying}-thin`;
const dated = (underlying: string) => `${underlying}-dated`;

function bookOn(underlyings: readonly string[]): Book {
  const account = (id: string, cushion: number, positions: BookAccount["positions"]): BookAccount => ({
    id,
    archetype: "smoke",
    cushion,
    collateral: { USDC: 1 },
    positions,
    reserve: 0,
    response: { probability: 0, delayHours: 0 },
  });
  const week = 7 * 24;
  return {
    name: "smoke",
    fundUsd: SIZE_USD,
    accounts: underlyings.flatMap((underlying) => [
      account(thin(underlying), 1.5, [{ kind: "perp", underlying, notionalUsd: SIZE_USD }]),
      // Covered on both sides and rich: it lives to see its contracts expire.
      account(dated(underlying), 5, [
        { kind: "option", underlying, right: "put", strike: { standardDeviations: -1 }, tenorHours: week, notionalUsd: -SIZE_USD },
        { kind: "option", underlying, right: "call", strike: { standardDeviations: 1 }, tenorHours: week, notionalUsd: SIZE_USD },
        { kind: "future", underlying, tenorHours: week, notionalUsd: SIZE_USD },
      ]),
    ]),
  };
}

/** Numbers of the contracts of each market that expire within the run. */
function expiringOf({ accounts, hour }: Simulation, underlyings: readonly string[]): number[][] {
  const { universe } = accounts;
  return underlyings.map((asset) =>
    universe.instruments.flatMap((instrument, i) => (instrument.underlying === asset && universe.expiryHour[i] <= hour + HOURS ? [i] : [])),
  );
}

function withdraw({ accounts }: Simulation, { requirements }: StepView): void {
  accounts.book.forEach(({ id }, a) => {
    if (!id.endsWith("-thin")) return;
    const excess = accounts.equity[a] - LEFT * requirements.maintenance[a];
    if (excess > 0 && accounts.cashCredit > 0) accounts.cash[a] -= excess / accounts.cashCredit;
  });
}

function accountOf({ accounts }: Simulation, id: string): number {
  return accounts.book.findIndex((account) => account.id === id);
}

function oddFigure({ accounts, hour, ledger }: Simulation, { requirements }: StepView): string | undefined {
  for (let a = 0; a < accounts.count; a++) {
    const figures = { maintenance: requirements.maintenance[a], initial: requirements.initial[a], equity: accounts.equity[a], cash: accounts.cash[a] };
    const odd = Object.entries(figures).find(([, figure]) => !Number.isFinite(figure));
    if (odd !== undefined) return `the ${odd[0]} of ${accounts.book[a].id} at hour ${hour} is ${odd[1]}`;
  }
  return Number.isFinite(ledger.fund) ? undefined : `the insurance fund at hour ${hour} is ${ledger.fund}`;
}
