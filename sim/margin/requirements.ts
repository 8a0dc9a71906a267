import { BallastError } from "../errors.ts";
import type { CubeInput, Kernel, Yardstick } from "../kernel/index.ts";
import type { UnderlyingState } from "../market/snapshot.ts";
import type { ParameterSet } from "../parameters/index.ts";
import type { ScenarioSet } from "../scenarios/index.ts";
import { coreLoss } from "./core-loss.ts";
import { type NettingGroups, nettingGroups } from "./groups.ts";
import { displacementLoss, extensionFactor, impactCost, toxicity } from "./liquidity.ts";
import type { NakedShorts } from "./naked-shorts.ts";
import { offsetLoss } from "./offset.ts";
import { FAMILIES, GRIDDED } from "./prepared.ts";
import { type PegLosses, withoutStablecoins } from "./stablecoins.ts";
import type { PositionTable, Requirements } from "./types.ts";

/** Numbers of P&L held at once, in single precision: 400 kB of them stay in a second-level cache. */
const BLOCK = 102_400;

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
  readonly pegLosses: PegLosses;
}

/** Requirements of every account of a table: DESIGN §6, component by component. */
export function requirementsOf(input: RequirementInput, table: PositionTable): Requirements {
  const { rest, loss } = withoutStablecoins(table, input.pegLosses);
  const groups = nettingGroups(rest, input.underlying);
  const result = emptyRequirements(table.accounts);
  const rows = Math.floor(BLOCK / input.set.padded);
  for (let from = 0, to = 0; from < table.accounts; from = to) {
    // At least one account, whatever it holds; a block is of rows, so that memory is bounded and does not depend on the book.
    do to++;
    while (to < table.accounts && groups.first[to + 1] - groups.first[from] <= rows);
    block(input, rest, groups, loss, from, to, result);
  }
  return result;
}

/** Adds up the components of accounts from…to−1. @param pegLoss of the stablecoins of each, USD */
function block(
  input: RequirementInput,
  table: PositionTable,
  groups: NettingGroups,
  pegLoss: Float64Array,
  from: number,
  to: number,
  result: Requirements,
): void {
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
      displacement += displacementLoss(held, state.dailyVolumeUsd, state.realisedVolatility);
      longest = Math.max(longest, extensionFactor(held, state.dailyVolumeUsd, protocol.participation));
      notional += held;
    }
    const at = (a - from) * FAMILIES;
    const core = coreLoss(parameters, losses.joint, at);
    const netted = offsetLoss(core, coreAlone, protocol.offsetCap);
    const offset = netted + pegLoss[a];
    // What stablecoins may lose stands in both: the points of the grid move no peg.
    const gridded = offsetLoss(losses.joint[at + GRIDDED], gridAlone, protocol.offsetCap);
    const grid = gridded + pegLoss[a];
    const minimum = input.nakedShorts.minimumOf(table, a);
    // Stablecoins are paid with, not sold: they take no time to close and move no price.
    const extension = netted * longest;
    const impact = impactCost(displacement);
    const toxic = toxicity(Math.max(netted, gridded, minimum) + extension, displacement);
    const liquidity = extension + impact + toxic;
    const maintenance = Math.max(offset, grid, minimum) + liquidity;
    // A scenario without a number fails the account: the tail would pass it over.
    const worst = losses.worst[a - from];
    if (worst < 0 || !Number.isFinite(maintenance)) throw notFinite(a, maintenance);
    result.core[a] = core + pegLoss[a];
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
