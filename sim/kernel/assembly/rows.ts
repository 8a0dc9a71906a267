/**
 * One row of P&L per group, and beside it the least of each tile of 16 scenarios (NaN where one is not finite): with it whole tiles
 * are passed over when a tail is looked for. Sums are exact, so their order is free.
 */
export function sumGroups(
  tiles: i32,
  instruments: i32,
  cubeAt: usize,
  groups: i32,
  offsetsAt: usize,
  instrumentAt: usize,
  lotsAt: usize,
  rowsAt: usize,
  leastAt: usize,
): void {
  for (let tile = 0; tile < tiles; tile++) {
    const base = cubeAt + ((tile * instruments) << 7);
    let out = rowsAt + (tile << 7);
    let least = leastAt + (tile << 3);
    let entry = load<i32>(offsetsAt);
    for (let g = 1; g <= groups; g++) {
      let a = f64x2.splat(0);
      let b = f64x2.splat(0);
      let c = f64x2.splat(0);
      let d = f64x2.splat(0);
      let e = f64x2.splat(0);
      let f = f64x2.splat(0);
      let h = f64x2.splat(0);
      let k = f64x2.splat(0);
      for (const end = load<i32>(offsetsAt + (g << 2)); entry < end; entry++) {
        const q = v128.load64_splat(lotsAt + (entry << 3));
        const at = base + (load<i32>(instrumentAt + (entry << 2)) << 7);
        a = f64x2.add(a, f64x2.mul(q, v128.load(at)));
        b = f64x2.add(b, f64x2.mul(q, v128.load(at, 16)));
        c = f64x2.add(c, f64x2.mul(q, v128.load(at, 32)));
        d = f64x2.add(d, f64x2.mul(q, v128.load(at, 48)));
        e = f64x2.add(e, f64x2.mul(q, v128.load(at, 64)));
        f = f64x2.add(f, f64x2.mul(q, v128.load(at, 80)));
        h = f64x2.add(h, f64x2.mul(q, v128.load(at, 96)));
        k = f64x2.add(k, f64x2.mul(q, v128.load(at, 112)));
      }
      v128.store(out, a);
      v128.store(out, b, 16);
      v128.store(out, c, 32);
      v128.store(out, d, 48);
      v128.store(out, e, 64);
      v128.store(out, f, 80);
      v128.store(out, h, 96);
      v128.store(out, k, 112);
      store<f64>(least, leastOf(out));
      out += tiles << 7;
      least += tiles << 3;
    }
  }
}

/** The least of the 16 numbers of a tile, or NaN where one is not finite. */
function leastOf(at: usize): f64 {
  const a = v128.load(at);
  const b = v128.load(at, 16);
  const c = v128.load(at, 32);
  const d = v128.load(at, 48);
  const e = v128.load(at, 64);
  const f = v128.load(at, 80);
  const h = v128.load(at, 96);
  const k = v128.load(at, 112);
  const pair = f64x2.pmin(f64x2.pmin(f64x2.pmin(a, b), f64x2.pmin(c, d)), f64x2.pmin(f64x2.pmin(e, f), f64x2.pmin(h, k)));
  const sum = f64x2.add(f64x2.add(f64x2.add(a, b), f64x2.add(c, d)), f64x2.add(f64x2.add(e, f), f64x2.add(h, k)));
  // Zero, or NaN where the sum is not finite: pmin may pass a NaN over.
  const sound = f64x2.add(pair, f64x2.sub(sum, sum));
  const other = v128.shuffle<f64>(sound, sound, 1, 0);
  return f64x2.extract_lane(f64x2.add(f64x2.pmin(sound, other), f64x2.sub(other, other)), 0);
}

/** The sum of rows that follow one another (none: zero), and the least of each of its tiles. */
export function addRows(tiles: i32, rowsAt: usize, rows: i32, toAt: usize, leastAt: usize): void {
  const rowBytes = tiles << 7;
  for (let tile = 0; tile < tiles; tile++, rowsAt += 128, toAt += 128, leastAt += 8) {
    let a = f64x2.splat(0);
    let b = f64x2.splat(0);
    let c = f64x2.splat(0);
    let d = f64x2.splat(0);
    let e = f64x2.splat(0);
    let f = f64x2.splat(0);
    let h = f64x2.splat(0);
    let k = f64x2.splat(0);
    for (let r = 0, at = rowsAt; r < rows; r++, at += rowBytes) {
      a = f64x2.add(a, v128.load(at));
      b = f64x2.add(b, v128.load(at, 16));
      c = f64x2.add(c, v128.load(at, 32));
      d = f64x2.add(d, v128.load(at, 48));
      e = f64x2.add(e, v128.load(at, 64));
      f = f64x2.add(f, v128.load(at, 80));
      h = f64x2.add(h, v128.load(at, 96));
      k = f64x2.add(k, v128.load(at, 112));
    }
    v128.store(toAt, a);
    v128.store(toAt, b, 16);
    v128.store(toAt, c, 32);
    v128.store(toAt, d, 48);
    v128.store(toAt, e, 64);
    v128.store(toAt, f, 80);
    v128.store(toAt, h, 96);
    v128.store(toAt, k, 112);
    store<f64>(leastAt, leastOf(toAt));
  }
}
