/**
 * The margin model a second time, for tests only: plain `Math`, sorts and loops, straight from DESIGN §6 and the docstrings. It shares with
 * the engine nothing but the dataset, the fitted coefficients and the random stream, and takes no shortcut: no cube, no snapping, no tables.
 */
import type { DailySeries, Dataset } from "../../sim/market/dataset.ts";
import { LEVEL_MODEL, PREMIUM_MODEL, REACTION_MODEL, REVERSION_PER_YEAR, TILT_MODEL } from "../../sim/market/implied-model.ts";
import { ASSUMED_SMILE } from "../../sim/market/surface.ts";
import { createRandom } from "../../sim/math/random.ts";
import type { ParameterSet } from "../../sim/parameters/index.ts";
import type { Instrument } from "../../sim/pricing/instrument.ts";

export interface State {
  readonly asset: string;
  readonly spot: number;
  readonly realised: number;
  readonly longRun: number;
  /** At-the-money total variance at maturity T: years → θ. */
  readonly theta: (years: number) => number;
  /** Of 30 days, and of three. */
  readonly volumeUsd: number;
  readonly recentUsd: number;
  /** Perpetual over spot. */
  readonly basis: number;
}

export interface Shock {
  readonly family: "filtered" | "stressed" | "grid";
  /** How many equally likely shocks its family is the largest of, where that is more than there are. */
  readonly population?: number;
  /** By asset: log return of the spot, relative move of 30-day volatility, change of its skew beyond that, least volatility. */
  readonly spot: readonly number[];
  readonly volatility: readonly number[];
  readonly tilt: readonly number[];
  readonly floor: readonly number[];
  readonly damping: number;
  /** By asset: log return of the perpetual over its spot's. By collateral: log return of its peg. */
  readonly basis: readonly number[];
  readonly pegs: Readonly<Record<string, number>>;
}

const LOT: Readonly<Record<string, number>> = { BTC: 1 / 128, ETH: 1 / 8, SOL: 1, LINK: 8, AVAX: 4, USDC: 128, USDT: 128 };

export function createSecond(dataset: Dataset) {
  const { history } = dataset;
  const { startHour } = history;
  const closesOf = (asset: string) => history.closes[history.assets.indexOf(asset)];
  const cache = new Map<string, number[]>();
  const variances = (asset: string, decay: number): number[] => {
    const key = `${asset}/${decay}`;
    const known = cache.get(key) ?? ewma(closesOf(asset), decay);
    cache.set(key, known);
    return known;
  };
  const volatility = (asset: string, decay: number, index: number) => Math.sqrt(variances(asset, decay)[index] * 8760);

  /** Index of the newest close of an asset in bars that had ended by `hour`, at most `age` hours before the newest of them. */
  const newest = (asset: string, hour: number, age: number): number => {
    const last = hour - 1 - startHour;
    for (let i = last; i >= 0 && last - i <= age; i--) if (closesOf(asset)[i] > 0) return i;
    return -1;
  };

  const quotedLevel = (asset: string, hour: number): number | undefined => {
    const series = dataset.dvol[asset];
    for (let day = Math.floor(hour / 24) - 1; series && hour - 24 * (day + 1) <= 72; day--) {
      const level = series.values[day - series.startDay];
      if (!(level > 0)) continue;
      const age = hour - 24 * (day + 1);
      const now = closesOf(asset)[newest(asset, hour, 1e9)];
      const then = closesOf(asset)[newest(asset, hour - age, 1e9)];
      return level * (1 + (age === 0 ? 0 : reaction(Math.log(now / then), age)));
    }
    return undefined;
  };
  const modelLevel = (asset: string, index: number) => levelOf(volatility(asset, 0.94, index), volatility(asset, 0.99, index));

  function stateAt(asset: string, hour: number): State {
    const index = hour - 1 - startHour;
    const daily: number[] = [];
    for (let h = Math.ceil((startHour + 1) / 24) * 24; h <= hour; h += 24) daily.push(volatility(asset, 0.97, h - 1 - startHour));
    const longRun = medianOf(daily.filter((value) => value > 0));
    const leader = quotedLevel("BTC", hour);
    const premium = leader === undefined ? 1 : Math.exp(PREMIUM_MODEL.constant + PREMIUM_MODEL.leader * Math.log(leader / modelLevel("BTC", index)));
    const atm = quotedLevel(asset, hour) ?? modelLevel(asset, index) * premium;
    return {
      asset,
      spot: closesOf(asset)[newest(asset, hour, 23)],
      realised: volatility(asset, 0.97, index),
      longRun,
      theta: termStructure(atm, levelOf(longRun, longRun)),
      volumeUsd: meanOfLast(dataset.dailyVolumeUsd[asset], hour, 30),
      recentUsd: meanOfLast(dataset.dailyVolumeUsd[asset], hour, 7),
      basis: Math.exp(logBasis(asset, index) || 0),
    };
  }

  /** ln(perpetual / spot) of the newest bar that has both, at most 12 hours before bar `index`; NaN where there is none. */
  function logBasis(asset: string, index: number): number {
    const perpetual = dataset.perpetuals.closes[dataset.perpetuals.assets.indexOf(asset)];
    for (let i = index; perpetual && i >= Math.max(0, index - 12); i--) {
      const ratio = perpetual[i] / closesOf(asset)[i];
      if (ratio > 0) return Math.log(ratio);
    }
    return Number.NaN;
  }

  /** A collateral in what it stands for when bar `index` has ended: its market in USD, that in USDT, or a daily close not two days old. */
  function pegAt(name: string, index: number): number {
    const { hourlyPegs } = dataset;
    for (const market of [`${name}-USD`, name]) {
      const close = hourlyPegs.closes[hourlyPegs.assets.indexOf(market)]?.[index];
      if (close > 0) return close;
    }
    const ended = startHour + index + 1;
    for (let day = Math.floor(ended / 24) - 1; ended - 24 * (day + 1) < 48; day--) {
      const value = dataset.pegs[name]?.values[day - dataset.pegs[name].startDay];
      if (value > 0) return value;
    }
    return Number.NaN;
  }

  const pegsByHour = new Map<string, number>();
  /** The newest peg known by the hour, however old; 1 if there never was one. */
  function lastPeg(name: string, hour: number): number {
    const known = pegsByHour.get(`${name} ${hour}`) ?? findPeg(name, hour);
    pegsByHour.set(`${name} ${hour}`, known);
    return known;
  }
  function findPeg(name: string, hour: number): number {
    for (let index = hour - 1 - startHour; index >= 0; index--) {
      const peg = pegAt(name, index);
      if (peg > 0) return peg;
    }
    return 1;
  }

  /** ln(close / close `span` hours before), each close at most 12 hours old; NaN where there is none. */
  const moveEnding = (asset: string, end: number, span: number): number => {
    const [to, from] = [newest(asset, startHour + end + 1, 12), newest(asset, startHour + end - span + 1, 12)];
    return to < 0 || from < 0 ? Number.NaN : Math.log(closesOf(asset)[to] / closesOf(asset)[from]);
  };

  function shocksAt(states: readonly State[], hour: number, parameters: ParameterSet, counts: { filtered: number; stressed: number }): Shock[] {
    const { protocol, underlyings } = parameters;
    const span = Math.ceil(protocol.horizon / 3600);
    const own = states.map(({ asset }) => underlyings[asset]);
    const buffer = states.map(({ realised, longRun }, a) => 1 + (own[a].volBuffer / 1e4) * Math.min(1, Math.max(0, 2 - realised / longRun)));
    const thin = states.map(({ volumeUsd, recentUsd }) => Math.min(1.5, Math.max(1, (volumeUsd / recentUsd) ** 0.5)));
    const decay = protocol.decay / 1e4;
    const leader = history.assets[0];
    const basisOf = (a: number, end: number, move: number) => {
      const known = logBasis(states[a].asset, end) - logBasis(states[a].asset, end - span);
      return (Number.isNaN(known) ? 0.04 * move : known) * buffer[a];
    };
    const pegsOf = (end: number, isStressed: boolean) =>
      Object.fromEntries(
        Object.entries(parameters.collaterals).map(([name, { depegShock }]) => {
          const move = Math.log(pegAt(name, end) / pegAt(name, end - span)) || 0;
          return [name, isStressed ? Math.min(move, Math.log(Math.max(0.05, 1 - depegShock / 1e4))) : move];
        }),
      );
    const historical = (family: Shock["family"], moves: readonly number[], end: number): Shock => ({
      family,
      basis: moves.map((move, a) => basisOf(a, end, move)),
      pegs: pegsOf(end, family === "stressed"),
      spot: moves.map((move, a) => move * buffer[a] * thin[a]),
      volatility: moves.map((move, a) => reaction(move, span) * buffer[a]),
      tilt: moves.map((move, a) => steepening(move, span) * buffer[a]),
      floor: states.map(() => 0.05),
      damping: 1,
    });
    const shocks: Shock[] = [];

    const last = hour - 1 - startHour;
    // At most a quarter of the draws may be in the tail.
    const most = counts.filtered / (4 * (1 - protocol.confidence / 1e4));
    const stride = Math.max(1, Math.floor(span / 4), Math.ceil((protocol.lookback * 24) / most - 1e-9));
    const known: { moves: number[]; end: number }[] = [];
    for (let end = last; end > last - protocol.lookback * 24 && end >= span; end--) {
      if ((startHour + end) % stride !== 0) continue;
      const moves = states.map(({ asset }, a) => {
        const floor = own[a].volFloor / 1e4;
        const now = Math.max(volatility(asset, decay, last) || floor, floor);
        const move = moveEnding(asset, end, span);
        const then = volatility(asset, decay, end - span);
        const ownMove = Number.isNaN(move + then) ? [moveEnding(leader, end, span), volatility(leader, decay, end - span)] : [move, then];
        return ownMove[0] * Math.min(3, Math.max(0.3, now / ownMove[1]));
      });
      if (!moves.some(Number.isNaN)) known.push({ end, moves });
    }
    // Each move's best place in any direction: of one asset or of two against each other, from either side.
    const place = new Map(known.map((move) => [move, known.length]));
    for (let a = 0; a < states.length; a++) {
      for (let b = a; b < states.length; b++) {
        const value = ({ moves }: (typeof known)[number]) => (a === b ? moves[a] : moves[b] - moves[a]);
        for (const side of [1, -1]) {
          const sorted = known.toSorted((x, y) => side * (value(x) - value(y)));
          sorted.forEach((move, rank) => {
            place.set(move, Math.min(place.get(move) as number, rank));
          });
        }
      }
    }
    const farthest = known.toSorted((x, y) => (place.get(x) as number) - (place.get(y) as number)).slice(0, counts.filtered);
    for (const { moves, end } of farthest.sort((x, y) => y.end - x.end)) shocks.push({ ...historical("filtered", moves, end), population: known.length });

    // Jumps: at every rung as many draws as are expected to hold a jump of that size or more, on top of a draw that a fixed stream names.
    for (const direction of [-1, 1]) {
      for (const [rung, size] of [0.07, 0.14, 0.28, 0.56].entries()) {
        const holding = own.map(({ jumpIntensity, jumpMean, jumpVol }) => {
          const mean = direction < 0 ? jumpMean / 1e4 : 0;
          const probability = size <= mean ? 1 : jumpVol > 0 ? phi(((mean - size) * 1e4) / jumpVol) : 0;
          return known.length * (jumpIntensity / 1e4) * (span / 8760) * probability;
        });
        const jump = (name: string, expected: number, jumps: (a: number) => boolean) => {
          const stream = createRandom(`jump/${name}/${direction * (rung + 1)}`);
          for (let k = 0; k < Math.min(32, Math.round(expected)); k++) {
            const phase = stream.integer(512);
            const under = known.find(({ end }) => ((startHour + end) / stride) % 512 === phase) ?? known[phase % known.length];
            const moves = under.moves.map((move, a) => (jumps(a) ? direction * (size + Math.abs(move)) : move));
            const basis = moves.map((move, a) => 0.04 * move * buffer[a]);
            shocks.push({ ...historical("filtered", moves, under.end), basis });
          }
        };
        jump("common", 0.46 * Math.min(...holding), () => true);
        states.forEach(({ asset }, who) => {
          jump(asset, 0.54 * holding[who], (a) => a === who);
        });
      }
    }

    const midnight = hour - (hour % 24);
    const leaderLongRun = stateAt(leader, midnight).longRun;
    const candidates: { end: number; moves: number[]; size: number }[] = [];
    for (let end = span; startHour + end < midnight; end++) {
      if ((startHour + end) % 4 !== 0) continue;
      const moves = states.map(({ asset, longRun }) => {
        const move = moveEnding(asset, end, span);
        return Number.isNaN(move) ? (moveEnding(leader, end, span) * longRun) / leaderLongRun : move;
      });
      const size = moves.reduce((sum, move) => sum + move * move, 0);
      if (!Number.isNaN(size)) candidates.push({ end, moves, size });
    }
    const chosen: typeof candidates = [];
    for (const one of candidates.sort((x, y) => y.size - x.size || x.end - y.end)) {
      if (chosen.length < counts.stressed && chosen.every(({ end }) => Math.abs(end - one.end) >= span)) chosen.push(one);
    }
    for (const { moves, end } of chosen.sort((x, y) => x.end - y.end)) shocks.push(historical("stressed", moves, end));

    const gridPoint = (thirds: number, way: number, ranges = 0): Shock => ({
      family: "grid",
      spot: states.map((_, a) => Math.log(1 + Math.max(-0.95, (thirds / 3) * (own[a].spotRange / 1e4) * buffer[a] * thin[a]))),
      volatility: states.map((_, a) => (way > 0 ? own[a].volRangeUp / 1e4 : way < 0 ? -own[a].volRangeDown / 1e4 : 0) * buffer[a]),
      tilt: states.map(() => 0),
      floor: states.map((_, a) => (way > 0 ? Math.max(0.05, own[a].minVolUp / 1e4) : 0.05)),
      damping: Math.abs(thirds) > 3 ? 3 / Math.abs(thirds) : 1,
      basis: states.map(({ asset }, a) => ranges * (asset === "BTC" || asset === "ETH" ? 0.01 : 0.0175) * buffer[a]),
      pegs: {},
    });
    for (const thirds of [-3, -2, -1, 0, 1, 2, 3]) for (const way of [1, 0, -1]) shocks.push(gridPoint(thirds, way));
    for (const thirds of [-9, -6, 6, 9]) for (const way of [1, 0]) shocks.push(gridPoint(thirds, way));
    for (const ranges of [-1, 1]) shocks.push(gridPoint(0, 0, ranges));
    return shocks;
  }

  return { stateAt, shocksAt, lastPeg };
}

interface OwnShock {
  readonly spot: number;
  readonly volatility: number;
  readonly tilt: number;
  readonly floor: number;
  readonly basis: number;
  readonly pegs: Readonly<Record<string, number>>;
}

/** Value of one lot, USD, under a shock of its underlying (or none), and its delta in units of the underlying. `peg` is that of a coin. */
export function valueOf(instrument: Instrument, state: State, hour: number, shock?: OwnShock, peg = 1) {
  const lot = LOT[instrument.underlying];
  const move = shock?.spot ?? 0;
  const forward = state.spot * Math.exp(move);
  if (instrument.kind === "perp") return { value: lot * forward * state.basis * Math.exp(shock?.basis ?? 0), delta: lot * state.basis };
  if (instrument.kind === "future") {
    const scale = Math.max(1, (instrument.expiryHour - hour) / 876);
    return { value: lot * forward * Math.exp(scale * (shock?.basis ?? 0)), delta: lot };
  }
  if (instrument.kind === "spot") {
    const { underlying, coin = underlying } = instrument;
    const now = coin === underlying ? 1 : peg;
    return { value: lot * forward * now * Math.exp(shock?.pegs[coin] ?? 0), delta: lot * now };
  }
  const years = (instrument.expiryHour - hour) / 8760;
  const k = Math.log(instrument.strike / state.spot);
  const now = smile(state, k, years);
  const scale = Math.min(1.6, (30 / 365 / years) ** 0.3);
  const sigma = shock === undefined ? now : Math.max(moved(state, k, years, move, scale, shock.tilt) * (1 + scale * shock.volatility), shock.floor);
  const deviation = sigma * Math.sqrt(years);
  const d1 = Math.log(forward / instrument.strike) / deviation + deviation / 2;
  const call = forward * phi(d1) - instrument.strike * phi(d1 - deviation);
  const put = instrument.right === "put";
  return { value: lot * (put ? call - forward + instrument.strike : call), delta: lot * (phi(d1) - (put ? 1 : 0)) };
}

/**
 * The smile moves with the spot, by its tangent at the strike, turns with the skew about the money as it moves (straight through where it would be after a
 * fall of 15 %), and nowhere is it below the lowest point of the turned one.
 */
function moved(state: State, k: number, years: number, move: number, scale: number, skew: number): number {
  const step = 1e-4;
  const slopeOf = (of: (at: number) => number, at: number) => (of(at + step) - of(at - step)) / (2 * step);
  const deepest = Math.min(0, (-0.95 - ASSUMED_SMILE.rho) / rhoPerTilt(state, years));
  // By a secant: as straight as through the tilt of a fall of a tenth in a day, or the deepest there is.
  const straight = Math.max((steepening(-0.1, 24) * scale * stickiness(30 / 365)) / stickiness(years), deepest);
  const turning = (at: number) => (smile(state, at, years, straight) - smile(state, at, years)) / straight;
  const tilt = Math.max((skew * scale * stickiness(30 / 365)) / stickiness(years), deepest);
  const along = smile(state, k, years) - slopeOf((at) => smile(state, at, years), k) * move;
  const turned = tilt === 0 ? 0 : tilt * (turning(k) - ((turning(k + 0.15) - turning(k)) / 0.15) * move);
  if (tilt === 0) return Math.max(along, lowest(state, years));
  const rho = ASSUMED_SMILE.rho + rhoPerTilt(state, years) * tilt;
  return Math.max(along + turned, smile(state, 0, years) * Math.sqrt(1 - rho * rho));
}

/** The skew-stickiness ratio of one factor that returns at κ. */
function stickiness(years: number): number {
  const x = REVERSION_PER_YEAR * years;
  return (x * (1 - Math.exp(-x))) / (x - (1 - Math.exp(-x)));
}

const LOWEST = new WeakMap<State, Map<number, number>>();

/** The lowest point of a smile, found by looking: a ternary search, for a smile falls and then rises. */
function lowest(state: State, years: number): number {
  const known = LOWEST.get(state) ?? new Map<number, number>();
  LOWEST.set(state, known);
  let found = known.get(years);
  if (found === undefined) {
    let [left, right] = [-3, 3];
    for (let i = 0; i < 200; i++) {
      const [a, b] = [left + (right - left) / 3, right - (right - left) / 3];
      if (smile(state, a, years) < smile(state, b, years)) right = b;
      else left = a;
    }
    found = smile(state, left, years);
    known.set(years, found);
  }
  return found;
}

export type Position = readonly [Instrument, number];

/** DESIGN §6, every component of one account's requirement, USD. */
export function requirementOf(
  positions: readonly Position[],
  states: readonly State[],
  shocks: readonly Shock[],
  hour: number,
  { protocol, underlyings }: ParameterSet,
  pegs: Readonly<Record<string, number>> = {},
) {
  const priced = states.map((state, a) =>
    shocks.map((shock) => {
      const own = { spot: shock.spot[a], volatility: shock.volatility[a], tilt: shock.tilt[a], floor: shock.floor[a], basis: shock.basis[a], pegs: shock.pegs };
      const gain = ([instrument, lots]: Position) => {
        const peg = instrument.kind === "spot" ? pegs[instrument.coin ?? ""] : 1;
        return lots * (valueOf(instrument, state, hour, own, peg).value - valueOf(instrument, state, hour, undefined, peg).value);
      };
      return positions.filter(([{ underlying }]) => underlying === state.asset).reduce((sum, position) => sum + gain(position), 0);
    }),
  );
  const dollars = positions.filter(([{ underlying }]) => underlying === "USDC" || underlying === "USDT");
  const joint = shocks.map((_, s) => priced.reduce((sum, row) => sum + row[s], 0));
  const family = (row: readonly number[], name: Shock["family"]) => row.filter((_, s) => shocks[s].family === name).map((gain) => -gain);
  const tail = (losses: readonly number[], population = losses.length) => {
    const worst = [...losses].sort((x, y) => y - x);
    if (protocol.riskMeasure === 0) return worst[population - Math.ceil((population * protocol.confidence) / 1e4)];
    const mass = (population * (1e4 - protocol.confidence)) / 1e4;
    if (mass <= 1) return worst[0];
    return worst.reduce((sum, loss, i) => sum + loss * Math.min(1, Math.max(0, mass - i)), 0) / mass;
  };
  const weight = protocol.stressWeight / 1e4;
  const population = shocks.find(({ family: name }) => name === "filtered")?.population;
  const core = (row: readonly number[]) => {
    const [today, stress] = [tail(family(row, "filtered"), population), tail(family(row, "stressed"))];
    return Math.max(0, today, (1 - weight) * today + weight * stress);
  };
  const grid = (row: readonly number[]) => Math.max(0, ...row.map((gain, s) => (shocks[s].family === "grid" ? -gain * shocks[s].damping : 0)));
  const netted = (measure: (row: readonly number[]) => number) => {
    const cap = protocol.offsetCap / 1e4;
    const alone = priced.reduce((sum, row) => sum + measure(row), 0);
    return Math.max(measure(joint), (1 - cap) * alone + cap * measure(joint));
  };
  const series = new Map<string, number>();
  let extension = 0;
  let atLastPrice = 0;
  let minimum = 0;
  for (const state of states) {
    let held = 0;
    for (const [instrument, lots] of positions.filter(([{ underlying }]) => underlying === state.asset)) {
      const peg = instrument.kind === "spot" ? pegs[instrument.coin ?? ""] : 1;
      held += Math.abs(lots * valueOf(instrument, state, hour, undefined, peg).delta) * state.spot;
      if (instrument.kind !== "option") continue;
      const name = `${state.asset} ${instrument.right} ${instrument.expiryHour}`;
      series.set(name, (series.get(name) ?? 0) + lots * LOT[state.asset] * state.spot * (underlyings[state.asset].shortOptionMinimum / 1e4));
    }
    const seconds = (held / (state.volumeUsd * (protocol.participation / 1e4))) * 86_400;
    extension = Math.max(extension, Math.sqrt(Math.max(1, seconds / 86_400)) - 1);
    atLastPrice += held * (state.realised / Math.sqrt(365)) * Math.sqrt(held / state.volumeUsd);
  }
  for (const net of series.values()) minimum += Math.max(0, -net);
  // Whatever the rest does, the dollars that are held ask for their own tail, each dollar at its peg.
  const dollarLoss = dollars
    .map(([{ underlying }, lots]) => shocks.map(({ pegs: moves }) => lots * LOT[underlying] * (pegs[underlying] ?? 1) * Math.expm1(moves[underlying] ?? 0)))
    .reduce((sum, row) => sum + core(row), 0);
  // They take no time to sell and move no price.
  const contracts = netted(core);
  const offset = contracts + dollarLoss;
  // Selling the book takes `atLastPrice` from it; those who hold the same lose as much, sell the share of it that their margin has lost, and so on.
  const loss = Math.max(offset, netted(grid) + dollarLoss, minimum);
  const alone = Math.max(contracts, netted(grid), minimum) + contracts * extension;
  let [low, high] = [1, 2];
  for (let i = 0; i < 60; i++) {
    const times = (low + high) / 2;
    if (times ** 2 > 1 + (times * atLastPrice) / (alone + times * atLastPrice)) high = times;
    else low = times;
  }
  const liquidity = contracts * extension + (atLastPrice === 0 ? 0 : low * atLastPrice);
  const maintenance = loss + liquidity;
  return {
    core: core(joint) + dollarLoss,
    offset,
    grid: netted(grid) + dollarLoss,
    shortOptionMinimum: minimum,
    extension: contracts * extension,
    impact: (2 / 3) * atLastPrice,
    liquidity,
    maintenance,
    initial: (maintenance * protocol.initialMargin) / 1e4,
  };
}

/** Implied volatility by SSVI with the power law, at maturity T of at least one hour. */
function smile(state: State, k: number, years: number, tilt = 0): number {
  const maturity = Math.max(years, 1 / 8760);
  const rho = ASSUMED_SMILE.rho + rhoPerTilt(state, years) * tilt;
  const variance = state.theta(maturity);
  const phiOf = 2 / rhoPerTilt(state, years);
  const total = (variance / 2) * (1 + rho * phiOf * k + Math.sqrt((phiOf * k + rho) ** 2 + 1 - rho * rho));
  return Math.sqrt(total / maturity);
}

/** A skew of ln(σ) is ρφ/2 at the money: 2/φ. */
function rhoPerTilt({ theta }: State, years: number): number {
  const { eta, gamma } = ASSUMED_SMILE;
  const variance = theta(Math.max(years, 1 / 8760));
  return (2 * variance ** gamma * (1 + variance) ** (1 - gamma)) / eta;
}

/** Of a fall F over h hours 9.7·F at √(24/h) beyond a day, of one in a day at most 19 %, over R of 30 days. */
function steepening(move: number, hours: number): number {
  return move >= 0 ? 0 : (-TILT_MODEL.steepening * Math.min(0.19, -move * Math.min(1, Math.sqrt(24 / hours)))) / stickiness(30 / 365);
}

function termStructure(atm: number, longRun: number): (years: number) => number {
  const share = (years: number) => -Math.expm1(-REVERSION_PER_YEAR * years) / (REVERSION_PER_YEAR * years);
  const month = share(30 / 365);
  const far = Math.min(longRun ** 2, (atm ** 2 * (1 - 0.25 * month)) / (1 - month));
  const near = far + (atm ** 2 - far) / month;
  return (years) => years * (far + (near - far) * share(years));
}

function reaction(move: number, hours: number): number {
  const { fall, deepFall, rise } = REACTION_MODEL;
  if (move >= 0) return Math.expm1(rise * move);
  return Math.min(3, Math.expm1(-fall * move + deepFall * Math.max(0, -move - 0.05 * Math.sqrt(hours / 24))));
}

function levelOf(fast: number, slow: number): number {
  return Math.exp(LEVEL_MODEL.constant) * fast ** LEVEL_MODEL.fast * slow ** LEVEL_MODEL.slow;
}

function ewma(closes: Float64Array, lambda: number): number[] {
  const hourly = lambda ** (1 / 24);
  const known = [...closes.keys()].filter((i) => closes[i] > 0);
  const variances = new Array<number>(closes.length).fill(Number.NaN);
  const first = known[0] ?? closes.length;
  let variance = 0;
  for (let n = 1; n < known.length; n++) {
    const [from, to] = [known[n - 1], known[n]];
    const square = Math.log(closes[to] / closes[from]) ** 2;
    variance = to <= first + 720 ? (variance * (from - first) + square) / (to - first) : hourly ** (to - from) * variance + (1 - hourly) * square;
    for (let i = Math.max(to, first + 720); i < (known[n + 1] ?? closes.length); i++) variances[i] = variance;
  }
  return variances;
}

function meanOfLast(series: DailySeries, hour: number, days: number): number {
  const last = Math.floor(hour / 24) - 1 - series.startDay;
  const known = [...series.values.subarray(Math.max(0, last - days + 1), last + 1)].filter((value) => !Number.isNaN(value));
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((x, y) => x - y);
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2;
}

/** The normal distribution function by its power series (Marsaglia 2004): ½ + φ(x)·(x + x³/3 + x⁵/15 + …). */
function phi(x: number): number {
  if (Math.abs(x) > 8) return x > 0 ? 1 : 0;
  let term = x;
  let sum = x;
  for (let n = 3; Math.abs(term) > 1e-17 * Math.abs(sum); n += 2) sum += term = (term * x * x) / n;
  return 0.5 + (sum * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
}
