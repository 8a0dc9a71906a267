import { sha256 } from "./canonical.ts";

/**
 * Which items of a list to look at again, chosen by a text: the same for everybody who has it. Who writes the items must not be able to
 * choose or to know the text, or they try until it spares what they forged.
 *
 * @param seed something drawn after the items were written
 * @param count how many; all of them when the list is no longer than that
 * @returns items in the order of the list, none twice
 * @example sampleBy(randomUUID(), evidence.outcomes, 2)
 */
export function sampleBy<T>(seed: string, items: readonly T[], count: number): T[] {
  const ranked = items.map((item, index) => ({ item, index, rank: sha256(`${seed}:${index}`) }));
  ranked.sort((a, b) => (a.rank < b.rank ? -1 : 1));
  return ranked
    .slice(0, count)
    .sort((a, b) => a.index - b.index)
    .map(({ item }) => item);
}
