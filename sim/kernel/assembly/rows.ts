/** One row of P&L per group, over tiles of 16 scenarios that follow one another. Sums are exact, so their order is free. */
export function sumTiles(tiles: i32, instruments: i32, cubeAt: usize, groups: i32, offsetsAt: usize, instrumentAt: usize, lotsAt: usize, rowsAt: usize): void {
  for (let tile = 0; tile < tiles; tile++) {
    const base = cubeAt + ((tile * instruments) << 7);
    let out = rowsAt + (tile << 7);
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
      out += tiles << 7;
    }
  }
}

/** The sum of rows begin…end−1, in row `to`. */
export function addRows(tiles: i32, rowsAt: usize, begin: i32, end: i32, to: i32): void {
  const rowBytes = tiles << 7;
  const toAt = rowsAt + to * rowBytes;
  const fromAt = rowsAt + begin * rowBytes;
  for (let at = 0; at < rowBytes; at += 16) {
    let sum = f64x2.splat(0);
    for (let g = begin, row = fromAt + at; g < end; g++, row += rowBytes) sum = f64x2.add(sum, v128.load(row));
    v128.store(toAt + at, sum);
  }
}
