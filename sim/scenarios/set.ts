import { BallastError } from "../errors.ts";
import { volatilityMove } from "../market/implied-model.ts";
import type { Snapshot, UnderlyingState } from "../market/snapshot.ts";
import type { ParameterSet } from "../parameters/index.ts";
import { bufferShare } from "./buffer.ts";
import { type Draws, filteredDraws } from "./filtered.ts";
import { GRID, gridName, gridSpot, gridVolatility } from "./grid.ts";
import { lastKnown, type Moves } from "./moves.ts";
import { stressedDraws } from "./stressed.ts";
import { type Family, type ScenarioSet, TILE } from "./types.ts";

/** No option is priced below this volatility in any scenario: at zero the price would lose its time value. */
export const LEAST_VOLATILITY = 0.05;

export interface ScenarioCounts {
  readonly filtered: number;
  readonly stressed: number;
}

/** Builds scenario sets of one parameter set; the stressed family is chosen once a day and remembered. */
export interface ScenarioSource {
  at(snapshot: Snapshot): ScenarioSet;
}

/**
 * @throws HISTORY_NOT_COVERED, SCENARIOS_TOO_FEW, and PARAMETERS_MISSING for an underlying without parameters.
 */
export function createScenarioSource(moves: Moves, parameters: ParameterSet, counts: ScenarioCounts): ScenarioSource {
  const horizonHours = Math.ceil(parameters.protocol.horizon / 3_600);
  let stressedDay = -1;
  let stressedFor = "";
  let stressed: Draws = { spot: [], ends: [], population: 0 };

  return {
    at(snapshot) {
      const states = snapshot.underlyings;
      const indices = states.map((state) => assetIndex(moves, state.asset));
      lastKnown(moves, snapshot.hour);
      const own = states.map((state) => underlyingParameters(parameters, state.asset));
      const filtered = filteredDraws({
        moves,
        hour: snapshot.hour,
        assets: indices,
        horizonHours,
        lookbackDays: parameters.protocol.lookback,
        volatilityFloors: own.map((p) => p.volFloor / 10_000),
        count: counts.filtered,
        confidenceBps: parameters.protocol.confidence,
      });
      const day = Math.floor(snapshot.hour / 24);
      const names = states.map((state) => state.asset).join();
      if (day !== stressedDay || names !== stressedFor) {
        // The leader lends its moves whether or not it is among the underlyings.
        const leader = moves.leaderLongRunVolatility(snapshot.hour);
        const ratios = states.map((state) => state.longRunVolatility / leader);
        stressed = stressedDraws(moves, day * 24, indices, horizonHours, ratios, counts.stressed);
        stressedDay = day;
        stressedFor = names;
      }
      return assemble(states, own, horizonHours, filtered, stressed);
    },
  };
}

function assemble(
  states: readonly UnderlyingState[],
  own: readonly Readonly<Record<string, number>>[],
  horizonHours: number,
  filtered: Draws,
  stressed: Draws,
): ScenarioSet {
  const families: Family[] = [];
  let padded = 0;
  const grid = { ends: GRID, population: GRID.length };
  for (const { ends, population } of [filtered, stressed, grid]) {
    const count = ends.length;
    families.push({ offset: padded, count, population });
    padded += Math.ceil(count / TILE) * TILE;
  }
  const [filteredFamily, stressedFamily, gridFamily] = families as [Family, Family, Family];
  const spot = states.map(() => new Float64Array(padded));
  const volatility = states.map(() => new Float64Array(padded));
  const volatilityFloor = states.map(() => new Float64Array(padded).fill(LEAST_VOLATILITY));
  const damping = new Float64Array(padded).fill(1);
  const origin = new Array<string>(padded).fill("");

  for (let a = 0; a < states.length; a++) {
    const p = own[a];
    const buffer = 1 + (p.volBuffer / 10_000) * bufferShare(states[a].realisedVolatility, states[a].longRunVolatility);
    const historical = (draws: Draws, family: Family) => {
      for (let k = 0; k < family.count; k++) {
        const move = draws.spot[a][k];
        spot[a][family.offset + k] = move * buffer;
        volatility[a][family.offset + k] = volatilityMove(move, horizonHours) * buffer;
      }
    };
    historical(filtered, filteredFamily);
    historical(stressed, stressedFamily);
    for (let k = 0; k < GRID.length; k++) {
      const s = gridFamily.offset + k;
      spot[a][s] = gridSpot(GRID[k], (p.spotRange / 10_000) * buffer);
      volatility[a][s] = gridVolatility(GRID[k], (p.volRangeUp / 10_000) * buffer, (p.volRangeDown / 10_000) * buffer);
      if (GRID[k].volatility === "up") volatilityFloor[a][s] = Math.max(LEAST_VOLATILITY, p.minVolUp / 10_000);
      damping[s] = GRID[k].damping;
      origin[s] = `grid: ${gridName(GRID[k])}`;
    }
  }
  filtered.ends.forEach((end, k) => {
    origin[filteredFamily.offset + k] = `filtered: move ending with hour ${end}`;
  });
  stressed.ends.forEach((end, k) => {
    origin[stressedFamily.offset + k] = `stressed: move ending with hour ${end}`;
  });
  return {
    assets: states.map((state) => state.asset),
    filtered: filteredFamily,
    stressed: stressedFamily,
    grid: gridFamily,
    padded,
    spot,
    volatility,
    volatilityFloor,
    damping,
    origin,
  };
}

function assetIndex(moves: Moves, asset: string): number {
  const index = moves.assets.indexOf(asset);
  if (index < 0)
    throw new BallastError("HISTORY_MISSING", `There is no price history of ${asset}.`, {
      where: { value: asset },
      fix: `Use one of ${moves.assets.join(", ")}.`,
    });
  return index;
}

function underlyingParameters(parameters: ParameterSet, asset: string): Readonly<Record<string, number>> {
  const own = parameters.underlyings[asset];
  if (own === undefined) {
    throw new BallastError("PARAMETERS_MISSING", `The parameter set has no underlying ${asset}.`, {
      where: { field: `underlyings.${asset}` },
      fix: `Add ${asset} to the parameter file.`,
    });
  }
  return own;
}
