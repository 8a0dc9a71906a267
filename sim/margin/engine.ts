import { BallastError } from "../errors.ts";
import { createWasmKernel, type Kernel, snap } from "../kernel/index.ts";
import type { Market } from "../market/market.ts";
import type { Snapshot } from "../market/snapshot.ts";
import type { ParameterSet } from "../parameters/index.ts";
import { type Instrument, lotSize } from "../pricing/instrument.ts";
import { createDrawMemory, createScenarioSource, type DrawMemory, type ScenarioCounts } from "../scenarios/index.ts";
import { coreLoss } from "./core-loss.ts";
import { NakedShorts } from "./naked-shorts.ts";
import { GRIDDED } from "./prepared.ts";
import { priceInstruments } from "./priced.ts";
import { type RequirementInput, requirementsOf } from "./requirements.ts";
import { type HourScenarios, rememberScenarios } from "./scenario-memory.ts";
import { pegLossesOf } from "./stablecoins.ts";
import type { MarginEngine, MarginStep, PositionTable } from "./types.ts";
import { worstLosses } from "./worst-losses.ts";

/**
 * The margin engine under one parameter set: portfolio margin by full revaluation, expected shortfall and stress (DESIGN §6).
 *
 * @param market prices and what follows from them; only data stamped before a step's hour is read
 * @param counts historical scenarios per step, multiples of nothing in particular; padded inside
 * @param memory of the same market, where engines share one: what the past gives an hour is then drawn once for all of them
 * @example
 * const engine = createMarginEngine(createMarket(dataset), initialParameters(), CANONICAL_COUNTS);
 * const step = engine.step(market.snapshotAt(hour), [{ kind: "perp", underlying: "ETH" }]);
 * step.requirements({ accounts: 1, offsets: Int32Array.of(0, 1), instrument: Int32Array.of(0), lots: Float64Array.of(80) }).maintenance[0];
 */
export function createMarginEngine(
  market: Market,
  parameters: ParameterSet,
  counts: ScenarioCounts,
  kernel: Kernel = createWasmKernel(),
  memory: DrawMemory = createDrawMemory(market),
): MarginEngine {
  if (memory.market !== market) throw new BallastError("MEMORY_OF_ANOTHER_MARKET", "The draws remembered are those of another market.", { exit: 1 });
  const source = createScenarioSource(memory.moves(parameters.protocol.decay), parameters, counts, memory);
  const scenariosAt = rememberScenarios(source, parameters);

  return {
    step(snapshot, instruments) {
      for (const { asset, dailyVolumeUsd } of snapshot.underlyings) requireVolume(asset, dailyVolumeUsd, snapshot.hour);
      const scenarios = scenariosAt(snapshot);
      const priced = priceInstruments(snapshot, instruments, scenarios);
      if (!kernel.price(priced.cubeInput)) {
        throw new BallastError("SCENARIO_NOT_FINITE", `An instrument has no finite value in some scenario at hour ${snapshot.hour}.`, { exit: 1 });
      }
      const spots = snapshot.underlyings.map((state) => state.spot);
      const underlying = priced.nettingSet;
      const input: RequirementInput = {
        kernel,
        cubeInput: priced.cubeInput,
        underlying,
        states: snapshot.underlyings,
        set: scenarios.set,
        yardstick: scenarios.yardstick,
        parameters,
        deltaNotionalPerLot: deltaNotionals(priced.deltas, underlying, spots),
        nakedShorts: new NakedShorts(instruments, shortOptionCharges(instruments, underlying, snapshot, parameters)),
        pegLosses: pegLossesOf(kernel, priced.cubeInput, scenarios.yardstick, parameters, underlying, scenarios.set.assets.length),
      };
      return marginStep(snapshot, instruments, priced.marks, priced.deltas, input);
    },

    linearRates(snapshot, asset) {
      const scenarios = scenariosAt(snapshot);
      const { assets, spot, basis } = scenarios.set;
      const a = assets.indexOf(asset);
      if (a < 0) throw new BallastError("UNDERLYING_MISSING", `The snapshot does not hold ${asset}.`, { where: { value: asset } });
      const long = scenarios.returnsOf(`${asset}-PERP`, spot[a], basis[a]);
      return { long: linearRate(kernel, parameters, scenarios, long), short: linearRate(kernel, parameters, scenarios, negated(long)) };
    },
  };
}

/** |delta| of one lot of each instrument at spot, USD, snapped so that sums are exact. */
function deltaNotionals(deltas: Float64Array, underlying: Int32Array, spots: readonly number[]): Float64Array {
  const notionals = new Float64Array(deltas.length);
  for (let i = 0; i < notionals.length; i++) if (deltas[i] !== 0) notionals[i] = snap(Math.abs(deltas[i]) * spots[underlying[i]]);
  return notionals;
}

/** The short-option minimum of one lot of each instrument, USD; zero of what is no option. */
function shortOptionCharges(instruments: readonly Instrument[], underlying: Int32Array, { underlyings }: Snapshot, parameters: ParameterSet): Float64Array {
  const charges = new Float64Array(instruments.length);
  for (let i = 0; i < charges.length; i++) {
    if (instruments[i].kind !== "option") continue;
    const { asset, spot } = underlyings[underlying[i]];
    charges[i] = lotSize(asset) * spot * (parameters.underlyings[asset].shortOptionMinimum / 10_000);
  }
  return charges;
}

function negated(values: Float64Array): Float64Array {
  const opposite = new Float64Array(values.length);
  for (let s = 0; s < opposite.length; s++) opposite[s] = -values[s];
  return opposite;
}

function linearRate(kernel: Kernel, parameters: ParameterSet, { yardstick }: HourScenarios, profit: Float64Array): number {
  const losses = kernel.measureRow(profit, yardstick);
  return Math.max(coreLoss(parameters, losses, 0), losses[GRIDDED]);
}

function marginStep(snapshot: Snapshot, instruments: readonly Instrument[], marks: Float64Array, deltas: Float64Array, input: RequirementInput): MarginStep {
  const { kernel, cubeInput, set } = input;
  const families = [set.filtered, set.stressed, set.grid];
  const scenarios = families.reduce((sum, family) => sum + family.count, 0);
  return {
    hour: snapshot.hour,
    instruments,
    marks,
    deltas,
    scenarios,
    filtered: set.filtered.count,
    filteredPopulation: set.filtered.population,
    stressed: set.stressed.count,
    grid: set.grid.count,
    scenarioNames: set.originOf,
    requirements: (table) => requirementsOf(input, table),
    worstLosses: (table) => worstLosses(kernel, cubeInput, set, table),
    profitAndLoss(table: PositionTable, account: number, out: Float64Array) {
      const row = kernel.profitAndLoss(cubeInput, table, table.offsets[account], table.offsets[account + 1]);
      let at = 0;
      for (const family of families) {
        for (let s = family.offset; s < family.offset + family.count; s++) out[at++] = row[s] * set.damping[s];
      }
    },
  };
}

function requireVolume(asset: string, dailyVolumeUsd: number, hour: number): void {
  if (dailyVolumeUsd > 0) return;
  throw new BallastError(
    "VOLUME_UNKNOWN",
    `No traded volume of ${asset} is known for the 30 days before hour ${hour}: what a liquidation costs cannot be said.`,
    {
      where: { field: "dailyVolumeUsd", value: String(dailyVolumeUsd) },
      fix: "Use a dataset with the asset's volume, or a later hour.",
    },
  );
}
