/**
 * The crash replay a second time, for tests only: one account after another in plain objects, straight from DESIGN §7 and the docstrings,
 * over the second implementation of the margin model. Shares the book as listed, the collateral at the start, and the data.
 */
import type { Crash } from "../../sim/market/dataset.ts";
import { lastKnownDaily } from "../../sim/market/history.ts";
import type { Market } from "../../sim/market/market.ts";
import type { ParameterSet } from "../../sim/parameters/index.ts";
import { type Instrument, lotSize } from "../../sim/pricing/instrument.ts";
import { createSecond, type Position, requirementOf, type State, valueOf } from "../margin/second-implementation.ts";

export interface Trader {
  readonly id: string;
  readonly answers: boolean;
  readonly delayHours: number;
  reserve: number;
  cash: number;
  /** Lots by coin. */
  readonly coins: Record<"BTC" | "ETH" | "stETH", number>;
  /** Derivatives only. */
  positions: { instrument: Instrument; lots: number; mark: number }[];
  called?: number | undefined;
  due?: number | undefined;
  minutes?: number | undefined;
  /** Maintenance of the last hours, newest last. */
  attested: number[];
}

/** Less than this is rounding, USD. */
const DUST = 1e-6;
const COIN_OF = { BTC: "BTC", ETH: "ETH", stETH: "ETH" } as const;
const COINS = ["BTC", "ETH", "stETH"] as const;

export function createSecondReplay(
  market: Market,
  crash: Crash,
  assets: readonly string[],
  traders: Trader[],
  fund: number,
  parameters: ParameterSet,
  counts: { filtered: number; stressed: number },
) {
  const { protocol, collaterals } = parameters;
  const second = createSecond(market.dataset);
  const totals = { fund, keepers: 0, unwinding: 0, gas: 0, deficits: 0, shared: 0, calls: 0, notional: 0 };
  const none = () => assets.map(() => 0);
  let up = none();
  let down = none();
  let hour = crash.startHour;
  let states: State[] = [];
  let unwound = none();
  let room = none();
  const credit = (name: string) => 1 - collaterals[name].haircut / 1e4;
  const u = (asset: string) => assets.indexOf(asset);
  const isOption = ({ instrument }: { instrument: Instrument }) => instrument.kind === "option";

  const notionalOf = ({ underlying }: Instrument) => lotSize(underlying) * states[u(underlying)].spot;
  const coinValue = (coin: (typeof COINS)[number]) => {
    const own = states[u(COIN_OF[coin])];
    const peg = coin === "stETH" ? lastKnownDaily(market.dataset.pegs.stETH, hour) : 1;
    return own === undefined || Number.isNaN(peg) ? 0 : lotSize(own.asset) * own.spot * peg;
  };
  const worth = ({ cash, coins, positions }: Trader) =>
    cash +
    COINS.reduce((sum, coin) => sum + coins[coin] * coinValue(coin), 0) +
    positions.filter(isOption).reduce((sum, { lots, mark }) => sum + lots * mark, 0);
  const equity = (trader: Trader) =>
    worth(trader) -
    Math.max(0, trader.cash) * (1 - credit("USDC")) -
    COINS.reduce((sum, coin) => sum + trader.coins[coin] * coinValue(coin) * (1 - credit(coin)), 0);
  const maintenanceOf = ({ positions, coins }: Trader, shocks: ReturnType<typeof second.shocksAt>) => {
    const held: Position[] = positions.map(({ instrument, lots }) => [instrument, lots]);
    for (const coin of COINS) if (coins[coin] !== 0) held.push([{ kind: "spot", underlying: COIN_OF[coin] }, coins[coin]]);
    return requirementOf(held, states, shocks, hour, parameters);
  };
  const due = ({ attested }: Trader) => attested[Math.max(0, attested.length - 1 - Math.floor(protocol.attestationTtl / 3600))];

  /** A part of everything an account holds, in whole lots. */
  function slice(trader: Trader, fraction: number, round: (x: number) => number) {
    const cut = { positions: [] as number[], coins: { BTC: 0, ETH: 0, stETH: 0 }, gross: none(), net: none(), fees: 0, notional: 0, size: 0, value: 0 };
    const take = (lots: number) => Math.sign(lots) * Math.min(Math.abs(lots), round(fraction * Math.abs(lots)));
    trader.positions.forEach(({ instrument, lots, mark }) => {
      const a = u(instrument.underlying);
      const taken = take(lots);
      const delta = taken * valueOf(instrument, states[a], hour).delta * states[a].spot;
      const notional = Math.abs(taken) * notionalOf(instrument);
      cut.positions.push(taken);
      cut.gross[a] += Math.abs(delta);
      cut.net[a] += delta;
      cut.fees += Math.abs(delta);
      cut.notional += notional;
      cut.size += notional;
      if (instrument.kind === "option") cut.value += taken * mark;
    });
    for (const coin of COINS) {
      cut.coins[coin] = take(trader.coins[coin]);
      const a = u(COIN_OF[coin]);
      if (a < 0) continue;
      const usd = cut.coins[coin] * lotSize(COIN_OF[coin]) * states[a].spot;
      cut.gross[a] += usd;
      cut.net[a] += usd;
      cut.size += usd;
      cut.value += cut.coins[coin] * coinValue(coin);
    }
    return cut;
  }
  type Slice = ReturnType<typeof slice>;
  const ceil = (x: number) => Math.ceil(x - 1e-9);
  const floor = (x: number) => Math.floor(x + 1e-9);
  const dailyVolatility = (a: number) => states[a].realised / Math.sqrt(365);
  const roomFor = ({ gross }: Slice) => Math.min(1, ...gross.map((usd, a) => (usd > 0 ? room[a] / usd : 1)));
  const costOf = ({ gross }: Slice, part: number) =>
    gross.reduce((sum, usd, a) => {
      const path = (unwound[a] + part * usd) ** 1.5 - unwound[a] ** 1.5;
      return usd > 0 ? sum + ((2 / 3) * dailyVolatility(a) * path) / Math.sqrt(states[a].volumeUsd) : sum;
    }, 0);

  function remove(trader: Trader, cut: Slice) {
    for (const [i, position] of trader.positions.entries()) position.lots -= cut.positions[i];
    for (const coin of COINS) trader.coins[coin] -= cut.coins[coin];
    cut.gross.forEach((usd, a) => {
      if (usd === 0) return;
      unwound[a] += usd;
      room[a] = Math.max(0, room[a] - usd);
      const side = cut.net[a] > 0 ? down : up;
      const sigma = dailyVolatility(a);
      side[a] = sigma * Math.sqrt((side[a] / sigma) ** 2 + Math.abs(cut.net[a]) / states[a].volumeUsd);
    });
    totals.notional += cut.notional;
  }

  function close(trader: Trader) {
    const whole = slice(trader, 1, ceil);
    const part = roomFor(whole);
    const cut = part < 1 ? slice(trader, part, floor) : whole;
    const cost = costOf(cut, 1);
    remove(trader, cut);
    trader.cash += cut.value - cost;
    totals.unwinding += cost;
    trader.minutes = undefined;
    const left = part >= 1 ? 0 : 1 - cut.size / whole.size;
    trader.attested = trader.attested.map((margin) => margin * left);
    if (part < 1) return;
    const deficit = Math.max(0, -trader.cash);
    trader.cash += deficit;
    totals.deficits += deficit;
    const paid = Math.min(totals.fund, deficit);
    totals.fund -= paid;
    const rich = traders.map((one) => Math.max(0, worth(one)));
    const all = rich.reduce((sum, one) => sum + one, 0);
    const shared = Math.min(deficit - paid, all);
    totals.shared += shared;
    if (shared > 0) for (const [i, one] of traders.entries()) one.cash -= (shared * rich[i]) / all;
  }

  /** One look of a keeper at an account's auction. */
  function bid(trader: Trader): "sold" | "refused" | "no room" {
    const rates = { keeper: protocol.keeperFee / 1e4, all: (protocol.keeperFee + protocol.insuranceFee) / 1e4 };
    const d = (protocol.liquidationDiscount / 1e4) * Math.min(1, ((trader.minutes ?? 0) * 60) / protocol.auctionDuration);
    const [value, own] = [worth(trader), equity(trader)];
    const whole = slice(trader, 1, ceil);
    const missing = (protocol.liquidationTarget / 1e4) * due(trader) - own;
    // Sold f: f of everything becomes USDC, less discount and fees, and counts as USDC does; asked for: target × maintenance of the rest.
    const kept = credit("USDC") * ((1 - d) * value - Math.min(rates.all * whole.fees, (1 - d) * value));
    const wanted = missing <= 0 ? 0 : kept <= 0 ? 1 : missing / (missing + kept);
    const space = roomFor(whole);
    const fraction = Math.min(wanted, space);
    if (fraction <= 0) return "no room";
    const gas = 600_000e-9 * gasGwei() * (states[u("ETH")]?.spot ?? 4_000);
    const offer = (part: number, notional: number) => {
      const fees = Math.min(rates.all * notional, (1 - d) * part * value);
      return { discount: d * part * value, keeper: Math.min(rates.keeper * notional, fees), fees };
    };
    const rough = offer(fraction, fraction * whole.fees);
    if (rough.discount + rough.keeper - costOf(whole, fraction) - gas <= 0) return "refused";
    const cut = slice(trader, fraction, wanted <= space ? ceil : floor);
    if (cut.size === 0) return "no room";
    const terms = offer(cut.size / whole.size, cut.fees);
    const cost = costOf(cut, 1);
    const profit = terms.discount + terms.keeper - cost - gas;
    if (profit <= 0) return "refused";
    remove(trader, cut);
    trader.cash += cut.value - terms.discount - terms.fees;
    trader.attested = trader.attested.map((margin) => margin * (1 - cut.size / whole.size));
    totals.keepers += profit;
    totals.unwinding += cost;
    totals.gas += gas;
    totals.fund += terms.fees - terms.keeper;
    return "sold";
  }
  const gasGwei = () => lastKnownDaily(market.dataset.gasGwei, hour) || 200;
  const isEmpty = ({ cash, coins, positions }: Trader) =>
    cash >= -DUST && COINS.every((coin) => coins[coin] === 0) && positions.every(({ lots }) => lots === 0);

  function auctions() {
    const short: { trader: Trader; urgency: number; done: boolean }[] = [];
    for (const trader of traders) {
      if (worth(trader) > DUST ? equity(trader) >= due(trader) : isEmpty(trader)) trader.minutes = undefined;
      else short.push({ trader, urgency: due(trader) > 0 ? equity(trader) / due(trader) : Number.NEGATIVE_INFINITY, done: false });
    }
    short.sort((x, y) => (x.urgency === y.urgency ? (x.trader.id < y.trader.id ? -1 : 1) : x.urgency - y.urgency));
    for (const one of short) {
      one.done = worth(one.trader) <= DUST;
      if (one.done) close(one.trader);
    }
    for (let minute = 0; minute < 60; minute++) {
      for (const one of short.filter(({ done }) => !done)) {
        const { trader } = one;
        trader.minutes ??= 0;
        const result = bid(trader);
        if (result === "sold" && equity(trader) >= due(trader)) trader.minutes = undefined;
        if (result === "refused") trader.minutes = (trader.minutes ?? 0) + 1;
        one.done = result !== "refused";
      }
    }
  }

  function callMargin() {
    for (const trader of traders) {
      const required = due(trader);
      if (equity(trader) >= (protocol.liquidationTarget / 1e4) * required || worth(trader) <= DUST) continue;
      if (hour - (trader.called ?? -1e9) >= 24) {
        totals.calls++;
        trader.called = hour;
        trader.due = trader.answers ? hour + trader.delayHours : undefined;
      }
      if (trader.due === undefined || hour < trader.due) continue;
      const paid = Math.max(0, Math.min(trader.reserve, ((protocol.initialMargin / 1e4) * required - equity(trader)) / credit("USDC")));
      trader.cash += paid;
      trader.reserve -= paid;
      trader.due = undefined;
      if (paid > 0) trader.called = undefined;
    }
  }

  /** Values everything at the opening, where nothing has happened yet; the requirements there. */
  function open() {
    states = assets.map((asset) => second.stateAt(asset, hour));
    const shocks = second.shocksAt(states, hour, parameters, counts);
    for (const trader of traders) {
      for (const position of trader.positions) position.mark = valueOf(position.instrument, states[u(position.instrument.underlying)], hour).value;
      trader.attested = [maintenanceOf(trader, shocks).maintenance];
    }
    return seen();
  }

  /** What a step finds, before anybody acts: of each account its equity, maintenance and notional, and what it will have lost at later marks. */
  function seen() {
    return traders.map((trader) => {
      const held = trader.positions.map((position) => ({ position, lots: position.lots, from: position.mark }));
      const coins = COINS.map((coin) => ({ a: u(COIN_OF[coin]), units: trader.coins[coin] * lotSize(COIN_OF[coin]) })).filter(({ units }) => units !== 0);
      const from = coins.map(({ a }) => states[a].spot);
      return {
        equity: equity(trader),
        maintenance: trader.attested[trader.attested.length - 1],
        notional: held.reduce((sum, { position: { instrument }, lots }) => sum + Math.abs(lots) * notionalOf(instrument), 0),
        loss: () =>
          held.reduce((sum, { position, lots, from: mark }) => sum + lots * (mark - position.mark), 0) +
          coins.reduce((sum, { a, units }, i) => sum + units * (from[i] - states[a].spot), 0),
      };
    });
  }

  /** One hour; undefined in a gap. */
  function advance() {
    hour++;
    [up, down] = [up, down].map((side) => side.map((displaced) => displaced * 0.5 ** (1 / 6)));
    const bars = assets.map((asset) => crash.bars[crash.assets.indexOf(asset)]);
    const index = hour - 1 - crash.startHour;
    if (bars.some(({ close: closes }) => Number.isNaN(closes[index]))) return undefined;
    states = assets.map((asset, a) => ({ ...second.stateAt(asset, hour), spot: bars[a].close[index] * Math.exp(up[a] - down[a]) }));
    const shocks = second.shocksAt(states, hour, parameters, counts);
    for (const trader of traders) {
      let settled = false;
      for (const position of trader.positions) {
        const { instrument, lots } = position;
        const state = states[u(instrument.underlying)];
        const expired = "expiryHour" in instrument && instrument.expiryHour <= hour;
        const sign = instrument.kind === "option" && instrument.right === "put" ? -1 : 1;
        const intrinsic = lotSize(instrument.underlying) * Math.max(0, sign * (state.spot - (instrument.kind === "option" ? instrument.strike : 0)));
        const mark = expired ? intrinsic : valueOf(instrument, state, hour).value;
        if (!isOption(position)) trader.cash += lots * (mark - position.mark);
        else if (expired) trader.cash += lots * mark;
        position.mark = mark;
        settled ||= expired && lots !== 0;
      }
      trader.positions = trader.positions.filter(({ instrument }) => !("expiryHour" in instrument) || instrument.expiryHour > hour);
      const { maintenance } = maintenanceOf(trader, shocks);
      trader.attested = settled ? [maintenance] : [...trader.attested, maintenance];
    }
    const found = seen();
    callMargin();
    unwound = none();
    room = assets.map((_, a) => (bars[a].volume[index] * bars[a].close[index] * protocol.participation) / 1e4);
    auctions();
    return found;
  }

  return { traders, totals, open, advance, worth, equity };
}
