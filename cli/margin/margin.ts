import { BallastError } from "../../sim/errors.ts";
import { CANONICAL_COUNTS, createMarginEngine, type MarginStep, type ScenarioCounts } from "../../sim/margin/index.ts";
import type { Dataset } from "../../sim/market/index.ts";
import { initialParameters, type ParameterSet, type Values } from "../../sim/parameters/index.ts";
import type { Places } from "../proposal/shape.ts";
import { accountOf } from "./account.ts";
import type { Portfolio } from "./portfolio.ts";
import type { MarginInput, MarginOutput } from "./schema.ts";

/**
 * Margins one portfolio with the same engine that the backtest runs: requirement with its components, equity after haircut, worst scenario.
 *
 * @param places where the input's fields stand, for errors
 * @throws BallastError QUANTITY_NOT_LOTS, UNDERLYING_UNKNOWN, COLLATERAL_UNKNOWN, SPOT_MISSING, MARKET_HOUR_UNKNOWN, INSTRUMENT_EXPIRED
 * @example marginOf(input, await loadDataset(), places).maintenanceMargin
 */
export function marginOf(input: MarginInput, dataset: Dataset, places: Places, counts: ScenarioCounts = CANONICAL_COUNTS): MarginOutput {
  const parameters = parametersOf(input, places);
  const { market, snapshot, portfolio, collateral } = accountOf(input, dataset, parameters, places);
  const step = createMarginEngine(market, parameters, counts).step(snapshot, portfolio.instruments);
  const { core, offset, grid, shortOptionMinimum, extension, impact, toxicity, liquidity, maintenance, initial } = step.requirements(portfolio.table);
  const { cash } = input.portfolio;
  const options = optionValue(portfolio, step);
  return {
    maintenanceMargin: maintenance[0],
    initialMargin: initial[0],
    equity: cash + collateral + options,
    components: {
      core: core[0],
      offset: offset[0],
      grid: grid[0],
      shortOptionMinimum: shortOptionMinimum[0],
      extension: extension[0],
      impact: impact[0],
      toxicity: toxicity[0],
      liquidity: liquidity[0],
      cash,
      collateral,
      options,
    },
    worstScenario: portfolio.instruments.length === 0 ? null : worstScenario(portfolio, step),
  };
}

/** The initial parameters with what the input says otherwise; an asset the initial set does not have needs all of its values. */
export function parametersOf({ parameters }: MarginInput, places: Places): ParameterSet {
  const initial = initialParameters();
  const merged = (field: "underlyings" | "collaterals"): Record<string, Values> => {
    const all: Record<string, Values> = { ...initial[field] };
    for (const [asset, values] of Object.entries(parameters[field] ?? {})) {
      if (all[asset] === undefined) {
        throw new BallastError("ASSET_UNKNOWN", `There are no initial parameters of ${asset} to differ from.`, {
          where: places.keyAt(["parameters", field, asset]),
          fix: `Use one of ${Object.keys(initial[field]).join(", ")}.`,
        });
      }
      all[asset] = { ...all[asset], ...defined(values) };
    }
    return all;
  };
  return { protocol: { ...initial.protocol, ...defined(parameters.protocol ?? {}) }, underlyings: merged("underlyings"), collaterals: merged("collaterals") };
}

function defined(values: Readonly<Record<string, number | undefined>>): Values {
  return Object.fromEntries(Object.entries(values).filter((entry): entry is [string, number] => entry[1] !== undefined));
}

/** Futures and perps are marked into cash: only options carry value. */
function optionValue({ instruments, table }: Portfolio, step: MarginStep): number {
  return instruments.reduce((sum, { kind }, index) => (kind === "option" ? sum + table.lots[index] * step.marks[index] : sum), 0);
}

function worstScenario({ table }: Portfolio, step: MarginStep): NonNullable<MarginOutput["worstScenario"]> {
  const profit = new Float64Array(step.scenarios);
  step.profitAndLoss(table, 0, profit);
  const at = profit.indexOf(Math.min(...profit));
  const family = at < step.filtered ? "filtered" : at < step.filtered + step.stressed ? "stressed" : "grid";
  return { family, name: dated(step.scenarioNames(step.requirements(table).worstScenario[0])), loss: -profit[at] };
}

/** The engine counts hours; people read dates. */
export function dated(name: string): string {
  return name
    .replace(/\bhour ([0-9]+)\b/, (_, hour: string) => `the hour ${new Date(Number(hour) * 3_600_000).toISOString().slice(0, 16)}Z`)
    .replace(/^(filtered|stressed|grid): /, "");
}
