import { Family, Measurement } from "./layout";

/** Twice the unit roundoff of single precision: a bound for any sum of numbers that are themselves rounded has slack of a factor of two. */
const ROUNDING: f64 = 1.1920928955078125e-7;

/** Sums up to here, and their squares' mean, are far from the end of single precision. */
const LARGEST: f64 = 1e18;

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
export function candidatesOf(m: Measurement, family: Family, rowAt: usize, leastAt: usize, terms: i32, gross: f64): i32 {
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
