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

/** Builds scenario sets of one parameter set; the stressed family is chosen once a day and remembered, jumps once for so many draws. */
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
  const jumpsAmong = new Map<string, readonly Jump[]>();

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
      const draw = () =>
        filteredAndJumped({ moves, ...asked }, (population) =>
          remembered(`${population} ${assets}`, jumpsAmong, () => jumpsOf(assets, jumps, horizonHours, population)),
        );
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

  for (let a = 0; a < states.length; a++) {
    const p = own[a];
    const buffer = 1 + (p.volBuffer / 10_000) * bufferShare(states[a].realisedVolatility, states[a].longRunVolatility);
    const thinness = thinnessFactor(states[a].dailyVolumeUsd, states[a].recentVolumeUsd);
    const rows: Rows = { spot: spot[a], volatility: volatility[a], tilt: tilt[a], basis: basis[a] };
    const shocks = { horizonHours, buffer, thinness };
    fill(rows, filtered.spot[a], basesOn(moves, indices[a], filtered, a, horizonHours), filteredFamily.offset, shocks);
    fill(rows, jumped.spot[a], jumped.spot[a].map(followingBasis), jumpsAt, shocks);
    fill(rows, stressed.spot[a], basesOn(moves, indices[a], stressed, a, horizonHours), stressedFamily.offset, shocks);
    for (let k = 0; k < GRID.length; k++) {
      const s = gridFamily.offset + k;
      spot[a][s] = gridSpot(GRID[k], (p.spotRange / 10_000) * buffer * thinness);
      volatility[a][s] = gridVolatility(GRID[k], (p.volRangeUp / 10_000) * buffer, (p.volRangeDown / 10_000) * buffer);
      basis[a][s] = GRID[k].basis * basisRange(states[a].asset) * buffer;
      if (GRID[k].volatility === "up") volatilityFloor[a][s] = Math.max(LEAST_VOLATILITY, p.minVolUp / 10_000);
      damping[s] = GRID[k].damping;
    }
  }
  const pegs = Object.fromEntries(
    collaterals.map(({ name, pegs: known, shock }) => {
      const row = new Float64Array(padded);
      const pegsOn = ({ ends }: Draws, offset: number, worst: number) => fillPegs(row, offset, known, ends, moves.startHour, horizonHours, worst);
      pegsOn(filtered, filteredFamily.offset, Number.POSITIVE_INFINITY);
      pegsOn(jumped, jumpsAt, Number.POSITIVE_INFINITY);
      pegsOn(stressed, stressedFamily.offset, shock);
      return [name, row];
    }),
  );
  const assets = states.map((state) => state.asset);
  const originOf = (s: number): string => {
    if (s < jumpsAt) return `filtered: move ending with hour ${filtered.ends[s - filteredFamily.offset]}`;
    if (s < jumpsAt + jumps.length) return jumpName(jumps[s - jumpsAt], jumped.ends[s - jumpsAt], assets);
    if (isIn(stressedFamily, s)) return `stressed: move ending with hour ${stressed.ends[s - stressedFamily.offset]}`;
    return isIn(gridFamily, s) ? `grid: ${gridName(GRID[s - gridFamily.offset])}` : "";
  };
  return {
    assets,
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
    originOf,
  };
}

function isIn({ offset, count }: Family, s: number): boolean {
  return s >= offset && s < offset + count;
}

function jumpName({ who, size }: Jump, end: number, assets: readonly string[]): string {
  const name = who < 0 ? "all" : assets[who];
  return `jump: ${name} ${size < 0 ? "−" : "+"}${Math.floor(Math.abs(size) * 100 + 0.5)} % (log) on the move ending with hour ${end}`;
}

function remembered<T>(name: string, known: Map<string, T>, make: () => T): T {
  const found = known.get(name) ?? make();
  known.set(name, found);
  return found;
}

/** The shocks of one asset, by scenario. */
interface Rows {
  readonly spot: Float64Array;
  readonly volatility: Float64Array;
  readonly tilt: Float64Array;
  readonly basis: Float64Array;
}

/** Writes what goes with some moves of the spot, scenario by scenario from `offset` on. */
function fill(
  { spot, volatility, tilt, basis }: Rows,
  moved: Float64Array,
  bases: Float64Array,
  offset: number,
  { horizonHours, buffer, thinness }: { readonly horizonHours: number; readonly buffer: number; readonly thinness: number },
): void {
  for (let k = 0; k < bases.length; k++) {
    const move = moved[k];
    spot[offset + k] = move * buffer * thinness;
    volatility[offset + k] = volatilityMove(move, horizonHours) * buffer;
    tilt[offset + k] = skewTilt(move, horizonHours) * buffer;
    basis[offset + k] = bases[k] * buffer;
  }
}

/** Moves of the basis on the dates of the draws, of asset `index` of the moves, which is asset `a` of the draws. */
function basesOn(moves: Moves, index: number, { spot, ends }: Draws, a: number, horizonHours: number): Float64Array {
  const bases = new Float64Array(ends.length);
  for (let k = 0; k < bases.length; k++) bases[k] = basisMoveEnding(moves, index, ends[k] - moves.startHour, horizonHours, spot[a][k]);
  return bases;
}

/** Writes moves of a peg on the dates of some draws, none better than `worst`. */
function fillPegs(
  row: Float64Array,
  offset: number,
  pegs: Float64Array | undefined,
  ends: readonly number[],
  startHour: number,
  horizonHours: number,
  worst: number,
): void {
  for (let k = 0; k < ends.length; k++) row[offset + k] = Math.min(worst, pegMoveEnding(pegs, ends[k] - startHour, horizonHours));
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
