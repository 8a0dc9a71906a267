import type { PositionTable } from "../margin/index.ts";
import type { Snapshot, UnderlyingState } from "../market/index.ts";
import { HOURS_PER_YEAR } from "../market/index.ts";
import { exp } from "../math/index.ts";
import { type Instrument, lotSize } from "../pricing/instrument.ts";

/** Books an attacker may open, the same shapes in several sizes. */
export interface AttackBooks {
  readonly instruments: readonly Instrument[];
  readonly table: PositionTable;
  /** What each row of the table is. */
  readonly rows: readonly { readonly name: string; readonly notionalUsd: number }[];
}

/** One position of a shape, for one unit of notional: negative is short. */
interface Leg {
  readonly instrument: Instrument;
  readonly side: number;
}

interface Shape {
  readonly name: string;
  readonly legs: readonly Leg[];
}

/** Days to expiry, and strikes in standard deviations to expiry from the spot. */
const TENOR_DAYS = [7, 30] as const;
const DEVIATIONS = [0.5, 1, 2] as const;
/** Sizes are halved so often from the largest allowed. */
const SIZES = 12;

/**
 * The family of books that is searched. In one underlying: short straddles, strangles, puts and calls of a week and a month, and futures long and
 * short; in two, of equal notional: one long against the other short (what netting favours), and a short straddle in each. Notional is that of one leg,
 * in whole lots.
 *
 * @param caps largest notional per underlying, USD
 * @example attackBooks(snapshot, ["ETH"], { ETH: 1e8 }).rows[0].name; // "short straddle ETH, 7 days"
 */
export function attackBooks(snapshot: Snapshot, underlyings: readonly string[], caps: Readonly<Record<string, number>>): AttackBooks {
  const states = underlyings.map((asset) => snapshot.underlyings.find((state) => state.asset === asset)).filter((state) => state !== undefined);
  const shapes = states.length === 1 ? alone(states[0], snapshot.hour) : together(states, snapshot.hour);
  const largest = Math.min(...underlyings.map((asset) => caps[asset]));
  const spots = new Map(states.map(({ asset, spot }) => [asset, spot]));
  const instruments: Instrument[] = [];
  const rows: { name: string; notionalUsd: number }[] = [];
  const offsets = [0];
  const entries: { instrument: number; lots: number }[] = [];
  for (const { name, legs } of shapes) {
    const first = instruments.length;
    instruments.push(...legs.map(({ instrument }) => instrument));
    for (let i = 0, notionalUsd = largest; i < SIZES; i++, notionalUsd /= 2) {
      const lots = legs.map(
        ({ instrument: { underlying }, side }) => side * Math.floor(notionalUsd / ((spots.get(underlying) ?? Number.NaN) * lotSize(underlying))),
      );
      if (lots.some((count) => count === 0)) break;
      lots.forEach((count, leg) => {
        entries.push({ instrument: first + leg, lots: count });
      });
      rows.push({ name, notionalUsd });
      offsets.push(entries.length);
    }
  }
  const table: PositionTable = {
    accounts: rows.length,
    offsets: Int32Array.from(offsets),
    instrument: Int32Array.from(entries, ({ instrument }) => instrument),
    lots: Float64Array.from(entries, ({ lots }) => lots),
  };
  return { instruments, table, rows };
}

function alone(state: UnderlyingState, hour: number): Shape[] {
  const { asset } = state;
  const options = TENOR_DAYS.flatMap((days) => {
    const leg = (right: "call" | "put", deviations: number): Leg => ({ instrument: optionOf(state, hour, days, right, deviations), side: -1 });
    const name = (what: string) => `short ${what} ${asset}, ${days} days`;
    return [
      { name: name("straddle"), legs: [leg("call", 0), leg("put", 0)] },
      ...DEVIATIONS.map((far) => ({ name: name(`strangle at ${far} σ`), legs: [leg("call", far), leg("put", -far)] })),
      ...[0, ...DEVIATIONS].map((far) => ({ name: name(`put at ${far} σ`), legs: [leg("put", -far)] })),
      ...[0, ...DEVIATIONS].map((far) => ({ name: name(`call at ${far} σ`), legs: [leg("call", far)] })),
    ];
  });
  return [...options, { name: `long perpetual ${asset}`, legs: [linear(asset, 1)] }, { name: `short perpetual ${asset}`, legs: [linear(asset, -1)] }];
}

function together(states: readonly UnderlyingState[], hour: number): Shape[] {
  const [left, right] = states;
  const straddles = TENOR_DAYS.map((days) => ({
    name: `short straddles ${left.asset} and ${right.asset}, ${days} days`,
    legs: states.flatMap((state) => (["call", "put"] as const).map((side): Leg => ({ instrument: optionOf(state, hour, days, side, 0), side: -1 }))),
  }));
  const pair = (long: string, short: string): Shape => ({
    name: `perpetuals long ${long}, short ${short}`,
    legs: states.map(({ asset }) => linear(asset, asset === long ? 1 : -1)),
  });
  return [...straddles, pair(left.asset, right.asset), pair(right.asset, left.asset)];
}

function linear(underlying: string, side: number): Leg {
  return { instrument: { kind: "perp", underlying }, side };
}

function optionOf({ asset, spot, atmVolatility }: UnderlyingState, hour: number, days: number, right: "call" | "put", deviations: number): Instrument {
  const hours = days * 24;
  const strike = spot * exp(deviations * atmVolatility * Math.sqrt(hours / HOURS_PER_YEAR));
  return { kind: "option", underlying: asset, right, strike, expiryHour: hour + hours };
}
