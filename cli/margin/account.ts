import { BallastError } from "../../sim/errors.ts";
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
import type { ParameterSet } from "../../sim/parameters/index.ts";
import type { Places } from "../proposal/shape.ts";
import { coinOf, hourOf, type Portfolio, portfolioOf } from "./portfolio.ts";
import type { MarginInput } from "./schema.ts";

/** The market and the portfolio of an input, whatever model margins it. */
export type AccountInput = Pick<MarginInput, "market" | "portfolio">;

/** One account in its market, ready for a model. */
export interface Account {
  readonly market: Market;
  readonly snapshot: Snapshot;
  readonly portfolio: Portfolio;
  /** Σ units · price · (1 − haircut), USD. */
  readonly collateral: number;
}

/**
 * Sets an account into the market its input names.
 *
 * @param parameters whose haircuts count
 * @param places where the input's fields stand, for errors
 * @throws BallastError QUANTITY_NOT_LOTS, UNDERLYING_UNKNOWN, COLLATERAL_UNKNOWN, SPOT_MISSING, MARKET_HOUR_UNKNOWN, INSTRUMENT_EXPIRED
 * @example accountOf(input, await loadDataset(), initialParameters(), file).portfolio.instruments
 */
export function accountOf(input: AccountInput, dataset: Dataset, parameters: ParameterSet, places: Places): Account {
  const market = createMarket(dataset);
  const snapshot = snapshotOf(input, market, places);
  requireExpiriesAhead(input, snapshot.hour, places);
  const assets = snapshot.underlyings.map(({ asset }) => asset);
  return { market, snapshot, portfolio: portfolioOf(input, assets, places), collateral: collateralValue(input, snapshot, parameters, dataset, places) };
}

function snapshotOf({ market: given, portfolio }: AccountInput, market: Market, places: Places): Snapshot {
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

function requireSpots(spots: Readonly<Record<string, number>>, portfolio: AccountInput["portfolio"], places: Places): void {
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

function requireExpiriesAhead({ portfolio }: AccountInput, hour: number, places: Places): void {
  portfolio.positions.forEach((position, index) => {
    if (position.kind === "perp" || hourOf(position.expiry) > hour) return;
    throw new BallastError("INSTRUMENT_EXPIRED", `The position expires at ${position.expiry}, not after the market's hour.`, {
      where: places.at(["portfolio", "positions", index, "expiry"]),
      fix: `Give an expiry after ${new Date(hour * 3_600_000).toISOString().slice(0, 16)}Z.`,
    });
  });
}

/** Σ units · price · (1 − haircut), USD. stETH is priced in ETH; what is no coin is a dollar. */
function collateralValue({ portfolio, market }: AccountInput, snapshot: Snapshot, parameters: ParameterSet, dataset: Dataset, places: Places): number {
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
