import { Family, Measurement } from "./layout";

// A tail is a handful of many scenarios. Which they can be is told in single precision, at half the cost of summing everything in double; what
// they are worth is then summed in double, for them alone. No bit of a result depends on the screen: its error has a bound, and every scenario
// within that bound of the tail is summed.

/** Twice the unit roundoff of single precision: a bound for any sum of numbers that are themselves rounded has slack of a factor of two. */
const ROUNDING: f64 = 1.1920928955078125e-7;

/** Sums up to here, and their squares' mean, are far from the end of single precision. */
const LARGEST: f64 = 1e18;

/** The cube in single precision, in tiles of 32 scenarios, and the largest size of each instrument's P&L in it. */
export function fillScreen(tiles: i32, screenTiles: i32, instruments: i32, cubeAt: usize, screenAt: usize, largestAt: usize): void {
  for (let i = 0; i < instruments; i++) store<f64>(largestAt + (i << 3), 0);
  for (let wide = 0; wide < screenTiles; wide++) {
    for (let half = 0; half < 2; half++) {
      const tile = 2 * wide + half;
      let to = screenAt + ((wide * instruments) << 7) + (half << 6);
      if (tile >= tiles) {
        for (let i = 0; i < instruments; i++, to += 128) for (let at = to; at < to + 64; at += 16) v128.store(at, f32x4.splat(0));
        continue;
      }
      let from = cubeAt + ((tile * instruments) << 7);
      for (let i = 0; i < instruments; i++, to += 128) {
        let largest = v128.load64_splat(largestAt + (i << 3));
        for (let at = to; at < to + 64; at += 16, from += 32) {
          const a = v128.load(from);
          const b = v128.load(from, 16);
          largest = f64x2.pmax(largest, f64x2.pmax(f64x2.abs(a), f64x2.abs(b)));
          v128.store(at, v128.shuffle<i32>(f32x4.demote_f64x2_zero(a), f32x4.demote_f64x2_zero(b), 0, 1, 4, 5));
        }
        store<f64>(largestAt + (i << 3), max(f64x2.extract_lane(largest, 0), f64x2.extract_lane(largest, 1)));
      }
    }
  }
}

/** Marks the instruments that have no finite P&L in some scenario: their largest is infinite. */
export function markSpoilt(tiles: i32, instruments: i32, cubeAt: usize, largestAt: usize): void {
  for (let tile = 0; tile < tiles; tile++) {
    for (let i = 0; i < instruments; i++) {
      for (const end = cubeAt + 128; cubeAt < end; cubeAt += 8)
        if (!Number.isFinite(load<f64>(cubeAt))) store<f64>(largestAt + (i << 3), Number.POSITIVE_INFINITY);
    }
  }
}

/** One row of P&L per group in single precision, and beside it the least of each 16 scenarios. */
export function sumScreens(m: Measurement): void {
  const tiles = m.screenTiles;
  const instruments = m.instruments;
  const groups = m.groups;
  const offsetsAt = m.offsetsAt as usize;
  const instrumentAt = m.instrumentAt as usize;
  const lotsAt = m.screenLotsAt as usize;
  for (let tile = 0; tile < tiles; tile++) {
    const base = (m.screenAt as usize) + ((tile * instruments) << 7);
    let out = (m.screenRowsAt as usize) + ((tile * (groups + 1)) << 7);
    let least = (m.screenLeastAt as usize) + (tile << 3);
    let entry = load<i32>(offsetsAt);
    for (let g = 1; g <= groups; g++) {
      let a = f32x4.splat(0);
      let b = f32x4.splat(0);
      let c = f32x4.splat(0);
      let d = f32x4.splat(0);
      let e = f32x4.splat(0);
      let f = f32x4.splat(0);
      let h = f32x4.splat(0);
      let k = f32x4.splat(0);
      for (const end = load<i32>(offsetsAt + (g << 2)); entry < end; entry++) {
        const q = v128.load32_splat(lotsAt + (entry << 2));
        const at = base + (load<i32>(instrumentAt + (entry << 2)) << 7);
        a = f32x4.add(a, f32x4.mul(q, v128.load(at)));
        b = f32x4.add(b, f32x4.mul(q, v128.load(at, 16)));
        c = f32x4.add(c, f32x4.mul(q, v128.load(at, 32)));
        d = f32x4.add(d, f32x4.mul(q, v128.load(at, 48)));
        e = f32x4.add(e, f32x4.mul(q, v128.load(at, 64)));
        f = f32x4.add(f, f32x4.mul(q, v128.load(at, 80)));
        h = f32x4.add(h, f32x4.mul(q, v128.load(at, 96)));
        k = f32x4.add(k, f32x4.mul(q, v128.load(at, 112)));
      }
      v128.store(out, a);
      v128.store(out, b, 16);
      v128.store(out, c, 32);
      v128.store(out, d, 48);
      v128.store(out, e, 64);
      v128.store(out, f, 80);
      v128.store(out, h, 96);
      v128.store(out, k, 112);
      storeLeast(least, a, b, c, d, e, f, h, k);
      out += 128;
      least += tiles << 3;
    }
  }
}

/** The sum of the rows of groups begin…end−1, in the row behind those of all groups. */
export function addScreens(m: Measurement, begin: i32, end: i32): void {
  const tiles = m.screenTiles;
  const tileBytes = (m.groups + 1) << 7;
  let from = (m.screenRowsAt as usize) + (begin << 7);
  let out = (m.screenRowsAt as usize) + (m.groups << 7);
  let least = (m.screenLeastAt as usize) + m.groups * (tiles << 3);
  for (let tile = 0; tile < tiles; tile++, from += tileBytes, out += tileBytes, least += 8) {
    let a = f32x4.splat(0);
    let b = f32x4.splat(0);
    let c = f32x4.splat(0);
    let d = f32x4.splat(0);
    let e = f32x4.splat(0);
    let f = f32x4.splat(0);
    let h = f32x4.splat(0);
    let k = f32x4.splat(0);
    for (let g = begin, at = from; g < end; g++, at += 128) {
      a = f32x4.add(a, v128.load(at));
      b = f32x4.add(b, v128.load(at, 16));
      c = f32x4.add(c, v128.load(at, 32));
      d = f32x4.add(d, v128.load(at, 48));
      e = f32x4.add(e, v128.load(at, 64));
      f = f32x4.add(f, v128.load(at, 80));
      h = f32x4.add(h, v128.load(at, 96));
      k = f32x4.add(k, v128.load(at, 112));
    }
    v128.store(out, a);
    v128.store(out, b, 16);
    v128.store(out, c, 32);
    v128.store(out, d, 48);
    v128.store(out, e, 64);
    v128.store(out, f, 80);
    v128.store(out, h, 96);
    v128.store(out, k, 112);
    storeLeast(least, a, b, c, d, e, f, h, k);
  }
}

/** The least of 16 numbers, and of the 16 of the other half of a tile. */
function storeLeast(at: usize, a: v128, b: v128, c: v128, d: v128, e: v128, f: v128, h: v128, k: v128): void {
  const first = f32x4.pmin(f32x4.pmin(a, b), f32x4.pmin(c, d));
  const second = f32x4.pmin(f32x4.pmin(e, f), f32x4.pmin(h, k));
  const halves = f32x4.pmin(v128.shuffle<i32>(first, second, 0, 1, 4, 5), v128.shuffle<i32>(first, second, 2, 3, 6, 7));
  const least = f32x4.pmin(halves, v128.shuffle<i32>(halves, halves, 1, 0, 3, 2));
  v128.store64_lane(at, v128.shuffle<i32>(least, least, 0, 2, 0, 2), 0);
}

/** The largest P&L that entries begin…end−1 can have, if nothing of it cancels. */
export function grossOf(m: Measurement, begin: i32, end: i32): f64 {
  let gross: f64 = 0;
  for (let entry = begin; entry < end; entry++) {
    gross += abs(load<f64>(m.lotsAt + (entry << 3))) * load<f64>(m.largestAt + (load<i32>(m.instrumentAt + (entry << 2)) << 3));
  }
  return gross;
}

/**
 * Candidates for the tail of a family: indices, in ascending order, of all numbers of a row that can be among the `kept` least, if the row is a
 * sum of `terms` numbers of size `gross` together. Returns how many. The least of the tiles say roughly how deep the tail reaches: `depth` standard deviations from their
 * mean. What lies above that is passed over; if too little lies under it, what lies under the highest of them is looked at, then everything.
 */
export function screenFamily(m: Measurement, family: Family, rowAt: usize, leastAt: usize, terms: i32, gross: f64): i32 {
  const leasts = leastAt + (family.offset >> 2);
  const valuesAt = m.valuesAt as usize;
  const indicesAt = m.indicesAt as usize;
  // A number is off by so much at most: two roundings of factors, one of each product and sum, and those of the bounds below (Higham, Accuracy
  // and Stability of Numerical Algorithms, 2002, §3.1). Of two numbers each may be.
  const margin = 2 * f64(terms + 8) * ROUNDING * gross;
  let low = f32x4.splat(f32(Number.POSITIVE_INFINITY));
  let high = f32x4.splat(f32(Number.NEGATIVE_INFINITY));
  let sum = f32x4.splat(0);
  let squares = f32x4.splat(0);
  const whole = (family.count >> 4) & ~3;
  if (whole === 0 || gross > LARGEST) return everything(m, family.count);
  for (let at = leasts, end = leasts + (whole << 2); at < end; at += 16) {
    const value = v128.load(at);
    sum = f32x4.add(sum, value);
    squares = f32x4.add(squares, f32x4.mul(value, value));
    low = f32x4.pmin(low, value);
    high = f32x4.pmax(high, value);
  }
  const mean = across(sum) / f32(whole);
  const spread = sqrt(max<f32>(across(squares) / f32(whole) - mean * mean, 0));
  const guess = f64(mean + f32(family.depth) * spread);
  const highest = f64(max(max(f32x4.extract_lane(high, 0), f32x4.extract_lane(high, 1)), max(f32x4.extract_lane(high, 2), f32x4.extract_lane(high, 3))));
  const lowest = f64(min(min(f32x4.extract_lane(low, 0), f32x4.extract_lane(low, 1)), min(f32x4.extract_lane(low, 2), f32x4.extract_lane(low, 3))));
  let top = guess;
  let found = gather(m, family, rowAt, leasts, f32(top + margin));
  let under = upTo(m.valuesAt, found, f32(top));
  if (under < family.kept) {
    top = max(highest, guess);
    found = gather(m, family, rowAt, leasts, f32(top + margin));
    under = upTo(m.valuesAt, found, f32(top));
    if (under < family.kept) return everything(m, family.count);
  }
  const enough = family.kept + (family.kept >> 3);
  let bottom = lowest;
  for (let round = 0; round < 8 && under > enough; round++) {
    const middle = 0.5 * (bottom + top);
    const count = upTo(m.valuesAt, found, f32(middle));
    if (count < family.kept) {
      bottom = middle;
    } else {
      top = middle;
      under = count;
    }
  }
  const bound = f32(top + margin);
  let to = indicesAt;
  for (let c = 0; c < found; c++) {
    store<i32>(to, load<i32>(indicesAt + (c << 2)));
    to += usize(load<f32>(valuesAt + (c << 2)) <= bound) << 2;
  }
  return i32((to - indicesAt) >> 2);
}

function across(x: v128): f32 {
  return f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1) + (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3));
}

function everything(m: Measurement, count: i32): i32 {
  for (let s = 0; s < count; s++) store<i32>(m.indicesAt + (s << 2), s);
  return count;
}

/** How many of some numbers are at most `bound`. Behind them there is room for infinities. */
function upTo(valuesAt: usize, count: i32, bound: f32): i32 {
  const end = valuesAt + (count << 2);
  v128.store(end, f32x4.splat(f32(Number.POSITIVE_INFINITY)));
  const bounds = f32x4.splat(bound);
  let under = i32x4.splat(0);
  for (let at = valuesAt; at < end; at += 16) under = i32x4.sub(under, f32x4.le(v128.load(at), bounds));
  return i32x4.extract_lane(under, 0) + i32x4.extract_lane(under, 1) + i32x4.extract_lane(under, 2) + i32x4.extract_lane(under, 3);
}

/** For each set of four lanes, by its bits, the bytes that bring its lanes to the front. */
// biome-ignore format: a row for each set of lanes
const ORDERS = memory.data<u32>([
  0, 0, 0, 0,
  0x03020100, 0, 0, 0,
  0x07060504, 0, 0, 0,
  0x03020100, 0x07060504, 0, 0,
  0x0b0a0908, 0, 0, 0,
  0x03020100, 0x0b0a0908, 0, 0,
  0x07060504, 0x0b0a0908, 0, 0,
  0x03020100, 0x07060504, 0x0b0a0908, 0,
  0x0f0e0d0c, 0, 0, 0,
  0x03020100, 0x0f0e0d0c, 0, 0,
  0x07060504, 0x0f0e0d0c, 0, 0,
  0x03020100, 0x07060504, 0x0f0e0d0c, 0,
  0x0b0a0908, 0x0f0e0d0c, 0, 0,
  0x03020100, 0x0b0a0908, 0x0f0e0d0c, 0,
  0x07060504, 0x0b0a0908, 0x0f0e0d0c, 0,
  0x03020100, 0x07060504, 0x0b0a0908, 0x0f0e0d0c,
]);

/**
 * Writes down the numbers of a row that are at most `bound`, and their indices; returns how many they are. Four at a time go to the front of where the
 * next are to stand, wanted ones first, and what is not wanted is written over: how many a tile has, no branch can guess.
 */
function gather(m: Measurement, family: Family, rowAt: usize, leastAt: usize, bound: f32): i32 {
  const tileBytes = (m.groups + 1) << 7;
  const offset = family.offset;
  const count = family.count;
  const bounds = f32x4.splat(bound);
  const valuesAt = m.valuesAt as usize;
  const away = (m.indicesAt as usize) - valuesAt;
  let to = valuesAt;
  for (let s = 0; s < count; s += 16, leastAt += 4) {
    if (load<f32>(leastAt) > bound) continue;
    const place = offset + s;
    const at = rowAt + (place >> 5) * tileBytes + ((place & 16) << 2);
    const left = count - s;
    const real = left < 16 ? (1 << left) - 1 : 0xffff;
    const a = v128.load(at);
    const b = v128.load(at, 16);
    const c = v128.load(at, 32);
    const d = v128.load(at, 48);
    const first = i32x4.add(i32x4.splat(s), i32x4(0, 1, 2, 3));

    const inA = i32x4.bitmask(f32x4.le(a, bounds)) & real;
    const orderA = v128.load(ORDERS + (inA << 4));
    v128.store(to, v128.swizzle(a, orderA));
    v128.store(to + away, v128.swizzle(first, orderA));
    to += popcnt(inA) << 2;

    const inB = i32x4.bitmask(f32x4.le(b, bounds)) & (real >> 4);
    const orderB = v128.load(ORDERS + (inB << 4));
    v128.store(to, v128.swizzle(b, orderB));
    v128.store(to + away, v128.swizzle(i32x4.add(first, i32x4.splat(4)), orderB));
    to += popcnt(inB) << 2;

    const inC = i32x4.bitmask(f32x4.le(c, bounds)) & (real >> 8);
    const orderC = v128.load(ORDERS + (inC << 4));
    v128.store(to, v128.swizzle(c, orderC));
    v128.store(to + away, v128.swizzle(i32x4.add(first, i32x4.splat(8)), orderC));
    to += popcnt(inC) << 2;

    const inD = i32x4.bitmask(f32x4.le(d, bounds)) & (real >> 12);
    const orderD = v128.load(ORDERS + (inD << 4));
    v128.store(to, v128.swizzle(d, orderD));
    v128.store(to + away, v128.swizzle(i32x4.add(first, i32x4.splat(12)), orderD));
    to += popcnt(inD) << 2;
  }
  return i32((to - valuesAt) >> 2);
}
