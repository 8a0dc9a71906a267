import { BallastError } from "../errors.ts";
import { createRandom, mean, variance } from "../math/index.ts";

/** Up to so many players every coalition is played: 2⁵ = 32 of them. */
export const MOST_EXACT = 5;
/** As many as a batch may have changes. */
const MOST_PLAYERS = 32;

/**
 * Which coalitions have to be played, and how their values become shares. A coalition is a bit mask: bit i is set where player i is in it.
 */
export interface ShapleyPlan {
  readonly players: number;
  /** All of them, ascending, none twice; 0 and the full coalition are always among them. */
  readonly coalitions: readonly number[];
  /** Orders in which the players come; undefined where every coalition is played. */
  readonly orders: readonly (readonly number[])[] | undefined;
}

/** What one player adds to the whole. */
export interface ShapleyShare {
  readonly value: number;
  /** Of the sampling of orders; 0 where every coalition was played. */
  readonly standardError: number;
}

/**
 * What to play for the Shapley values of so many players: everything up to `MOST_EXACT` of them; beyond, the coalitions that the players pass
 * through in `samples` random orders (Castro, Gómez and Tejada, "Polynomial calculation of the Shapley value based on sampling", 2009).
 *
 * @param seed of the orders
 * @throws SHAPLEY_PLAYERS_INVALID, SHAPLEY_SAMPLES_INVALID
 * @example shapleyPlan(2).coalitions // [0, 1, 2, 3]
 */
export function shapleyPlan(players: number, { samples = 16, seed = 1 }: { samples?: number; seed?: number } = {}): ShapleyPlan {
  if (!(Number.isInteger(players) && players >= 1 && players <= MOST_PLAYERS)) {
    throw new BallastError("SHAPLEY_PLAYERS_INVALID", `There are no Shapley values of ${players} players here.`, {
      where: { value: String(players) },
      fix: `Give a whole number from 1 to ${MOST_PLAYERS}.`,
    });
  }
  if (players <= MOST_EXACT) return { players, coalitions: Array.from({ length: twoTo(players) }, (_, mask) => mask), orders: undefined };
  if (!(Number.isInteger(samples) && samples >= 2)) {
    throw new BallastError("SHAPLEY_SAMPLES_INVALID", `${samples} orders have no standard error.`, {
      where: { value: String(samples) },
      fix: "Give at least 2.",
    });
  }
  const random = createRandom(`shapley/${seed}`);
  const orders = Array.from({ length: samples }, (_, i) => shuffled(players, random.fork(String(i))));
  const passed = orders.flatMap((order) => prefixesOf(order));
  return { players, coalitions: [...new Set(passed)].sort((a, b) => a - b), orders };
}

/**
 * The Shapley values: each player's contribution, averaged over all orders in which the players may come (Shapley, "A value for n-person
 * games", 1953). They add up to the value of all less that of none, two players who do the same get the same, and one who changes nothing gets
 * nothing. From sampled orders the first and the last hold exactly too, the second within the standard error.
 *
 * @param valueOf the value of a coalition of the plan
 * @example shapleyValues(shapleyPlan(2), (mask) => [0, 1, 2, 5][mask]) // [{ value: 2, … }, { value: 3, … }]
 */
export function shapleyValues({ players, orders }: ShapleyPlan, valueOf: (coalition: number) => number): ShapleyShare[] {
  return Array.from({ length: players }, (_, player) => {
    if (orders === undefined) return { value: exactShare(players, player, valueOf), standardError: 0 };
    const gains = orders.map((order) => {
      const at = order.indexOf(player);
      const [before, after] = [at, at + 1].map((length) => coalitionOf(order.slice(0, length)));
      return valueOf(after) - valueOf(before);
    });
    return { value: mean(gains), standardError: Math.sqrt(variance(gains) / gains.length) };
  });
}

/** Σ over coalitions without the player of s!·(n − s − 1)! / n! · (value with it − value without it). */
function exactShare(players: number, player: number, valueOf: (coalition: number) => number): number {
  const bit = twoTo(player);
  let share = 0;
  for (let coalition = 0; coalition < twoTo(players); coalition++) {
    if (has(coalition, player)) continue;
    const size = sizeOf(coalition, players);
    share += ((factorial(size) * factorial(players - size - 1)) / factorial(players)) * (valueOf(coalition + bit) - valueOf(coalition));
  }
  return share;
}

/** Whether a player is in a coalition. */
export function has(coalition: number, player: number): boolean {
  return Math.floor(coalition / twoTo(player)) % 2 === 1;
}

function sizeOf(coalition: number, players: number): number {
  let size = 0;
  for (let player = 0; player < players; player++) if (has(coalition, player)) size++;
  return size;
}

function coalitionOf(members: readonly number[]): number {
  return members.reduce((mask, player) => mask + twoTo(player), 0);
}

function prefixesOf(order: readonly number[]): number[] {
  return Array.from({ length: order.length + 1 }, (_, length) => coalitionOf(order.slice(0, length)));
}

/** Fisher and Yates. */
function shuffled(players: number, random: ReturnType<typeof createRandom>): number[] {
  const order = Array.from({ length: players }, (_, player) => player);
  for (let i = players - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

function factorial(n: number): number {
  let product = 1;
  for (let k = 2; k <= n; k++) product *= k;
  return product;
}

/** Exact up to 2³¹; the power operator is not the same on every machine. */
function twoTo(exponent: number): number {
  let power = 1;
  for (let k = 0; k < exponent; k++) power *= 2;
  return power;
}

/** The coalition of all players. */
export function everyone({ players }: ShapleyPlan): number {
  return twoTo(players) - 1;
}
