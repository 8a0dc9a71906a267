import { BallastError } from "../errors.ts";
import { annualised } from "../market/volatility.ts";
import { lastKnown, type Moves, moveEnding } from "./moves.ts";

/** Ratio of volatility now to then is held in this range, as DESIGN §6 says. */
const LEAST_SCALE = 0.3;
const LARGEST_SCALE = 3;
/** Fewer joint moves than this are no evidence for a tail. */
const FEWEST = 60;

export interface FilteredInput {
  readonly moves: Moves;
  readonly hour: number;
  /** Indices into moves.assets. */
  readonly assets: readonly number[];
  readonly horizonHours: number;
  readonly lookbackDays: number;
  /** Annualised, per entry of `assets`. */
  readonly volatilityFloors: readonly number[];
  readonly count: number;
}

/** Draws of one family: spot[a][k] a log return per asset, ends[k] the hour of the last bar of the move. */
export interface Draws {
  readonly spot: Float64Array[];
  readonly ends: number[];
}

/**
 * Filtered historical simulation (Barone-Adesi, Giannopoulos & Vosper 1999): joint moves of the lookback, the same dates for
 * every asset so that tail dependence survives, each scaled by volatility now over volatility then.
 *
 * The floor holds the volatility scaled TO, not the one scaled from: a floor on both would let a higher floor lower the
 * requirement (a quiet past scaled up less), and a parameter has to have one direction.
 *
 * The moves stand at fixed hours of history (every lookback/count hours), so the set changes by one move at a time and not
 * from one hour to the next. Where an asset was not traded yet, the leader (the first asset of the history) lends its
 * move, scaled by the two volatilities: dependence of one, the careful side for books that are long.
 *
 * @throws SCENARIOS_TOO_FEW when fewer than 60 moves are known.
 */
export function filteredDraws(input: FilteredInput): Draws {
  const { moves, hour, assets, horizonHours, count } = input;
  const last = lastKnown(moves, hour);
  const lookback = input.lookbackDays * 24;
  const stride = Math.max(1, Math.floor(lookback / count));
  const newest = last - ((moves.startHour + last) % stride);
  const now = assets.map((asset, a) => floored(moves, asset, last, input.volatilityFloors[a]));
  const draws: Draws = { spot: assets.map(() => new Float64Array(count)), ends: [] };
  const leader = 0;

  for (let end = newest; draws.ends.length < count && end > last - lookback && end >= horizonHours; end -= stride) {
    const lent = moveEnding(moves, leader, end, horizonHours);
    const lentVolatility = annualised(moves.variance[leader][end - horizonHours]);
    if (Number.isNaN(lent) || Number.isNaN(lentVolatility)) continue;
    const k = draws.ends.length;
    for (let a = 0; a < assets.length; a++) {
      let move = moveEnding(moves, assets[a], end, horizonHours);
      let then = annualised(moves.variance[assets[a]][end - horizonHours]);
      if (Number.isNaN(move) || Number.isNaN(then)) {
        move = lent;
        then = lentVolatility;
      }
      const scale = now[a] / then;
      draws.spot[a][k] = move * Math.min(LARGEST_SCALE, Math.max(LEAST_SCALE, scale));
    }
    draws.ends.push(moves.startHour + end);
  }
  if (draws.ends.length < FEWEST) {
    throw new BallastError("SCENARIOS_TOO_FEW", `Only ${draws.ends.length} historical moves are known at hour ${hour}; ${FEWEST} are needed.`, {
      fix: "Use a later hour, a dataset with a longer history, or a shorter horizon.",
    });
  }
  return draws;
}

function floored(moves: Moves, asset: number, index: number, floor: number): number {
  const volatility = annualised(moves.variance[asset][index]);
  // An asset without a volatility of its own yet starts at the floor its parameters set.
  return Number.isNaN(volatility) ? floor : Math.max(volatility, floor);
}
