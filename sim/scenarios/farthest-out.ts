/**
 * Indices of `count` of some joint moves, in their order: those among the `depth` farthest up or down of any asset or of any against another, as deep as
 * they are not too many; of those one place deeper the first. So the tail of a position, and of a pair, is among them to that depth whatever
 * the volatilities of the others. Of equal moves none is farther out than all of them together: two assets that lend the same moves have no
 * direction between them.
 *
 * @param spot moves by asset, of each the same number
 * @example farthestOut([Float64Array.of(0.01, -0.2, 0.03, 0.1)], 4, 2) // [1, 3]
 */
export function farthestOut(spot: readonly Float64Array[], known: number, count: number): number[] {
  const kept: number[] = [];
  if (known <= count) {
    for (let k = 0; k < known; k++) kept.push(k);
    return kept;
  }
  const directions = (spot.length * (spot.length + 1)) / 2;
  // So deep they fit even if no two directions share a move; beyond half of `count` not even those of one do.
  const shallow = Math.floor(count / (2 * directions));
  const beyond = Math.floor(count / 2) + 1;
  const places = placesOf(spot, known, beyond);
  // How many moves stand at each place, and up to it.
  const upTo = new Int32Array(beyond + 1);
  for (let k = 0; k < known; k++) if (places[k] <= beyond) upTo[places[k]]++;
  for (let place = 1; place <= beyond; place++) upTo[place] += upTo[place - 1];
  let depth = shallow;
  while (depth + 1 < beyond && upTo[depth + 1] <= count) depth++;
  let room = count - upTo[depth];
  for (let k = 0; k < known; k++) if (places[k] <= depth || (places[k] === depth + 1 && room-- > 0)) kept.push(k);
  return kept;
}

/** How far out each move stands in the direction where that is farthest: 1 is the end. What stands farther in than `beyond` is only known to. */
function placesOf(spot: readonly Float64Array[], known: number, beyond: number): Int32Array {
  const places = new Int32Array(known).fill(beyond + 1);
  const difference = new Float64Array(known);
  const ends: Ends = {
    beyond,
    places,
    sample: new Float64Array(Math.ceil(known / SAMPLED)),
    index: new Int32Array(known),
    values: new Float64Array(known),
  };
  for (let a = 0; a < spot.length; a++) {
    const moved = spot[a];
    takeEnds(ends, moved);
    for (let b = 0; b < a; b++) {
      const other = spot[b];
      for (let k = 0; k < known; k++) difference[k] = moved[k] - other[k];
      takeEnds(ends, difference);
    }
  }
  return places;
}

/** One move in so many is looked at to guess where the farthest begin. */
const SAMPLED = 8;

/** The places found so far, and buffers for finding more. */
interface Ends {
  readonly beyond: number;
  readonly places: Int32Array;
  readonly sample: Float64Array;
  readonly index: Int32Array;
  readonly values: Float64Array;
}

/** Lowers the place of each move to the one it has from either end of a direction, if it is that far out there. */
function takeEnds(ends: Ends, moves: Float64Array): void {
  const { beyond, sample } = ends;
  for (let k = 0; k < sample.length; k++) sample[k] = moves[k * SAMPLED];
  sample.sort();
  const last = sample.length - 1;
  // Two deviations of luck deeper; where that finds too few, all are looked at.
  const guess = Math.ceil(beyond / SAMPLED + 2 * Math.sqrt(beyond / SAMPLED));
  takeEnd(ends, moves, 1, guess <= last ? sample[guess] : Number.POSITIVE_INFINITY);
  takeEnd(ends, moves, -1, guess <= last ? -sample[last - guess] : Number.POSITIVE_INFINITY);
}

function takeEnd(ends: Ends, moves: Float64Array, side: 1 | -1, bound: number): void {
  const { beyond, places, index, values } = ends;
  const known = values.length;
  let found = 0;
  for (let k = 0; k < known; k++) {
    const value = side * moves[k];
    if (value > bound) continue;
    index[found] = k;
    values[found++] = value;
  }
  if (found < Math.min(beyond, known)) {
    takeEnd(ends, moves, side, Number.POSITIVE_INFINITY);
    return;
  }
  const ordered = values.subarray(0, found).sort();
  for (let f = 0; f < found; f++) {
    const place = notAbove(ordered, side * moves[index[f]]);
    if (place < places[index[f]]) places[index[f]] = place;
  }
}

/** How many of some numbers in ascending order are at most `value`. */
function notAbove(ordered: Float64Array, value: number): number {
  let from = 0;
  for (let to = ordered.length; from < to; ) {
    const middle = (from + to) >> 1;
    if (ordered[middle] <= value) from = middle + 1;
    else to = middle;
  }
  return from;
}
