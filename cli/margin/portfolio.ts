import { BallastError } from "../../sim/errors.ts";
import type { PositionTable } from "../../sim/margin/index.ts";
import { type Instrument, instrumentId, isStablecoin, lotSize } from "../../sim/pricing/instrument.ts";
import type { Places } from "../proposal/shape.ts";
import type { Path } from "../proposal/yaml.ts";
import type { MarginInput } from "./schema.ts";

/** What moves with an underlying among the collaterals; the others are worth what they are pegged to. */
const COIN_OF: Readonly<Record<string, string>> = { ETH: "ETH", BTC: "BTC", SOL: "SOL", LINK: "LINK", AVAX: "AVAX", stETH: "ETH" };

/** One account as the engine takes it. */
export interface Portfolio {
  readonly instruments: readonly Instrument[];
  readonly table: PositionTable;
}

/** The underlying a collateral moves with, or undefined for dollars. */
export function coinOf(collateral: string): string | undefined {
  return COIN_OF[collateral];
}

/**
 * The positions and collateral of an input as a table of one account. Cash is USDC, and USDC stands in whole lots, the last of them begun; a debt is no collateral.
 *
 * @param underlyings in the order of the market: entries are sorted by it
 * @throws BallastError QUANTITY_NOT_LOTS (with the nearest whole lots), LOT_SIZE_UNKNOWN, UNDERLYING_UNKNOWN
 */
export function portfolioOf({ portfolio }: Pick<MarginInput, "portfolio">, underlyings: readonly string[], places: Places): Portfolio {
  const entries: { instrument: Instrument; lots: number }[] = [];
  const add = (instrument: Instrument, quantity: number, path: Path) => {
    if (!underlyings.includes(instrument.underlying)) {
      throw new BallastError("UNDERLYING_UNKNOWN", `The market has no ${instrument.underlying} at that hour.`, {
        where: places.at(path),
        fix: `It has ${underlyings.join(", ")}.`,
      });
    }
    entries.push({ instrument, lots: wholeLots(instrument.underlying, quantity, path, places) });
  };
  portfolio.positions.forEach((position, index) => {
    add(instrumentOf(position), position.quantity, ["portfolio", "positions", index, "quantity"]);
  });
  const dollars = new Map([["USDC", Math.max(0, portfolio.cash)]]);
  for (const [name, amount] of Object.entries(portfolio.collateral)) {
    const underlying = coinOf(name);
    if (underlying === undefined) dollars.set(name, (dollars.get(name) ?? 0) + amount);
    else if (amount > 0) add({ kind: "spot", underlying, ...(name === underlying ? {} : { coin: name }) }, amount, ["portfolio", "collateral", name]);
  }
  // One instrument held twice is one instrument; the engine wants entries sorted by underlying.
  const byId = new Map<string, { instrument: Instrument; lots: number }>();
  for (const { instrument, lots } of entries) {
    const id = instrumentId(instrument);
    byId.set(id, { instrument, lots: (byId.get(id)?.lots ?? 0) + lots });
  }
  const held = [...byId.values()].sort((a, b) => underlyings.indexOf(a.instrument.underlying) - underlyings.indexOf(b.instrument.underlying));
  for (const [name, amount] of dollars) {
    if (isStablecoin(name) && amount > 0) held.push({ instrument: { kind: "spot", underlying: name }, lots: Math.ceil(amount / lotSize(name)) });
  }
  return {
    instruments: held.map(({ instrument }) => instrument),
    table: { accounts: 1, offsets: Int32Array.of(0, held.length), instrument: Int32Array.from(held.keys()), lots: Float64Array.from(held, ({ lots }) => lots) },
  };
}

/** Hours since 1970-01-01T00:00Z of an hour's text. */
export function hourOf(text: string): number {
  return Date.parse(text) / 3_600_000;
}

function instrumentOf(position: MarginInput["portfolio"]["positions"][number]): Instrument {
  const { underlying } = position;
  switch (position.kind) {
    case "option":
      return { kind: "option", underlying, right: position.right, strike: position.strike, expiryHour: hourOf(position.expiry) };
    case "future":
      return { kind: "future", underlying, expiryHour: hourOf(position.expiry) };
    case "perp":
      return { kind: "perp", underlying };
  }
}

function wholeLots(underlying: string, quantity: number, path: Path, places: Places): number {
  const size = lotSize(underlying);
  const lots = quantity / size;
  if (Number.isSafeInteger(lots)) return lots;
  const down = Math.floor(lots) * size;
  throw new BallastError("QUANTITY_NOT_LOTS", `${quantity} ${underlying} is not a whole number of lots of ${size}.`, {
    where: places.at(path),
    fix: `The nearest are ${down} and ${down + size}.`,
  });
}
