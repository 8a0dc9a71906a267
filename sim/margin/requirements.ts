import { BallastError } from "../errors.ts";
import type { Kernel } from "../kernel/index.ts";
import type { UnderlyingState } from "../market/snapshot.ts";
import type { ParameterSet } from "../parameters/index.ts";
import type { ScenarioSet } from "../scenarios/index.ts";
import { TILE } from "../scenarios/index.ts";
import { type NettingGroups, nettingGroups } from "./groups.ts";
import { extensionFactor, impactCost } from "./liquidity.ts";
import type { NakedShorts } from "./naked-shorts.ts";
import { offsetLoss } from "./offset.ts";
import type { PositionTable, Requirements } from "./types.ts";

/** Accounts whose P&L rows are held at once: about a megabyte of rows. */
const BLOCK = 48;

export interface RequirementInput {
  readonly kernel: Kernel;
  readonly cube: Float64Array;
  readonly instruments: number;
  readonly underlying: Int32Array;
  readonly states: readonly UnderlyingState[];
  readonly set: ScenarioSet;
  readonly parameters: ParameterSet;
  /** |delta| of one lot at spot, USD, snapped so that sums are exact. */
  readonly deltaNotionalPerLot: Float64Array;
  readonly nakedShorts: NakedShorts;
}

/** Requirements of every account of a table: DESIGN §6, component by component. */
export function requirementsOf(input: RequirementInput, table: PositionTable): Requirements {
  const { kernel, cube, instruments, set } = input;
  const groups = nettingGroups(table, input.underlying);
  const result = emptyRequirements(table.accounts);
  for (let from = 0; from < table.accounts; from += BLOCK) {
    const to = Math.min(table.accounts, from + BLOCK);
    const first = groups.first[from];
    const rows = groups.first[to] - first;
    // One row per group, and one for the joint P&L of an account with several.
    kernel.reserveRows((rows + 1) * set.padded);
    kernel.sumGroups(cube, instruments, set.padded / TILE, groups, first, groups.first[to], 0);
    for (let a = from; a < to; a++) account(input, table, groups, a, first, rows * set.padded, result);
  }
  return result;
}

/** Adds up the components of one account. Row g − firstGroup holds the P&L of group g; `spare` is room for the joint row. */
function account(
  input: RequirementInput,
  table: PositionTable,
  groups: NettingGroups,
  a: number,
  firstGroup: number,
  spare: number,
  result: Requirements,
): void {
  const { kernel, set, parameters, states } = input;
  const { protocol } = parameters;
  const [begin, end] = [groups.first[a], groups.first[a + 1]];
  let coreAlone = 0;
  let gridAlone = 0;
  let impact = 0;
  let extension = 0;
  let notional = 0;
  for (let g = begin; g < end; g++) {
    const from = (g - firstGroup) * set.padded;
    coreAlone += coreLoss(kernel, parameters, set, from);
    gridAlone += worstLoss(kernel, set, from);
    const held = deltaNotional(input, groups, g);
    const state = states[groups.underlying[g]];
    impact += impactCost(held, state.dailyVolumeUsd, state.realisedVolatility);
    extension = Math.max(extension, extensionFactor(held, state.dailyVolumeUsd, protocol.participation, protocol.horizon));
    notional += held;
  }
  const isOne = end - begin === 1;
  const joint = isOne ? (begin - firstGroup) * set.padded : spare;
  if (!isOne) {
    kernel.row(spare, set.padded).fill(0);
    for (let g = begin; g < end; g++) kernel.addRow((g - firstGroup) * set.padded, spare, set.padded);
  }
  const core = isOne ? coreAlone : coreLoss(kernel, parameters, set, joint);
  const gridJoint = isOne ? gridAlone : worstLoss(kernel, set, joint);
  const offset = offsetLoss(core, coreAlone, protocol.offsetCap);
  const grid = offsetLoss(gridJoint, gridAlone, protocol.offsetCap);
  const minimum = input.nakedShorts.minimumOf(table, a);
  const liquidity = offset * extension + impact;
  const maintenance = Math.max(offset, grid, minimum) + liquidity;
  if (!Number.isFinite(maintenance)) throw notFinite(a, maintenance);
  result.core[a] = core;
  result.offset[a] = offset;
  result.grid[a] = grid;
  result.shortOptionMinimum[a] = minimum;
  result.liquidity[a] = liquidity;
  result.maintenance[a] = maintenance;
  result.initial[a] = maintenance * (protocol.initialMargin / 10_000);
  result.worstScenario[a] = worstOf(set, kernel.row(joint, set.padded), a);
  result.deltaNotional[a] = notional;
}

/**
 * The tail of the filtered family, or (1 − w) of it and w of the stressed one's, whichever is larger, of the row at `from`: more weight on
 * stress never lowers a requirement, not even when today is worse than all known stress. A book that gains everywhere needs nothing.
 */
export function coreLoss(kernel: Kernel, parameters: ParameterSet, set: ScenarioSet, from: number): number {
  const { confidence, riskMeasure, stressWeight } = parameters.protocol;
  const weight = stressWeight / 10_000;
  const shortfall = riskMeasure === 1;
  const filtered = kernel.tailLoss(from + set.filtered.offset, set.filtered.count, set.filtered.population, confidence, shortfall);
  const stressed = kernel.tailLoss(from + set.stressed.offset, set.stressed.count, set.stressed.population, confidence, shortfall);
  return Math.max(0, filtered, (1 - weight) * filtered + weight * stressed);
}

/** Largest damped loss on the grid, of the row at `from`, never below zero. */
export function worstLoss(kernel: Kernel, set: ScenarioSet, from: number): number {
  const { offset, count } = set.grid;
  const row = kernel.row(from + offset, count);
  let worst = 0;
  for (let s = 0; s < count; s++) worst = Math.min(worst, row[s] * set.damping[offset + s]);
  return -worst;
}

/** Looks at every scenario that counts, so it is also where one without a number shows: the tail would pass it over. */
function worstOf(set: ScenarioSet, joint: Float64Array, a: number): number {
  let worst = 0;
  let least = Number.POSITIVE_INFINITY;
  for (const family of [set.filtered, set.stressed, set.grid]) {
    for (let s = family.offset; s < family.offset + family.count; s++) {
      const value = joint[s] * set.damping[s];
      if (Number.isNaN(value)) throw notFinite(a, value);
      if (value < least) {
        least = value;
        worst = s;
      }
    }
  }
  return worst;
}

function notFinite(a: number, value: number): BallastError {
  return new BallastError("REQUIREMENT_NOT_FINITE", `The requirement of account ${a} is not a finite number.`, { where: { value: String(value) }, exit: 1 });
}

function deltaNotional(input: RequirementInput, groups: NettingGroups, g: number): number {
  let sum = 0;
  for (let p = groups.offsets[g]; p < groups.offsets[g + 1]; p++) sum += Math.abs(groups.lots[p]) * input.deltaNotionalPerLot[groups.instrument[p]];
  return sum;
}

function emptyRequirements(accounts: number): Requirements {
  const column = () => new Float64Array(accounts);
  return {
    core: column(),
    offset: column(),
    grid: column(),
    shortOptionMinimum: column(),
    liquidity: column(),
    maintenance: column(),
    initial: column(),
    worstScenario: new Int32Array(accounts),
    deltaNotional: column(),
  };
}
