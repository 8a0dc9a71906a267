import { createWasmKernel } from "../../sim/kernel/index.ts";
import { explain } from "../../sim/margin/explanation.ts";
import { CANONICAL_COUNTS, type ScenarioCounts } from "../../sim/margin/index.ts";
import type { Dataset } from "../../sim/market/index.ts";
import { type Instrument, instrumentId } from "../../sim/pricing/instrument.ts";
import { createMoves, createScenarioSource } from "../../sim/scenarios/index.ts";
import type { Places } from "../proposal/shape.ts";
import { accountOf } from "./account.ts";
import { dated, parametersOf } from "./margin.ts";
import type { MarginInput, MarginOutput } from "./schema.ts";

type Explained = NonNullable<MarginOutput["explanation"]>;

/** Of the scenarios that make a loss, how many are named. */
const NAMED = 5;

/**
 * Why the requirement is what it is: the loss that it comes from, taken apart by what moved and by who holds it.
 *
 * @throws BallastError like `marginOf`
 * @example explanationOf(input, dataset, file).factors.vega
 */
export function explanationOf(input: MarginInput, dataset: Dataset, places: Places, counts: ScenarioCounts = CANONICAL_COUNTS): Explained {
  const parameters = parametersOf(input, places);
  const { market, snapshot, portfolio } = accountOf(input, dataset, parameters, places);
  const { instruments, table } = portfolio;
  const set = createScenarioSource(createMoves(market, parameters.protocol.decay), parameters, counts).at(snapshot);
  const { from, loss, scenarios, factors, positions } = explain({ kernel: createWasmKernel(), snapshot, instruments, set, parameters }, table, 0);
  return {
    from,
    loss,
    factors: { ...factors },
    positions: instruments.map((instrument, index) => ({ instrument: nameOf(instrument), lots: table.lots[index], contribution: positions[index] })),
    scenarios: scenarios.slice(0, NAMED).map(({ scenario, weight }) => ({ name: dated(set.originOf(scenario)), weight })),
  };
}

/** An instrument's name with its expiry as a date. */
function nameOf(instrument: Instrument): string {
  const id = instrumentId(instrument);
  if (!("expiryHour" in instrument)) return id;
  return `${id.slice(0, -String(instrument.expiryHour).length)}${new Date(instrument.expiryHour * 3_600_000).toISOString().slice(0, 16)}Z`;
}

/** The explanation as text, the largest contributions first. */
export function explanationText({ from, loss, factors, positions, scenarios }: Explained): string {
  const line = ([name, value]: readonly [string, number]) => `  ${name.padEnd(28)}${value.toFixed(2).padStart(16)} USD`;
  const parts = Object.entries(factors).filter(([, value]) => value !== 0);
  const held = positions.toSorted((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution));
  return [
    `the ${from === "grid" ? "worst point of the grid" : "tail of history"}: a loss of ${loss.toFixed(2)} USD`,
    "",
    "by what moved",
    ...parts.map(line),
    "",
    "by position",
    ...held.slice(0, 20).map(({ instrument, contribution }) => line([instrument, contribution])),
    ...(held.length > 20 ? [`  and ${held.length - 20} more`] : []),
    "",
    "in",
    ...scenarios.map(({ name, weight }) => `  ${(100 * weight).toFixed(2).padStart(6)} %  ${name}`),
  ].join("\n");
}
