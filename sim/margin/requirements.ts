import { BallastError } from "../errors.ts";
import { type Kernel, tailLoss } from "../kernel/index.ts";
import type { UnderlyingState } from "../market/snapshot.ts";
import type { ParameterSet } from "../parameters/index.ts";
import type { Family, ScenarioSet } from "../scenarios/index.ts";
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
  const scratch = new Float64Array(set.padded + 1);
  const joint = new Float64Array(set.padded);
  let rows = new Float64Array(0);
  for (let from = 0; from < table.accounts; from += BLOCK) {
    const to = Math.min(table.accounts, from + BLOCK);
    const size = (groups.first[to] - groups.first[from]) * set.padded;
    if (rows.length < size) rows = new Float64Array(size);
    kernel.sumGroups(cube, instruments, set.padded / TILE, groups, groups.first[from], groups.first[to], rows);
    for (let a = from; a < to; a++) account(input, table, groups, a, rows, groups.first[from], joint, scratch, result);
  }
  return result;
}

/** Fills the row of one account's joint P&L and adds up its components. */
function account(
  input: RequirementInput,
  table: PositionTable,
  groups: NettingGroups,
  a: number,
  rows: Float64Array,
  firstGroup: number,
  joint: Float64Array,
  scratch: Float64Array,
  result: Requirements,
): void {
  const { set, parameters, states } = input;
  const { protocol } = parameters;
  let coreAlone = 0;
  let gridAlone = 0;
  let impact = 0;
  let extension = 0;
  let notional = 0;
  joint.fill(0);
  for (let g = groups.first[a]; g < groups.first[a + 1]; g++) {
    const from = (g - firstGroup) * set.padded;
    for (let s = 0; s < set.padded; s++) joint[s] += rows[from + s];
    coreAlone += coreLoss(parameters, set, rows, from, scratch);
    gridAlone += worstLoss(set, set.grid, rows, from);
    const held = deltaNotional(input, groups, g);
    const state = states[groups.underlying[g]];
    impact += impactCost(held, state.dailyVolumeUsd, state.realisedVolatility);
    extension = Math.max(extension, extensionFactor(held, state.dailyVolumeUsd, protocol.participation, protocol.horizon));
    notional += held;
  }
  const core = coreLoss(parameters, set, joint, 0, scratch);
  const offset = offsetLoss(core, coreAlone, protocol.offsetCap);
  const grid = offsetLoss(worstLoss(set, set.grid, joint, 0), gridAlone, protocol.offsetCap);
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
  result.worstScenario[a] = worstOf(set, joint, a);
  result.deltaNotional[a] = notional;
}

/** (1 − w) · tail of the filtered family + w · tail of the stressed one; a book that gains everywhere needs nothing. */
export function coreLoss(parameters: ParameterSet, set: ScenarioSet, rows: Float64Array, from: number, scratch: Float64Array): number {
  const { confidence, riskMeasure, stressWeight } = parameters.protocol;
  const weight = stressWeight / 10_000;
  const shortfall = riskMeasure === 1;
  const filtered = tailLoss(rows, from + set.filtered.offset, set.filtered.count, confidence, shortfall, scratch);
  const stressed = tailLoss(rows, from + set.stressed.offset, set.stressed.count, confidence, shortfall, scratch);
  return Math.max(0, (1 - weight) * filtered + weight * stressed);
}

/** Largest damped loss of a family, never below zero. */
export function worstLoss(set: ScenarioSet, family: Family, rows: Float64Array, from: number): number {
  let worst = 0;
  for (let s = family.offset; s < family.offset + family.count; s++) worst = Math.min(worst, rows[from + s] * set.damping[s]);
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
