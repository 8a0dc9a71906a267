import { BallastError } from "../../sim/errors.ts";
import { CANONICAL_COUNTS, createMarginEngine, type MarginStep, type ScenarioCounts } from "../../sim/margin/index.ts";
import {
  createMarket,
  type Dataset,
  lastKnownDaily,
  type Market,
  modelAtmVolatility,
  type Snapshot,
  surfaceAtLevel,
  type UnderlyingState,
} from "../../sim/market/index.ts";
import { initialParameters, type ParameterSet, type Values } from "../../sim/parameters/index.ts";
import type { Places } from "../proposal/shape.ts";
import { coinOf, hourOf, type Portfolio, portfolioOf } from "./portfolio.ts";
import type { MarginInput, MarginOutput } from "./schema.ts";

/**
 * Margins one portfolio with the same engine that the backtest runs: requirement with its components, equity after haircut, worst scenario.
 *
 * @param places where the input's fields stand, for errors
 * @throws BallastError QUANTITY_NOT_LOTS, UNDERLYING_UNKNOWN, COLLATERAL_UNKNOWN, SPOT_MISSING, MARKET_HOUR_UNKNOWN, INSTRUMENT_EXPIRED
 * @example marginOf(input, await loadDataset(), places).maintenanceMargin
 */
export function marginOf(input: MarginInput, dataset: Dataset, places: Places, counts: ScenarioCounts = CANONICAL_COUNTS): MarginOutput {
  const market = createMarket(dataset);
  const parameters = parametersOf(input, places);
  const snapshot = snapshotOf(input, market, places);
  requireExpiriesAhead(input, snapshot.hour, places);
  const portfolio = portfolioOf(
    input,
    snapshot.underlyings.map(({ asset }) => asset),
    places,
  );
  const step = createMarginEngine(market, parameters, counts).step(snapshot, portfolio.instruments);
  const { core, offset, grid, shortOptionMinimum, liquidity, maintenance, initial } = step.requirements(portfolio.table);
  const { cash } = input.portfolio;
  const collateral = collateralValue(input, snapshot, parameters, dataset, places);
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
      liquidity: liquidity[0],
      cash,
      collateral,
      options,
    },
    worstScenario: portfolio.instruments.length === 0 ? null : worstScenario(portfolio, step),
  };
}

/** The initial parameters with what the input says otherwise; an asset the initial set does not have needs all of its values. */
function parametersOf({ parameters }: MarginInput, places: Places): ParameterSet {
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

function snapshotOf({ market: given, portfolio }: MarginInput, market: Market, places: Places): Snapshot {
  const { startHour, hours } = market.history;
  const snapshot = market.snapshotAt(given.asOf === undefined ? startHour + hours : hourOf(given.asOf));
  if (given.asOf === undefined) requireSpots(given.spots ?? {}, portfolio, places);
  for (const field of ["spots", "volatilities"] as const) {
    for (const asset of Object.keys(given[field] ?? {})) {
      if (snapshot.underlyings.some((state) => state.asset === asset)) continue;
      throw new BallastError("UNDERLYING_UNKNOWN", `The market has no ${asset} at that hour.`, {
        where: places.keyAt(["market", field, asset]),
        fix: `It has ${snapshot.underlyings.map((state) => state.asset).join(", ")}.`,
      });
    }
  }
  return { ...snapshot, underlyings: snapshot.underlyings.map((state) => overridden(state, given.spots?.[state.asset], given.volatilities?.[state.asset])) };
}

function requireSpots(spots: Readonly<Record<string, number>>, portfolio: MarginInput["portfolio"], places: Places): void {
  const held = [...portfolio.positions.map(({ underlying }) => underlying), ...Object.keys(portfolio.collateral).flatMap((name) => coinOf(name) ?? [])];
  const missing = held.find((asset) => spots[asset] === undefined);
  if (missing === undefined) return;
  throw new BallastError("SPOT_MISSING", `Without asOf, market.spots has to name every asset held; ${missing} is missing.`, {
    where: places.at(["market", "spots"]),
    fix: `Add market.spots.${missing}, in USD.`,
  });
}

function overridden(state: UnderlyingState, spot: number | undefined, volatility: number | undefined): UnderlyingState {
  const moved = spot === undefined ? state : { ...state, spot };
  if (volatility === undefined) return moved;
  const longRun = modelAtmVolatility(state.longRunVolatility, state.longRunVolatility);
  return { ...moved, atmVolatility: volatility, surface: surfaceAtLevel(state.surface, volatility, longRun) };
}

function requireExpiriesAhead({ portfolio }: MarginInput, hour: number, places: Places): void {
  portfolio.positions.forEach((position, index) => {
    if (position.kind === "perp" || hourOf(position.expiry) > hour) return;
    throw new BallastError("INSTRUMENT_EXPIRED", `The position expires at ${position.expiry}, not after the market's hour.`, {
      where: places.at(["portfolio", "positions", index, "expiry"]),
      fix: `Give an expiry after ${new Date(hour * 3_600_000).toISOString().slice(0, 16)}Z.`,
    });
  });
}

/** Σ units · price · (1 − haircut), USD. stETH is priced in ETH; what is no coin is a dollar. */
function collateralValue({ portfolio, market }: MarginInput, snapshot: Snapshot, parameters: ParameterSet, dataset: Dataset, places: Places): number {
  let total = 0;
  for (const [name, units] of Object.entries(portfolio.collateral)) {
    const haircut = parameters.collaterals[name]?.haircut;
    if (haircut === undefined) {
      throw new BallastError("COLLATERAL_UNKNOWN", `${name} is not taken as collateral.`, {
        where: places.keyAt(["portfolio", "collateral", name]),
        fix: `Use one of ${Object.keys(parameters.collaterals).join(", ")}.`,
      });
    }
    const underlying = coinOf(name);
    const spot = underlying === undefined ? 1 : (snapshot.underlyings.find(({ asset }) => asset === underlying)?.spot ?? Number.NaN);
    const peg = name === "stETH" ? (market.stETH ?? lastKnownDaily(dataset.pegs.stETH, snapshot.hour)) : 1;
    const price = spot * peg;
    if (!(price > 0))
      throw new BallastError("PRICE_MISSING", `${name} has no price at that hour.`, {
        where: places.keyAt(["portfolio", "collateral", name]),
        fix: "Give market.stETH, or another hour.",
      });
    total += units * price * (1 - haircut / 10_000);
  }
  return total;
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
function dated(name: string): string {
  return name
    .replace(/\bhour ([0-9]+)\b/, (_, hour: string) => `the hour ${new Date(Number(hour) * 3_600_000).toISOString().slice(0, 16)}Z`)
    .replace(/^(filtered|stressed|grid): /, "");
}
