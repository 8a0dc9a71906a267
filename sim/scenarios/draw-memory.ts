import type { Market } from "../market/market.ts";
import type { Draws } from "./filtered.ts";
import type { Jump } from "./jumps.ts";
import { createMoves, type Moves } from "./moves.ts";

/** What is drawn from the past for one hour: before any buffer, so no parameter but those it is asked with is in it. */
export interface Drawn {
  readonly filtered: Draws;
  readonly jumped: Draws;
  readonly jumps: readonly Jump[];
}

/** Draws of one market that engines share. Who differs in nothing they are made from finds them made; nothing else can be seen of it. */
export interface DrawMemory {
  readonly market: Market;
  /** @param decayBps as for `createMoves` */
  moves(decayBps: number): Moves;
  /** @param key everything the draws are made from. @param draw makes them, where they are not known. */
  drawn(key: string, draw: () => Drawn): Drawn;
}

/** A crash with its days before and after is at most so many hours. */
const HOURS_REMEMBERED = 400;

/**
 * The least recently used hour is forgotten first.
 *
 * @example const memory = createDrawMemory(market);
 * const [today, proposed] = [before, after].map((set) => createMarginEngine(market, set, CANONICAL_COUNTS, createWasmKernel(), memory));
 */
export function createDrawMemory(market: Market): DrawMemory {
  const byDecay = new Map<number, Moves>();
  const hours = new Map<string, Drawn>();
  return {
    market,
    moves(decayBps) {
      const known = byDecay.get(decayBps) ?? createMoves(market, decayBps);
      byDecay.set(decayBps, known);
      return known;
    },
    drawn(key, draw) {
      const found = hours.get(key) ?? draw();
      // The newest stands last.
      hours.delete(key);
      hours.set(key, found);
      const [oldest] = hours.keys();
      if (hours.size > HOURS_REMEMBERED) hours.delete(oldest);
      return found;
    },
  };
}
