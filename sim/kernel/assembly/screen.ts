import { Measurement } from "./layout";

// A tail is a handful of many scenarios. Which they can be is told in single precision, at half the cost of summing everything in double; what
// they are worth is then summed in double, for them alone. No bit of a result depends on the screen: its error has a bound, and every scenario
// within that bound of the tail is summed.

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
