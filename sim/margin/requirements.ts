import { BallastError } from "../errors.ts";
import type { CubeInput, Kernel, Yardstick } from "../kernel/index.ts";
import type { UnderlyingState } from "../market/snapshot.ts";
import type { ParameterSet } from "../parameters/index.ts";
import type { ScenarioSet } from "../scenarios/index.ts";
import { type NettingGroups, nettingGroups } from "./groups.ts";
import { displacementLoss, extensionFactor, impactCost, toxicity } from "./liquidity.ts";
import type { NakedShorts } from "./naked-shorts.ts";
import { offsetLoss } from "./offset.ts";
import { FAMILIES, FILTERED, GRIDDED, STRESSED } from "./prepared.ts";
import type { PositionTable, Requirements } from "./types.ts";

/** Numbers of P&L held at once: 400 kB of them stay in a second-level cache. */
const BLOCK = 51_200;

export interface RequirementInput {
  readonly kernel: Kernel;
  readonly cubeInput: CubeInput;
  readonly underlying: Int32Array;
  readonly states: readonly UnderlyingState[];
  readonly set: ScenarioSet;
  readonly yardstick: Yardstick;
  readonly parameters: ParameterSet;
  /** |delta| of one lot at spot, USD, snapped so that sums are exact. */
  readonly deltaNotionalPerLot: Float64Array;
  readonly nakedShorts: NakedShorts;
}

/** Requirements of every account of a table: DESIGN §6, component by component. */
export function requirementsOf(input: RequirementInput, table: PositionTable): Requirements {
  const groups = nettingGroups(table, input.underlying);
  const result = emptyRequirements(table.accounts);
  const rows = Math.floor(BLOCK / input.set.padded);
  for (let from = 0, to = 0; from < table.accounts; from = to) {
    // At least one account, whatever it holds; a block is of rows, so that memory is bounded and does not depend on the book.
    do to++;
    while (to < table.accounts && groups.first[to + 1] - groups.first[from] <= rows);
    block(input, table, groups, from, to, result);
  }
  return result;
}

/** Adds up the components of accounts from…to−1. */
function block(input: RequirementInput, table: PositionTable, groups: NettingGroups, from: number, to: number, result: Requirements): void {
  const { kernel, parameters, states, yardstick } = input;
  const { protocol } = parameters;
  const losses = kernel.measure(input.cubeInput, groups, from, to, yardstick);
  const firstGroup = groups.first[from];
  for (let a = from; a < to; a++) {
    let coreAlone = 0;
    let gridAlone = 0;
    let displacement = 0;
    let longest = 0;
    let notional = 0;
    for (let g = groups.first[a]; g < groups.first[a + 1]; g++) {
      const at = (g - firstGroup) * FAMILIES;
      coreAlone += coreLoss(parameters, losses.groups, at);
      gridAlone += losses.groups[at + GRIDDED];
      const held = deltaNotional(input, groups, g);
      const state = states[groups.underlying[g]];
      // Stablecoins are paid with, not sold.
      if (state === undefined) continue;
      displacement += displacementLoss(held, state.dailyVolumeUsd, state.realisedVolatility);
      longest = Math.max(longest, extensionFactor(held, state.dailyVolumeUsd, protocol.participation, protocol.horizon));
      notional += held;
    }
    const at = (a - from) * FAMILIES;
    const core = coreLoss(parameters, losses.joint, at);
    const offset = offsetLoss(core, coreAlone, protocol.offsetCap);
    const grid = offsetLoss(losses.joint[at + GRIDDED], gridAlone, protocol.offsetCap);
    const minimum = input.nakedShorts.minimumOf(table, a);
    const extension = offset * longest;
    const impact = impactCost(displacement);
    const toxic = toxicity(Math.max(offset, grid, minimum) + extension, displacement);
    const liquidity = extension + impact + toxic;
    const maintenance = Math.max(offset, grid, minimum) + liquidity;
    // A scenario without a number fails the account: the tail would pass it over.
    const worst = losses.worst[a - from];
    if (worst < 0 || !Number.isFinite(maintenance)) throw notFinite(a, maintenance);
    result.core[a] = core;
    result.offset[a] = offset;
    result.grid[a] = grid;
    result.shortOptionMinimum[a] = minimum;
    result.extension[a] = extension;
    result.impact[a] = impact;
    result.toxicity[a] = toxic;
    result.liquidity[a] = liquidity;
    result.maintenance[a] = maintenance;
    result.initial[a] = maintenance * (protocol.initialMargin / 10_000);
    result.worstScenario[a] = worst;
    result.deltaNotional[a] = notional;
  }
}

/**
 * The tail of the filtered family, or (1 − w) of it and w of the stressed one's, whichever is larger, of the losses at `at`: more weight on
 * stress never lowers a requirement, not even when today is worse than all known stress. A book that gains everywhere needs nothing.
 */
export function coreLoss({ protocol }: ParameterSet, losses: Float64Array, at: number): number {
  const weight = protocol.stressWeight / 10_000;
  const filtered = losses[at + FILTERED];
  const stressed = losses[at + STRESSED];
  return Math.max(0, filtered, (1 - weight) * filtered + weight * stressed);
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
    extension: column(),
    impact: column(),
    toxicity: column(),
    liquidity: column(),
    maintenance: column(),
    initial: column(),
    worstScenario: new Int32Array(accounts),
    deltaNotional: column(),
  };
}
