import { BallastError } from "../errors.ts";
import { skewTilt, volatilityMove } from "../market/implied-model.ts";
import type { Snapshot, UnderlyingState } from "../market/snapshot.ts";
import type { ParameterSet } from "../parameters/index.ts";
import { basisMoveEnding, basisRange, followingBasis } from "./basis.ts";
import { bufferShare } from "./buffer.ts";
import { type Collateral, peggedCollaterals, pegMoveEnding } from "./collateral.ts";
import type { DrawMemory } from "./draw-memory.ts";
import { type Draws, filteredAndJumped } from "./filtered.ts";
import { GRID, gridName, gridSpot, gridVolatility } from "./grid.ts";
import { type Jump, jumpsOf } from "./jumps.ts";
import { lastKnown, type Moves } from "./moves.ts";
import { stressedDraws } from "./stressed.ts";
import { thinnessFactor } from "./thinness.ts";
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
 * @param memory of the market and the decay that `moves` are made from, where engines share one
 * @throws HISTORY_NOT_COVERED, SCENARIOS_TOO_FEW, and PARAMETERS_MISSING for an underlying without parameters.
 */
export function createScenarioSource(moves: Moves, parameters: ParameterSet, counts: ScenarioCounts, memory?: DrawMemory): ScenarioSource {
  const horizonHours = Math.ceil(parameters.protocol.horizon / 3_600);
  const collaterals = peggedCollaterals(parameters, moves.pegs);
  let stressedFor = "";
  let stressed: Draws = { spot: [], ends: [], population: 0 };

  return {
    at(snapshot) {
      const states = snapshot.underlyings;
      const indices = states.map((state) => assetIndex(moves, state.asset));
      lastKnown(moves, snapshot.hour);
      const own = states.map((state) => underlyingParameters(parameters, state.asset));
      const asked = {
        hour: snapshot.hour,
        assets: indices,
        horizonHours,
        lookbackDays: parameters.protocol.lookback,
        volatilityFloors: own.map((p) => p.volFloor / 10_000),
        count: counts.filtered,
        confidenceBps: parameters.protocol.confidence,
      };
      const assets = states.map((state) => state.asset);
      const jumps = own.map(({ jumpIntensity, jumpMean, jumpVol }) => ({ jumpIntensity, jumpMean, jumpVol }));
      const draw = () => filteredAndJumped({ moves, ...asked }, (population) => jumpsOf(assets, jumps, horizonHours, population));
      const drawn = memory === undefined ? draw() : memory.drawn(JSON.stringify([parameters.protocol.decay, asked, jumps]), draw);
      const day = Math.floor(snapshot.hour / 24);
      // The leader lends its moves whether or not it is among the underlyings.
      const leader = moves.leaderLongRunVolatility(snapshot.hour);
      const ratios = states.map((state) => state.longRunVolatility / leader);
      // An asset a month old has a long run that changes within its first day.
      const wanted = [day, ...assets, ...ratios].join();
      if (wanted !== stressedFor) {
        stressed = stressedDraws(moves, day * 24, indices, horizonHours, ratios, counts.stressed);
        stressedFor = wanted;
      }
      return assemble({ moves, states, indices, own, horizonHours, ...drawn, stressed, collaterals });
    },
  };
}

interface Parts {
  readonly moves: Moves;
  readonly states: readonly UnderlyingState[];
  /** Of `states`, into the moves' assets. */
  readonly indices: readonly number[];
  readonly own: readonly Readonly<Record<string, number>>[];
  readonly horizonHours: number;
  readonly filtered: Draws;
  readonly jumped: Draws;
  readonly jumps: readonly Jump[];
  readonly stressed: Draws;
  readonly collaterals: readonly Collateral[];
}

function assemble({ moves, states, indices, own, horizonHours, filtered, jumped, jumps, stressed, collaterals }: Parts): ScenarioSet {
  const families: Family[] = [];
  let padded = 0;
  const withJumps = { count: filtered.ends.length + jumps.length, population: filtered.population };
  for (const { count, population } of [
    withJumps,
    { count: stressed.ends.length, population: stressed.population },
    { count: GRID.length, population: GRID.length },
  ]) {
    families.push({ offset: padded, count, population });
    padded += Math.ceil(count / TILE) * TILE;
  }
  const [filteredFamily, stressedFamily, gridFamily] = families as [Family, Family, Family];
  const jumpsAt = filteredFamily.offset + filtered.ends.length;
  const rows = () => states.map(() => new Float64Array(padded));
  const [spot, volatility, tilt, basis] = [rows(), rows(), rows(), rows()];
  const volatilityFloor = states.map(() => new Float64Array(padded).fill(LEAST_VOLATILITY));
  const damping = new Float64Array(padded).fill(1);
  const origin = new Array<string>(padded).fill("");

  for (let a = 0; a < states.length; a++) {
    const p = own[a];
    const buffer = 1 + (p.volBuffer / 10_000) * bufferShare(states[a].realisedVolatility, states[a].longRunVolatility);
    const thinness = thinnessFactor(states[a].dailyVolumeUsd, states[a].recentVolumeUsd);
    const historical = ({ spot: moved, ends }: Draws, offset: number, basisOf: (move: number, k: number) => number) => {
      for (let k = 0; k < ends.length; k++) {
        const move = moved[a][k];
        spot[a][offset + k] = move * buffer * thinness;
        volatility[a][offset + k] = volatilityMove(move, horizonHours) * buffer;
        tilt[a][offset + k] = skewTilt(move, horizonHours) * buffer;
        basis[a][offset + k] = basisOf(move, k) * buffer;
      }
    };
    const onItsDate =
      ({ ends }: Draws) =>
      (move: number, k: number) =>
        basisMoveEnding(moves, indices[a], ends[k] - moves.startHour, horizonHours, move);
    historical(filtered, filteredFamily.offset, onItsDate(filtered));
    historical(jumped, jumpsAt, followingBasis);
    historical(stressed, stressedFamily.offset, onItsDate(stressed));
    for (let k = 0; k < GRID.length; k++) {
      const s = gridFamily.offset + k;
      spot[a][s] = gridSpot(GRID[k], (p.spotRange / 10_000) * buffer * thinness);
      volatility[a][s] = gridVolatility(GRID[k], (p.volRangeUp / 10_000) * buffer, (p.volRangeDown / 10_000) * buffer);
      basis[a][s] = GRID[k].basis * basisRange(states[a].asset) * buffer;
      if (GRID[k].volatility === "up") volatilityFloor[a][s] = Math.max(LEAST_VOLATILITY, p.minVolUp / 10_000);
      damping[s] = GRID[k].damping;
      origin[s] = `grid: ${gridName(GRID[k])}`;
    }
  }
  const pegs = Object.fromEntries(
    collaterals.map(({ name, pegs: known, shock }) => {
      const row = new Float64Array(padded);
      const onItsDate = ({ ends }: Draws, offset: number, worst: number) => {
        for (const [k, end] of ends.entries()) row[offset + k] = Math.min(worst, pegMoveEnding(known, end - moves.startHour, horizonHours));
      };
      onItsDate(filtered, filteredFamily.offset, Number.POSITIVE_INFINITY);
      onItsDate(jumped, jumpsAt, Number.POSITIVE_INFINITY);
      onItsDate(stressed, stressedFamily.offset, shock);
      return [name, row];
    }),
  );
  filtered.ends.forEach((end, k) => {
    origin[filteredFamily.offset + k] = `filtered: move ending with hour ${end}`;
  });
  jumps.forEach(({ who, size }, k) => {
    const name = who < 0 ? "all" : states[who].asset;
    origin[jumpsAt + k] =
      `jump: ${name} ${size < 0 ? "−" : "+"}${Math.floor(Math.abs(size) * 100 + 0.5)} % (log) on the move ending with hour ${jumped.ends[k]}`;
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
    tilt,
    volatilityFloor,
    basis,
    pegs,
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
