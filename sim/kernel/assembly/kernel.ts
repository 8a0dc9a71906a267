// The kernel in AssemblyScript: f64x2 SIMD, the arithmetic of `../twin.ts` operation by operation, so that both give the same bits.
// No relaxed SIMD and no fused operations, whose results depend on the machine. All arguments called …At are byte addresses in the
// module's memory, which the host (`../wasm.ts`) divides; nothing is allocated here. Compiled by `make docs`.

/**
 * Constants stand in memory, as pairs, and are loaded into locals: an engine keeps those in registers, while it makes a splatted
 * constant anew each time. In the order of `CONSTANTS` in `../wasm.ts`.
 */
export function fillCube(
  tiles: i32,
  instruments: i32,
  kindAt: usize,
  columnAt: usize,
  underlyingAt: usize,
  halfLogStrikeAt: usize,
  strikeAt: usize,
  volatilityAt: usize,
  tiltAt: usize,
  leastAt: usize,
  markAt: usize,
  discountedForwardAt: usize,
  halfLogForwardAt: usize,
  halfDeviationAt: usize,
  halfFloorAt: usize,
  logReturnAt: usize,
  simpleReturnAt: usize,
  tableAt: usize,
  constantsAt: usize,
  cubeAt: usize,
): void {
  const nine = v128.load(constantsAt);
  const minusNine = v128.load(constantsAt, 16);
  const nodes = v128.load(constantsAt, 32);
  const snap = v128.load(constantsAt, 48);
  const one = v128.load(constantsAt, 64);
  const halfOne = v128.load(constantsAt, 80);
  const sixth = v128.load(constantsAt, 96);
  const rowBytes = tiles << 7;
  // The node of 0 stands in the middle of the table.
  const middle = tableAt + (((9 * 256) as usize) << 4);
  let out = cubeAt;
  for (let tile = 0; tile < tiles; tile++) {
    const tileBytes = (tile << 7) as usize;
    for (let i = 0; i < instruments; i++) {
      const kind = load<u8>(kindAt + i);
      const shocks = ((load<i32>(underlyingAt + (i << 2)) * rowBytes) as usize) + tileBytes;
      const mark = v128.load64_splat(markAt + (i << 3));
      const outEnd = out + 128;
      if (kind === 0) {
        let at = simpleReturnAt + shocks;
        for (; out < outEnd; out += 16, at += 16) v128.store(out, f64x2.sub(f64x2.add(f64x2.mul(mark, v128.load(at)), snap), snap));
        continue;
      }
      const terms = ((load<i32>(columnAt + (i << 2)) * rowBytes) as usize) + tileBytes;
      // A put is the call less the forward: N(d) − 1 in place of N(d).
      const leg = f64x2.splat(kind === 2 ? 1 : 0);
      const halfLogStrike = v128.load64_splat(halfLogStrikeAt + (i << 3));
      const strike = v128.load64_splat(strikeAt + (i << 3));
      const volatility = v128.load64_splat(volatilityAt + (i << 3));
      const tilt = v128.load64_splat(tiltAt + (i << 3));
      const least = v128.load64_splat(leastAt + (i << 3));
      let forward = discountedForwardAt + terms;
      let logForward = halfLogForwardAt + terms;
      let deviation = halfDeviationAt + terms;
      let floor = halfFloorAt + terms;
      let move = logReturnAt + shocks;
      for (; out < outEnd; out += 16, forward += 16, logForward += 16, deviation += 16, floor += 16, move += 16) {
        // pmin and pmax are one instruction each; min and max are many, and differ only for a pair of 0 and −0, which no pair here is. NaN stays
        // NaN, because it is the first operand.
        const half = f64x2.pmax(f64x2.mul(f64x2.pmax(f64x2.add(volatility, f64x2.mul(tilt, v128.load(move))), least), v128.load(deviation)), v128.load(floor));
        const centre = f64x2.div(f64x2.sub(v128.load(logForward), halfLogStrike), half);

        const x1 = f64x2.pmax(f64x2.pmin(f64x2.add(centre, half), nine), minusNine);
        const t1 = f64x2.add(x1, nodes);
        const node1 = f64x2.sub(t1, nodes);
        const a1 = v128.load(middle + ((i32x4.extract_lane(t1, 0) as usize) << 4));
        const b1 = v128.load(middle + ((i32x4.extract_lane(t1, 2) as usize) << 4));
        const d1 = f64x2.sub(x1, node1);
        const y1 = f64x2.mul(node1, d1);
        const p1 = f64x2.add(f64x2.sub(one, f64x2.mul(halfOne, y1)), f64x2.mul(f64x2.sub(f64x2.mul(y1, y1), f64x2.mul(d1, d1)), sixth));
        const n1 = f64x2.add(v128.shuffle<f64>(a1, b1, 0, 2), f64x2.mul(f64x2.mul(v128.shuffle<f64>(a1, b1, 1, 3), d1), p1));

        const x2 = f64x2.pmax(f64x2.pmin(f64x2.sub(centre, half), nine), minusNine);
        const t2 = f64x2.add(x2, nodes);
        const node2 = f64x2.sub(t2, nodes);
        const a2 = v128.load(middle + ((i32x4.extract_lane(t2, 0) as usize) << 4));
        const b2 = v128.load(middle + ((i32x4.extract_lane(t2, 2) as usize) << 4));
        const d2 = f64x2.sub(x2, node2);
        const y2 = f64x2.mul(node2, d2);
        const p2 = f64x2.add(f64x2.sub(one, f64x2.mul(halfOne, y2)), f64x2.mul(f64x2.sub(f64x2.mul(y2, y2), f64x2.mul(d2, d2)), sixth));
        const n2 = f64x2.add(v128.shuffle<f64>(a2, b2, 0, 2), f64x2.mul(f64x2.mul(v128.shuffle<f64>(a2, b2, 1, 3), d2), p2));

        const price = f64x2.sub(f64x2.mul(v128.load(forward), f64x2.sub(n1, leg)), f64x2.mul(strike, f64x2.sub(n2, leg)));
        v128.store(out, f64x2.sub(f64x2.add(f64x2.sub(price, mark), snap), snap));
      }
    }
  }
}

/** Entries are (byte offset of the instrument within a tile, lots); sums are exact, so their order is free. */
export function sumGroups(
  cubeAt: usize,
  instruments: i32,
  tiles: i32,
  offsetsAt: usize,
  instrumentAt: usize,
  lotsAt: usize,
  from: i32,
  to: i32,
  rowsAt: usize,
): void {
  const rowBytes = (tiles << 7) as usize;
  for (let tile = 0; tile < tiles; tile++) {
    const base = cubeAt + (((tile * instruments) as usize) << 7);
    let out = rowsAt + ((tile as usize) << 7);
    for (let g = from; g < to; g++) {
      let a = f64x2.splat(0);
      let b = f64x2.splat(0);
      let c = f64x2.splat(0);
      let d = f64x2.splat(0);
      let e = f64x2.splat(0);
      let f = f64x2.splat(0);
      let h = f64x2.splat(0);
      let k = f64x2.splat(0);
      const end = load<i32>(offsetsAt + ((g + 1) << 2));
      for (let p = load<i32>(offsetsAt + (g << 2)); p < end; p++) {
        const q = v128.load64_splat(lotsAt + (p << 3));
        const at = base + ((load<i32>(instrumentAt + (p << 2)) as usize) << 7);
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
      out += rowBytes;
    }
  }
}

/** Adds a row of `length` (even) numbers to another. */
export function addRow(rowAt: usize, toAt: usize, length: i32): void {
  const end = rowAt + ((length as usize) << 3);
  for (; rowAt < end; rowAt += 16, toAt += 16) v128.store(toAt, f64x2.add(v128.load(toAt), v128.load(rowAt)));
}

/** The `kept` least numbers of a row in ascending order at scratch. */
export function keepWorst(rowAt: usize, count: i32, kept: i32, scratchAt: usize): void {
  for (let j = 0; j < kept; j++) store<f64>(scratchAt + (j << 3), Number.POSITIVE_INFINITY);
  const lastAt = scratchAt + ((kept - 1) << 3);
  const blocks = count & ~7;
  let threshold = f64x2.splat(Number.POSITIVE_INFINITY);
  for (let s = 0; s < blocks; s += 8) {
    const at = rowAt + (s << 3);
    const under = v128.or(
      v128.or(f64x2.lt(v128.load(at), threshold), f64x2.lt(v128.load(at, 16), threshold)),
      v128.or(f64x2.lt(v128.load(at, 32), threshold), f64x2.lt(v128.load(at, 48), threshold)),
    );
    if (!v128.any_true(under)) continue;
    for (let j = 0; j < 8; j++) insert(load<f64>(at + (j << 3)), scratchAt, lastAt);
    threshold = v128.load64_splat(lastAt);
  }
  for (let s = blocks; s < count; s++) insert(load<f64>(rowAt + (s << 3)), scratchAt, lastAt);
}

function insert(value: f64, scratchAt: usize, lastAt: usize): void {
  if (value >= load<f64>(lastAt)) return;
  let at = lastAt;
  while (at > scratchAt && load<f64>(at - 8) > value) {
    store<f64>(at, load<f64>(at - 8));
    at -= 8;
  }
  store<f64>(at, value);
}

/** 1 if all `count` (a multiple of 16) numbers are finite: a number less itself is zero, infinity or NaN less itself is NaN. */
export function isFinite(at: usize, count: i32): i32 {
  let sum = f64x2.splat(0);
  for (const end = at + ((count as usize) << 3); at < end; at += 16) {
    const x = v128.load(at);
    sum = f64x2.add(sum, f64x2.sub(x, x));
  }
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1) === 0 ? 1 : 0;
}
