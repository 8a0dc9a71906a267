/**
 * The crash replay a second time, for tests only: one account after another in plain objects, straight from DESIGN §7 and the docstrings,
 * over the second implementation of the margin model. Shares the book as listed, the collateral at the start, and the data.
 */
import type { Bars, Crash } from "../../sim/market/dataset.ts";
import { lastKnownDaily } from "../../sim/market/history.ts";
import type { Market } from "../../sim/market/market.ts";
import type { ParameterSet } from "../../sim/parameters/index.ts";
import { type Instrument, lotSize } from "../../sim/pricing/instrument.ts";
import type { LiquidationModel } from "../../sim/replay/liquidation-model.ts";
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
  positions: { instrument: Instrument; lots: number; mark: number; past?: Price[] }[];
  called?: number | undefined;
  due?: number | undefined;
  minutes?: number | undefined;
  /** Until its auction starts again. */
  pause?: number;
  /** Whether it ran out unsold. */
  ranOut?: boolean;
  /** Maintenance now, with its USDC and without; and as attested, newest last: what so many lots of USDC made it, and how much of what it held is left. */
  required?: number;
  alone?: number;
  attested: { at: number; left: number; ask: (dollars: number) => number }[];
  /** What it held at the opening, coins as `spot`; nothing of it is ever sold. */
  opened?: Position[];
}

interface Price {
  at: number;
  value: number;
}

/** On the straight line between the prices around a time; before the first, the first. */
function priceAt(prices: readonly Price[], at: number): number {
  const next = prices.findIndex((price) => price.at > at);
  if (next < 0) return prices[prices.length - 1].value;
  if (next === 0) return prices[0].value;
  const [from, to] = [prices[next - 1], prices[next]];
  return from.value + ((to.value - from.value) * (at - from.at)) / (to.at - from.at);
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
  model: LiquidationModel,
) {
  const { protocol, collaterals } = parameters;
  const second = createSecond(market.dataset);
  const totals = { fund, keepers: 0, unwinding: 0, gas: 0, deficits: 0, shared: 0, calls: 0, notional: 0, restarted: 0 };
  const none = () => assets.map(() => 0);
  let up = none();
  let down = none();
  let hour = crash.startHour;
  /** When the steps end: every five minutes where the crash has such bars, else every hour. */
  const ends: number[] = [];
  for (let h = crash.startHour; h < crash.startHour + crash.hours; h++) {
    const isFine = crash.fine !== undefined && h >= crash.fine.startHour && h < crash.fine.startHour + crash.fine.steps / 12;
    for (let k = 1; k <= (isFine ? 12 : 1); k++) ends.push(isFine ? (12 * h + k) / 12 : h + 1);
  }
  let shocks: ReturnType<typeof second.shocksAt> = [];
  let depth = none();
  let states: State[] = [];
  let unwound = none();
  let room = none();
  /** ETH per stETH as the market's snapshot has it. */
  const stakedPeg = () => second.lastPeg("stETH", Math.floor(hour));
  const credit = (name: string) => 1 - collaterals[name].haircut / 1e4;
  const u = (asset: string) => assets.indexOf(asset);
  const isOption = ({ instrument }: { instrument: Instrument }) => instrument.kind === "option";

  const notionalOf = ({ underlying }: Instrument) => lotSize(underlying) * states[u(underlying)].spot;
  const coinValue = (coin: (typeof COINS)[number]) => {
    const own = states[u(COIN_OF[coin])];
    const peg = coin === "stETH" ? lastKnownDaily(market.dataset.pegs.stETH, hour) : 1;
    return own === undefined || Number.isNaN(peg) ? 0 : lotSize(own.asset) * own.spot * peg;
  };
  const quick = [...model.keepers.keepers.entries()].sort(([i, one], [j, other]) => one.latencyMinutes - other.latencyMinutes || i - j);
  const carried = quick.map(() => 0);
  const coinPast = COINS.map((): Price[] => []);
  /** What the protocol sees. */
  const seenAt = () => hour - model.oracle.latencySeconds / 3600;
  const seenMark = ({ past }: Trader["positions"][number]) => priceAt(past ?? [], seenAt());
  const seenCoin = (coin: (typeof COINS)[number]) => priceAt(coinPast[COINS.indexOf(coin)], seenAt());
  const remember = () => {
    // What lies before the last price that is old enough counts no more.
    const longer = (past: Price[], value: number) => [...past.filter((_, i) => i === past.length - 1 || past[i + 1].at > seenAt()), { at: hour, value }];
    for (const { positions } of traders) for (const position of positions) position.past = longer(position.past ?? [], position.mark);
    for (const [c, coin] of COINS.entries()) coinPast[c] = longer(coinPast[c], coinValue(coin));
  };
  const unpaid = ({ positions }: Trader) =>
    positions.reduce((sum, position) => sum + (isOption(position) ? 0 : position.lots * (seenMark(position) - position.mark)), 0);
  const seenWorth = (trader: Trader) =>
    trader.cash +
    unpaid(trader) +
    COINS.reduce((sum, coin) => sum + trader.coins[coin] * seenCoin(coin), 0) +
    trader.positions.filter(isOption).reduce((sum, position) => sum + position.lots * seenMark(position), 0);
  const worth = ({ cash, coins, positions }: Trader) =>
    cash +
    COINS.reduce((sum, coin) => sum + coins[coin] * coinValue(coin), 0) +
    positions.filter(isOption).reduce((sum, { lots, mark }) => sum + lots * mark, 0);
  const equity = (trader: Trader) =>
    seenWorth(trader) -
    Math.max(0, trader.cash + unpaid(trader)) * (1 - credit("USDC")) -
    COINS.reduce((sum, coin) => sum + trader.coins[coin] * seenCoin(coin) * (1 - credit(coin)), 0);
  /** A balance in lots of USDC, the last of them begun; a debt is none. */
  const dollarsOf = ({ cash }: Trader) => (cash > DUST ? Math.ceil((cash - DUST) / (lotSize("USDC") * dollar())) : 0);
  const usdc = (lots: number): Position => [{ kind: "spot", underlying: "USDC" }, lots];
  const heldBy = ({ positions, coins }: Trader) => {
    const held: Position[] = positions.map(({ instrument, lots }) => [instrument, lots]);
    for (const coin of COINS)
      if (coins[coin] !== 0) held.push([{ kind: "spot", underlying: COIN_OF[coin], ...(coin === COIN_OF[coin] ? {} : { coin }) }, coins[coin]]);
    return held;
  };
  const asked = (held: Position[]) => {
    const pegs = { stETH: stakedPeg(), USDC: second.lastPeg("USDC", Math.floor(hour)) };
    return requirementOf(held, states, shocks, hour, parameters, pegs);
  };
  const maintenanceOf = (held: Position[], dollars: number) => asked([...held, usdc(dollars)]).maintenance;
  /** Attests an account: what is required of it with no USDC, the width of the price included, and on any number of lots of it. */
  function attest(trader: Trader, width: number): Trader["attested"][number] {
    const { offset, grid, shortOptionMinimum, liquidity, maintenance } = asked(heldBy(trader));
    const lot = maintenanceOf([], 1);
    trader.alone = maintenance;
    return { at: hour, left: 1, ask: (dollars) => Math.max(offset + lot * dollars, grid + lot * dollars, shortOptionMinimum) + liquidity + width };
  }
  /** The oldest that has not expired; of half of what an account held as much is asked as of the whole with twice the USDC, halved. */
  const due = (trader: Trader, dollars: number = dollarsOf(trader), kept = 1) => {
    const { left, ask } = trader.attested.find(({ at }) => hour - at <= protocol.attestationTtl / 3600 + 1e-6) ?? { left: Number.NaN, ask: Number };
    const share = left * kept;
    return share > 0 ? share * ask(dollars / share) : maintenanceOf([], dollars);
  };

  /** A part of everything an account holds, in whole lots. */
  function slice(trader: Trader, fraction: number, round: (x: number) => number) {
    const cut = { positions: [] as number[], coins: { BTC: 0, ETH: 0, stETH: 0 }, gross: none(), net: none(), fees: 0, notional: 0, size: 0, value: 0, lag: 0 };
    const take = (lots: number) => Math.sign(lots) * Math.min(Math.abs(lots), round(fraction * Math.abs(lots)));
    trader.positions.forEach((position) => {
      const { instrument, lots, mark } = position;
      const a = u(instrument.underlying);
      const taken = take(lots);
      cut.lag += taken * (seenMark(position) - mark);
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
      const delta = usd * (coin === "stETH" ? stakedPeg() : 1);
      cut.gross[a] += delta;
      cut.net[a] += delta;
      cut.size += usd;
      cut.value += cut.coins[coin] * coinValue(coin);
      cut.lag += cut.coins[coin] * (seenCoin(coin) - coinValue(coin));
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
      return usd > 0 ? sum + ((2 / 3) * dailyVolatility(a) * path) / Math.sqrt(depth[a] * states[a].volumeUsd) : sum;
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
      side[a] = sigma * Math.sqrt((side[a] / sigma) ** 2 + Math.abs(cut.net[a]) / (depth[a] * states[a].volumeUsd));
    });
    totals.notional += cut.notional;
  }

  function scaleAttested(trader: Trader, left: number) {
    trader.attested = trader.attested.map((one) => ({ ...one, left: one.left * left }));
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
    trader.pause = 0;
    const left = part >= 1 ? 0 : 1 - cut.size / whole.size;
    scaleAttested(trader, left);
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

  /** Where what is over is nothing: it falls short at 0 and not at 1, or all is wanted. */
  function leastFraction(over: (fraction: number) => number): number {
    if (over(0) >= 0) return 0;
    if (over(1) <= 0) return 1;
    let [low, high] = [0, 1];
    for (let i = 0; i < 200; i++) {
      const middle = (low + high) / 2;
      if (over(middle) < 0) low = middle;
      else high = middle;
    }
    return high;
  }

  /** One look of the keepers at an account's auction: the quickest that profits takes what it can carry, then the next. */
  function bid(trader: Trader, crowd: number): "sold" | "partly" | "refused" | "no room" {
    const rates = { keeper: protocol.keeperFee / 1e4, all: (protocol.keeperFee + protocol.insuranceFee) / 1e4 };
    const d = (protocol.liquidationDiscount / 1e4) * Math.min(1, ((trader.minutes ?? 0) * 60) / protocol.auctionDuration);
    const { priorityPerAuction, largestPriority } = model.keepers;
    const gas = 600_000e-9 * gasGwei() * (states[u("ETH")]?.spot ?? 4_000) * Math.min(largestPriority, 1 + priorityPerAuction * Math.max(0, crowd - 1));
    let sold = false;
    for (const [k, { latencyMinutes, inventoryUsd }] of quick) {
      const free = inventoryUsd - carried[k];
      if (isOffline(k) || latencyMinutes > (trader.minutes ?? 0) || free <= 0) continue;
      const [value, own] = [seenWorth(trader), equity(trader)];
      const whole = slice(trader, 1, ceil);
      // Sold f: f of everything becomes USDC, less discount and fees, and counts as USDC does; asked for: target × maintenance of the rest and of that USDC.
      const proceeds = (1 - d) * value - Math.min(rates.all * whole.fees, (1 - d) * value);
      const over = (f: number) => {
        const dollars = Math.max(0, (1 - f) * trader.cash + f * proceeds) / (lotSize("USDC") * dollar());
        return (1 - f) * own + f * credit("USDC") * proceeds - (protocol.liquidationTarget / 1e4) * due(trader, dollars, 1 - f);
      };
      const wanted = leastFraction(over);
      const most = Math.min(wanted, roomFor(whole));
      const gross = whole.gross.reduce((sum, usd) => sum + usd, 0);
      const fraction = Math.min(most, free / gross);
      if (most <= 0) return sold ? "partly" : "no room";
      const offer = (part: number, notional: number) => {
        const fees = Math.min(rates.all * notional, (1 - d) * part * value);
        return { discount: d * part * value, keeper: Math.min(rates.keeper * notional, fees), fees };
      };
      const rough = offer(fraction, fraction * whole.fees);
      const cut = slice(trader, fraction, wanted <= fraction ? ceil : floor);
      const terms = offer(cut.size / whole.size, cut.fees);
      const cost = costOf(cut, 1);
      const profit = terms.discount + terms.keeper - cut.lag - cost - gas;
      const pays = rough.discount + rough.keeper - fraction * whole.lag - costOf(whole, fraction) - gas > 0 && profit > 0;
      if (!pays || cut.size === 0) {
        if (fraction < most) continue;
        return sold ? "partly" : cut.size === 0 && rough.discount + rough.keeper - fraction * whole.lag - costOf(whole, fraction) > gas ? "no room" : "refused";
      }
      remove(trader, cut);
      carried[k] += cut.gross.reduce((sum, usd) => sum + usd, 0);
      trader.cash += cut.value + cut.lag - terms.discount - terms.fees;
      scaleAttested(trader, 1 - cut.size / whole.size);
      totals.keepers += profit;
      totals.unwinding += cost;
      totals.gas += gas;
      totals.fund += terms.fees - terms.keeper;
      if (fraction === most) return "sold";
      sold = true;
    }
    return sold ? "partly" : "refused";
  }
  /** The largest go first. */
  const isOffline = (k: number) => {
    const since = hour - crash.startHour;
    const running = model.keepers.outages.filter(({ fromHour, hours }) => since >= fromHour && since < fromHour + hours);
    const gone = Math.ceil(Math.max(0, ...running.map(({ share }) => share)) * quick.length - 1e-9);
    const bySize = [...model.keepers.keepers.entries()].sort(([i, one], [j, other]) => other.inventoryUsd - one.inventoryUsd || i - j);
    return bySize.findIndex(([i]) => i === k) < gone;
  };
  const gasGwei = () => lastKnownDaily(market.dataset.gasGwei, hour) || 200;
  const isEmpty = ({ cash, coins, positions }: Trader) =>
    cash >= -DUST && COINS.every((coin) => coins[coin] === 0) && positions.every(({ lots }) => lots === 0);

  function auctions(minutes: number) {
    const short: { trader: Trader; urgency: number; done: boolean }[] = [];
    for (const trader of traders) {
      if (isEmpty(trader) || (seenWorth(trader) > DUST && equity(trader) >= due(trader))) {
        trader.minutes = undefined;
        trader.pause = 0;
        trader.ranOut = false;
      } else short.push({ trader, urgency: due(trader) > 0 ? equity(trader) / due(trader) : Number.NEGATIVE_INFINITY, done: false });
    }
    short.sort((x, y) => (x.urgency === y.urgency ? (x.trader.id < y.trader.id ? -1 : 1) : x.urgency - y.urgency));
    for (const one of short) {
      one.done = seenWorth(one.trader) <= DUST;
    }
    const crowd = short.filter(({ done, trader }) => !done && trader.ranOut !== true).length;
    for (const one of short) if (one.done) close(one.trader);
    for (let minute = 0; minute < minutes; minute++) {
      for (const one of short.filter(({ done }) => !done)) {
        const { trader } = one;
        if ((trader.pause ?? 0) > 0) {
          trader.pause = (trader.pause ?? 0) - 1;
          continue;
        }
        trader.minutes ??= 0;
        const result = bid(trader, crowd);
        const isWhole = (result === "sold" || result === "partly") && equity(trader) >= due(trader);
        one.done = isWhole || result === "sold" || result === "no room";
        if (isWhole) trader.minutes = undefined;
        else if (!one.done) trader.minutes++;
        if ((trader.minutes ?? 0) * 60 <= protocol.auctionDuration) continue;
        trader.minutes = 0;
        trader.ranOut = true;
        trader.pause = model.restartPauseMinutes;
        totals.restarted++;
      }
    }
  }

  /** The least payment that is enough with so many lots of USDC as it makes: one lot more is tried until it is. */
  function missingDollars(trader: Trader): number {
    for (let lots = dollarsOf(trader); ; lots++) {
      const paid = Math.max(0, ((protocol.initialMargin / 1e4) * due(trader, lots) - equity(trader)) / credit("USDC"));
      if (dollarsOf({ ...trader, cash: trader.cash + paid }) <= lots) return paid;
    }
  }

  function callMargin() {
    for (const trader of traders) {
      const required = due(trader);
      if (equity(trader) >= (protocol.liquidationTarget / 1e4) * required || seenWorth(trader) <= DUST) continue;
      if (hour - (trader.called ?? -1e9) >= 24) {
        totals.calls++;
        trader.called = hour;
        trader.due = trader.answers ? hour + trader.delayHours : undefined;
      }
      if (trader.due === undefined || hour < trader.due) continue;
      const paid = Math.max(0, Math.min(trader.reserve, missingDollars(trader)));
      trader.cash += paid;
      trader.reserve -= paid;
      trader.due = undefined;
      if (paid > 0) trader.called = undefined;
    }
  }

  /** A move of the width of the price against the account, in every underlying. */
  const worseSide = (trader: Trader) => slice(trader, 1, ceil).net.reduce((sum, usd) => sum + model.oracle.confidence * Math.abs(usd), 0);
  let soldAt = crash.startHour;

  /** Values everything at the opening, where nothing has happened yet; the requirements there. */
  function open() {
    states = assets.map((asset) => second.stateAt(asset, hour));
    shocks = second.shocksAt(states, hour, parameters, counts);
    for (const trader of traders) {
      for (const position of trader.positions) position.mark = valueOf(position.instrument, states[u(position.instrument.underlying)], hour).value;
      trader.opened = heldBy(trader);
      trader.required = maintenanceOf(trader.opened, dollarsOf(trader));
      trader.attested = [attest(trader, 0)];
    }
    remember();
    return seen();
  }

  /** What a step finds, before anybody acts: of each account its equity, maintenance and notional, and what it will have lost at later marks. */
  function seen() {
    return traders.map((trader) => {
      const held = trader.positions.map((position) => ({ position, lots: position.lots, from: position.mark }));
      const coins = COINS.map((coin) => ({
        a: u(COIN_OF[coin]),
        units: trader.coins[coin] * lotSize(COIN_OF[coin]),
        peg: coin === "stETH" ? stakedPeg : () => 1,
      })).filter(({ units }) => units !== 0);
      const dollars = dollarsOf(trader);
      const lostOnDollars = usdcLoss(dollars);
      const from = coins.map(({ a, peg }) => states[a].spot * peg());
      return {
        equity: equity(trader),
        maintenance: trader.required ?? Number.NaN,
        /** How much less it would be without USDC. */
        usdc: (trader.required ?? Number.NaN) - (trader.alone ?? Number.NaN),
        // Looked at by the hour only.
        opened: openedOf(hour === Math.floor(hour) ? (trader.opened ?? []) : [], dollars),
        loss: () =>
          lostOnDollars() +
          held.reduce((sum, { position, lots, from: mark }) => sum + lots * (mark - position.mark), 0) +
          coins.reduce((sum, { a, units, peg }, i) => sum + units * (from[i] - states[a].spot * peg()), 0),
      };
    });
  }

  /** What so many lots of USDC will have lost. */
  function usdcLoss(lots: number): () => number {
    const from = dollar();
    return () => lots * lotSize("USDC") * (from - dollar());
  }

  /** The opened book of one trader, with the USDC of now: its notional and maintenance now, and what it will have lost at later prices. */
  function openedOf(opened: Position[], dollars: number) {
    const alive = opened.filter(([{ kind, ...dates }]) => kind === "spot" || kind === "perp" || (dates as { expiryHour: number }).expiryHour > hour);
    const lostOnDollars = usdcLoss(dollars);
    const from = alive.map(([instrument]) => valueOf(instrument, states[u(instrument.underlying)], hour).value);
    return {
      notional: alive.reduce((sum, [instrument, lots]) => sum + (instrument.kind === "spot" ? 0 : Math.abs(lots) * notionalOf(instrument)), 0),
      maintenance: maintenanceOf(alive, dollars),
      loss: () =>
        lostOnDollars() + alive.reduce((sum, [instrument, lots], i) => sum + lots * (from[i] - (settled.get(idOf(instrument)) ?? markOf(instrument))), 0),
    };
  }
  const markOf = (instrument: Instrument) => valueOf(instrument, states[u(instrument.underlying)], hour).value;
  const settled = new Map<string, number>();
  const idOf = (instrument: Instrument) => JSON.stringify(instrument);

  /** ln(high / low) over the root of the turnover; NaN where nothing traded. */
  const illiquid = ({ high, low, close: closes, volume }: Bars, i: number) =>
    volume[i] > 0 ? Math.log(high[i] / low[i]) / Math.sqrt(volume[i] * closes[i]) : Number.NaN;

  /** The newest bars of an asset: what it closed at, what was traded in the step, and how deep its book was. */
  function newestBar(asset: string, step: number) {
    const hourly = crash.bars[crash.assets.indexOf(asset)];
    const index = Math.floor(hour) - 1 - crash.startHour;
    const isFine = step < 1;
    const own = isFine ? crash.fine?.bars[crash.fine.assets.indexOf(asset)] : undefined;
    const [bars, i] = own === undefined ? [hourly, index] : [own, Math.round((hour - (crash.fine?.startHour ?? 0)) * 12) - 1];
    // The hours before the one the bar is in.
    const first = own === undefined ? index : Math.floor(hour - step / 2) - crash.startHour;
    const before: number[] = [];
    for (let j = Math.max(0, first - 120); j < first; j++) before.push(illiquid(hourly, j));
    const known = before.filter((value) => !Number.isNaN(value)).sort((x, y) => x - y);
    const usual = (known[Math.floor((known.length - 1) / 2)] + known[Math.ceil((known.length - 1) / 2)]) / 2;
    const left = known.length < 24 ? 1 : (usual / illiquid(bars, i)) ** 2;
    return {
      close: bars.close[i],
      traded: (bars.volume[i] || 0) * bars.close[i] * (isFine && own === undefined ? step : 1),
      depth: Number.isNaN(left) ? 1 : Math.min(1, Math.max(0.02, left)),
    };
  }

  /** What a USDC is worth: the newest hourly close of half a day, in USD before USDT, at most one; one where nobody quotes it. */
  function dollar(): number {
    const { assets: quoted, closes, startHour } = market.dataset.hourlyPegs;
    const last = Math.floor(hour) - startHour;
    const quotes = ["USDC-USD", "USDC"].map((name) =>
      Array.from(closes[quoted.indexOf(name)].slice(Math.max(0, last - 12), Math.max(0, last))).findLast((close) => close > 0),
    );
    return Math.min(1, quotes[0] ?? quotes[1] ?? 1);
  }
  let dollarThen = dollar();
  let lastMarked = hour;

  /** Rates paid since accounts were last marked: at 0, 8 and 16 o'clock. */
  function fundingSince(asset: string): number[] {
    const { startHour, rates } = market.dataset.funding[asset];
    return Array.from(rates).filter((rate, i) => startHour + 8 * i > lastMarked && startHour + 8 * i <= hour && !Number.isNaN(rate));
  }

  /** One step; undefined in a gap. */
  function advance() {
    const step = (ends.find((end) => end > hour + 1e-6) as number) - hour;
    hour = ends.find((end) => end > hour + 1e-6) as number;
    [up, down] = [up, down].map((side) => side.map((displaced) => displaced * 0.5 ** (step / 6)));
    unwound = unwound.map((usd) => usd * Math.max(0, 1 - step));
    const bars = assets.map((asset) => newestBar(asset, step));
    if (bars.some(({ close: price }) => Number.isNaN(price))) return undefined;
    states = assets.map((asset, a) => ({ ...second.stateAt(asset, Math.floor(hour)), spot: bars[a].close * Math.exp(up[a] - down[a]) }));
    if (hour === Math.floor(hour)) shocks = second.shocksAt(states, hour, parameters, counts);
    depth = bars.map((bar) => bar.depth);
    const grown = dollar() / dollarThen;
    totals.fund *= grown;
    for (const trader of traders) {
      let isSettled = false;
      trader.cash *= grown;
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
        if (expired) settled.set(idOf(instrument), instrument.kind === "option" ? mark : lotSize(instrument.underlying) * state.spot);
        isSettled ||= expired && lots !== 0;
      }
      trader.positions = trader.positions.filter(({ instrument }) => !("expiryHour" in instrument) || instrument.expiryHour > hour);
      for (const { instrument, lots, mark } of trader.positions) {
        if (instrument.kind === "perp") for (const rate of fundingSince(instrument.underlying)) trader.cash -= rate * lots * mark;
      }
      trader.required = maintenanceOf(heldBy(trader), dollarsOf(trader));
      const attested = attest(trader, worseSide(trader));
      trader.attested = isSettled ? [attested] : [...trader.attested.filter(({ at }) => hour - at < 100), attested];
    }
    [dollarThen, lastMarked] = [dollar(), hour];
    for (let k = 0; k < carried.length; k++) carried[k] *= 0.5 ** ((hour - soldAt) / model.keepers.inventoryHalfLifeHours);
    soldAt = hour;
    remember();
    const found = seen();
    callMargin();
    room = bars.map((bar) => (bar.traded * bar.depth * protocol.participation) / 1e4);
    auctions(Math.round(60 * step));
    return found;
  }

  return { traders, totals, open, advance, worth, equity };
}
