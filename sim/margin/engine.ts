import { BallastError } from "../errors.ts";
import { createWasmKernel, type Kernel, snap } from "../kernel/index.ts";
import type { Market } from "../market/market.ts";
import type { Snapshot } from "../market/snapshot.ts";
import { exp } from "../math/index.ts";
import type { ParameterSet } from "../parameters/index.ts";
import { type Instrument, lotSize } from "../pricing/instrument.ts";
import { createMoves, createScenarioSource, type ScenarioCounts, type ScenarioSet, TILE } from "../scenarios/index.ts";
import { NakedShorts } from "./naked-shorts.ts";
import { priceInstruments } from "./priced.ts";
import { coreLoss, type RequirementInput, requirementsOf, worstLoss } from "./requirements.ts";
import type { MarginEngine, MarginStep, PositionTable } from "./types.ts";

/**
 * The margin engine under one parameter set: portfolio margin by full revaluation, expected shortfall and stress (DESIGN §6).
 *
 * @param market prices and what follows from them; only data stamped before a step's hour is read
 * @param counts historical scenarios per step, multiples of nothing in particular; padded inside
 * @example
 * const engine = createMarginEngine(createMarket(dataset), initialParameters(), CANONICAL_COUNTS);
 * const step = engine.step(market.snapshotAt(hour), [{ kind: "perp", underlying: "ETH" }]);
 * step.requirements({ accounts: 1, offsets: Int32Array.of(0, 1), instrument: Int32Array.of(0), lots: Float64Array.of(80) }).maintenance[0];
 */
export function createMarginEngine(market: Market, parameters: ParameterSet, counts: ScenarioCounts, kernel: Kernel = createWasmKernel()): MarginEngine {
  const source = createScenarioSource(createMoves(market, parameters.protocol.decay), parameters, counts);
  let remembered: { snapshot: Snapshot; set: ScenarioSet } | undefined;
  const scenariosAt = (snapshot: Snapshot): ScenarioSet => {
    const hourly = snapshot.scenariosOf ?? snapshot;
    if (remembered?.snapshot !== hourly) remembered = { snapshot: hourly, set: source.at(hourly) };
    return remembered.set;
  };

  return {
    step(snapshot, instruments) {
      for (const { asset, dailyVolumeUsd } of snapshot.underlyings) requireVolume(asset, dailyVolumeUsd, snapshot.hour);
      const set = scenariosAt(snapshot);
      const priced = priceInstruments(snapshot, instruments, set);
      const cube = new Float64Array(instruments.length * set.padded);
      if (!kernel.fillCube(priced.cubeInput, cube)) {
        throw new BallastError("SCENARIO_NOT_FINITE", `An instrument has no finite value in some scenario at hour ${snapshot.hour}.`, { exit: 1 });
      }
      const spots = snapshot.underlyings.map((state) => state.spot);
      const { underlying } = priced.cubeInput;
      const input: RequirementInput = {
        kernel,
        cube,
        instruments: instruments.length,
        underlying,
        states: snapshot.underlyings,
        set,
        parameters,
        deltaNotionalPerLot: priced.deltas.map((delta, i) => snap(Math.abs(delta) * spots[underlying[i]])),
        nakedShorts: new NakedShorts(
          instruments,
          Float64Array.from(
            instruments,
            (instrument, i) =>
              lotSize(instrument.underlying) * spots[underlying[i]] * (underlyingOf(parameters, snapshot, underlying[i]).shortOptionMinimum / 10_000),
          ),
        ),
      };
      return marginStep(snapshot, instruments, priced.marks, priced.deltas, input);
    },

    linearRates(snapshot, asset) {
      const set = scenariosAt(snapshot);
      const a = set.assets.indexOf(asset);
      if (a < 0) throw new BallastError("UNDERLYING_MISSING", `The snapshot does not hold ${asset}.`, { where: { value: asset } });
      const long = set.spot[a].map((move) => exp(move) - 1);
      const short = long.map((move) => -move);
      return { long: linearRate(kernel, parameters, set, long), short: linearRate(kernel, parameters, set, short) };
    },
  };
}

function linearRate(kernel: Kernel, parameters: ParameterSet, set: ScenarioSet, profit: Float64Array): number {
  kernel.reserveRows(set.padded);
  kernel.row(0, set.padded).set(profit);
  return Math.max(coreLoss(kernel, parameters, set, 0), worstLoss(kernel, set, 0));
}

function marginStep(snapshot: Snapshot, instruments: readonly Instrument[], marks: Float64Array, deltas: Float64Array, input: RequirementInput): MarginStep {
  const { set, cube, kernel } = input;
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
    scenarioNames: (index) => set.origin[index] ?? "",
    requirements: (table) => requirementsOf(input, table),
    profitAndLoss(table: PositionTable, account: number, out: Float64Array) {
      // One group with everything: the joint P&L, whatever the underlyings.
      const whole = { offsets: table.offsets.subarray(account, account + 2), instrument: table.instrument, lots: table.lots };
      kernel.reserveRows(set.padded);
      kernel.sumGroups(cube, instruments.length, set.padded / TILE, whole, 0, 1, 0);
      const row = kernel.row(0, set.padded);
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

function underlyingOf(parameters: ParameterSet, snapshot: Snapshot, index: number): Readonly<Record<string, number>> {
  return parameters.underlyings[snapshot.underlyings[index].asset];
}
