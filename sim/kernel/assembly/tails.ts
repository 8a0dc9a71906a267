import { addRows } from "./rows";

/** Bytes of one family: the layout of `../wasm.ts`. */
const FAMILY: i32 = 40;

/**
 * The losses of accounts: of each group's row, and of their sum. `firstAt` says where each account's groups begin. An account of one group
 * is its group. Of the joint P&L also the worst scenario.
 */
export function measureAccounts(
  tiles: i32,
  rowsAt: usize,
  leastAt: usize,
  accounts: i32,
  firstAt: usize,
  families: i32,
  familiesAt: usize,
  dampingAt: usize,
  scratchAt: usize,
  jointRowAt: usize,
  jointLeastAt: usize,
  groupLossAt: usize,
  jointLossAt: usize,
  worstAt: usize,
): void {
  const rowBytes = tiles << 7;
  const leastBytes = tiles << 3;
  let group = load<i32>(firstAt);
  for (let a = 1; a <= accounts; a++, worstAt += 4, jointLossAt += families << 3) {
    const begin = group;
    const end = load<i32>(firstAt + (a << 2));
    let worst = -1;
    for (; group < end; group++, groupLossAt += families << 3) {
      worst = measureRow(tiles, rowsAt + group * rowBytes, leastAt + group * leastBytes, families, familiesAt, dampingAt, scratchAt, groupLossAt);
    }
    if (end - begin === 1) {
      for (let f = 0; f < families; f++) store<f64>(jointLossAt + (f << 3), load<f64>(groupLossAt + ((f - families) << 3)));
    } else {
      addRows(tiles, rowsAt + begin * rowBytes, end - begin, jointRowAt, jointLeastAt);
      worst = measureRow(tiles, jointRowAt, jointLeastAt, families, familiesAt, dampingAt, scratchAt, jointLossAt);
    }
    store<i32>(worstAt, worst);
  }
}

/** The loss of each family of a row, and the scenario of the largest; −1 where the row is not finite. */
export function measureRow(tiles: i32, rowAt: usize, leastAt: usize, families: i32, familiesAt: usize, dampingAt: usize, scratchAt: usize, lossAt: usize): i32 {
  let worst = -1;
  let least: f64 = Number.POSITIVE_INFINITY;
  for (const end = familiesAt + families * FAMILY; familiesAt < end; familiesAt += FAMILY, lossAt += 8) {
    const offset = load<i32>(familiesAt);
    const count = load<i32>(familiesAt, 4);
    const kept = load<i32>(familiesAt, 8);
    const at = rowAt + (offset << 3);
    if (kept > 0) {
      keepLeast(at, leastAt + (offset >> 1), count, kept, load<f64>(familiesAt, 32), scratchAt);
      store<f64>(lossAt, lossOf(familiesAt, scratchAt));
      const value = load<f64>(scratchAt);
      if (value < least) {
        least = value;
        worst = offset + indexOf(value, at, leastAt + (offset >> 1));
      }
    } else {
      let deepest: f64 = 0;
      for (let s = 0; s < count; s++) {
        const value = load<f64>(at + (s << 3)) * load<f64>(dampingAt + ((offset + s) << 3));
        if (value < deepest) deepest = value;
        if (value < least) {
          least = value;
          worst = offset + s;
        }
      }
      store<f64>(lossAt, -deepest);
    }
  }
  let spoilt = false;
  for (let tile = 0; tile < tiles; tile++) spoilt = spoilt || Number.isNaN(load<f64>(leastAt + (tile << 3)));
  return spoilt ? -1 : worst;
}

/** The first place of a value that is among the numbers at `at`. */
function indexOf(value: f64, at: usize, leastAt: usize): i32 {
  let s = 0;
  while (load<f64>(leastAt) > value) {
    leastAt += 8;
    s += 16;
  }
  while (load<f64>(at + (s << 3)) !== value) s++;
  return s;
}

/** The mean of the worst of a sorted tail: `lossOf` of `../tail.ts`. */
function lossOf(familyAt: usize, sortedAt: usize): f64 {
  const whole = load<i32>(familyAt, 12);
  const part = load<f64>(familyAt, 16);
  const mass = load<f64>(familyAt, 24);
  if (mass === 0) return -load<f64>(sortedAt + ((load<i32>(familyAt, 8) - 1) << 3));
  let sum: f64 = 0;
  for (let j = 0; j < whole; j++) sum += load<f64>(sortedAt + (j << 3));
  if (part > 0) sum += load<f64>(sortedAt + (whole << 3)) * part;
  return -sum / mass;
}

/**
 * The `kept` least of `count` numbers in ascending order at scratch, behind which there is room for all of them. The least of the tiles say
 * roughly how deep the tail reaches: `depth` standard deviations from their mean. What lies above that is passed over; if too little lies
 * under it, what lies under the highest of them is looked at, then everything. If too much does (days of a crash stand side by side), the
 * bound is lowered by halves.
 */
function keepLeast(rowAt: usize, leastAt: usize, count: i32, kept: i32, depth: f64, scratchAt: usize): void {
  const lastAt = scratchAt + ((kept - 1) << 3);
  const gatheredAt = lastAt + 8;
  const whole = count >> 4;
  let sum: f64 = 0;
  let squares: f64 = 0;
  let lowest: f64 = Number.POSITIVE_INFINITY;
  let highest: f64 = Number.NEGATIVE_INFINITY;
  for (let tile = 0; tile < whole; tile++) {
    const value = load<f64>(leastAt + (tile << 3));
    sum += value;
    squares += value * value;
    lowest = value < lowest ? value : lowest;
    highest = value > highest ? value : highest;
  }
  const mean = sum / f64(whole);
  let bound = mean + depth * sqrt(squares / f64(whole) - mean * mean);
  let end = gather(rowAt, leastAt, count, bound, gatheredAt);
  while (end - gatheredAt < ((kept << 3) as usize) && bound !== Number.POSITIVE_INFINITY) {
    bound = bound < highest ? highest : Number.POSITIVE_INFINITY;
    end = gather(rowAt, leastAt, count, bound, gatheredAt);
  }
  if (bound !== Number.POSITIVE_INFINITY) end = narrow(gatheredAt, end, lowest, bound, kept);
  sortInto(gatheredAt, end, scratchAt, lastAt);
}

/** Of numbers that are all at most `bound`, keeps at least `kept` of the least and not many more; returns the end of what is kept. */
function narrow(fromAt: usize, end: usize, low: f64, bound: f64, kept: i32): usize {
  const enough = kept + (kept >> 2) + 4;
  let left = ((end - fromAt) >> 3) as i32;
  if (left <= enough) return end;
  store<f64>(end, Number.POSITIVE_INFINITY);
  for (let round = 0; round < 6 && left > enough; round++) {
    const middle = 0.5 * (low + bound);
    const middles = f64x2.splat(middle);
    let under = i64x2.splat(0);
    for (let at = fromAt; at < end; at += 16) under = i64x2.sub(under, f64x2.le(v128.load(at), middles));
    const count = (i64x2.extract_lane(under, 0) + i64x2.extract_lane(under, 1)) as i32;
    if (count < kept) {
      low = middle;
    } else {
      bound = middle;
      left = count;
    }
  }
  let to = fromAt;
  for (let at = fromAt; at < end; at += 8) {
    const value = load<f64>(at);
    store<f64>(to, value);
    to += usize(value <= bound) << 3;
  }
  return to;
}

/** Copies the numbers of a row that are at most `bound`; returns the end of the copies. */
function gather(rowAt: usize, leastAt: usize, count: i32, bound: f64, toAt: usize): usize {
  const bounds = f64x2.splat(bound);
  for (let s = 0; s < count; s += 16, leastAt += 8) {
    if (load<f64>(leastAt) > bound) continue;
    const at = rowAt + (s << 3);
    // One bit for each number of the tile that is wanted.
    let wanted =
      i64x2.bitmask(f64x2.le(v128.load(at), bounds)) |
      (i64x2.bitmask(f64x2.le(v128.load(at, 16), bounds)) << 2) |
      (i64x2.bitmask(f64x2.le(v128.load(at, 32), bounds)) << 4) |
      (i64x2.bitmask(f64x2.le(v128.load(at, 48), bounds)) << 6) |
      (i64x2.bitmask(f64x2.le(v128.load(at, 64), bounds)) << 8) |
      (i64x2.bitmask(f64x2.le(v128.load(at, 80), bounds)) << 10) |
      (i64x2.bitmask(f64x2.le(v128.load(at, 96), bounds)) << 12) |
      (i64x2.bitmask(f64x2.le(v128.load(at, 112), bounds)) << 14);
    if (count - s < 16) wanted &= (1 << (count - s)) - 1;
    // Two at a time, wanted or not: most tiles have one or two, and a branch for each would be guessed wrongly.
    const next = toAt + (popcnt(wanted) << 3);
    for (; wanted !== 0; wanted &= wanted - 1, toAt += 16) {
      store<f64>(toAt, load<f64>(at + (ctz(wanted) << 3)));
      wanted &= wanted - 1;
      store<f64>(toAt, load<f64>(at + (ctz(wanted) << 3)), 8);
    }
    toAt = next;
  }
  return toAt;
}

/** Puts each number in the place that the number of those under it says, as far as there are places; equal ones stand in a row. */
function sortInto(fromAt: usize, end: usize, scratchAt: usize, lastAt: usize): void {
  for (let at = scratchAt; at <= lastAt; at += 8) store<f64>(at, Number.POSITIVE_INFINITY);
  for (let at = end; at < end + 24; at += 8) store<f64>(at, Number.POSITIVE_INFINITY);
  for (let from = fromAt; from < end; from += 8) {
    const value = v128.load64_splat(from);
    let under = i64x2.splat(0);
    for (let at = fromAt; at < end; at += 32) {
      under = i64x2.sub(under, f64x2.lt(v128.load(at), value));
      under = i64x2.sub(under, f64x2.lt(v128.load(at, 16), value));
    }
    const place = scratchAt + ((usize(i64x2.extract_lane(under, 0)) + usize(i64x2.extract_lane(under, 1))) << 3);
    if (place <= lastAt) store<f64>(place, load<f64>(from));
  }
  for (let at = scratchAt + 8; at <= lastAt; at += 8) if (load<f64>(at) === Number.POSITIVE_INFINITY) store<f64>(at, load<f64>(at - 8));
}
