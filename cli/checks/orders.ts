import { createHash } from "node:crypto";

/** So many proposals are tried in every order: 4! = 24. */
export const EVERY_ORDER_UP_TO = 4;
const DRAWN = 6;

/**
 * The orders in which proposals 0 (the one that is checked) to count − 1 are executed: every one up to four, else each pair with 0 both ways round and six
 * of all, drawn by the seed alone.
 *
 * @example ordersOf(2, "") // [[0, 1], [1, 0]]
 */
export function ordersOf(count: number, seed: string): number[][] {
  const all = Array.from({ length: count }, (_, i) => i);
  if (count <= EVERY_ORDER_UP_TO) return permutations(all);
  const pairs = all.slice(1).flatMap((other) => [
    [0, other],
    [other, 0],
  ]);
  return [...pairs, ...Array.from({ length: DRAWN }, (_, round) => drawn(all, `${seed}/${round}`))];
}

function permutations(items: readonly number[]): number[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((first) => permutations(items.filter((one) => one !== first)).map((rest) => [first, ...rest]));
}

/** By the hash of the seed and the number: nobody can choose the order that spares them without choosing the proposals. */
function drawn(items: readonly number[], seed: string): number[] {
  const key = (item: number) => createHash("sha256").update(`${seed}/${item}`).digest("hex");
  return items
    .map((item) => [key(item), item] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, item]) => item);
}
