/** Bytes of one column, of one pair of scenarios of its terms, and of one instrument: the layouts of `../wasm.ts`. */
const COLUMN: i32 = 80;
const TERMS: i32 = 96;
const INSTRUMENT: i32 = 64;

/**
 * What depends only on expiry and scenario, two scenarios at a time: D·F shocked, ½ ln F shocked, ½ √T (1 + term · volatility move), ½ √T times
 * the least volatility (of the scenario, or the lowest point of the tilted smile, moved), the log return of spot, and the tilt of the skew.
 */
export function fillTerms(
  tiles: i32,
  columns: i32,
  columnsAt: usize,
  logReturnAt: usize,
  growthAt: usize,
  volatilityMoveAt: usize,
  volatilityFloorAt: usize,
  tiltAt: usize,
  termsAt: usize,
): void {
  const rowBytes = tiles << 7;
  const one = f64x2.splat(1);
  const half = f64x2.splat(0.5);
  let out = termsAt;
  for (let c = 0; c < columns; c++, columnsAt += COLUMN) {
    const forward = v128.load64_splat(columnsAt);
    const logForward = v128.load64_splat(columnsAt, 8);
    const halfRoot = v128.load64_splat(columnsAt, 16);
    const termScale = v128.load64_splat(columnsAt, 24);
    const tiltScale = v128.load64_splat(columnsAt, 40);
    const deepestTilt = v128.load64_splat(columnsAt, 48);
    const atTheMoney = v128.load64_splat(columnsAt, 56);
    const rho = v128.load64_splat(columnsAt, 64);
    const rhoPerTilt = v128.load64_splat(columnsAt, 72);
    let at = load<i32>(columnsAt, 32) * rowBytes;
    for (const end = at + rowBytes; at < end; at += 16, out += TERMS) {
      const move = v128.load(logReturnAt + at);
      v128.store(out, f64x2.mul(forward, v128.load(growthAt + at)));
      v128.store(out, f64x2.mul(half, f64x2.add(logForward, move)), 16);
      const deviation = f64x2.mul(halfRoot, f64x2.add(one, f64x2.mul(termScale, v128.load(volatilityMoveAt + at))));
      const tilt = f64x2.pmax(f64x2.mul(tiltScale, v128.load(tiltAt + at)), deepestTilt);
      const tilted = f64x2.add(rho, f64x2.mul(rhoPerTilt, tilt));
      const lowest = f64x2.mul(atTheMoney, f64x2.sqrt(f64x2.sub(one, f64x2.mul(tilted, tilted))));
      v128.store(out, deviation, 32);
      v128.store(out, f64x2.pmax(f64x2.mul(lowest, deviation), f64x2.mul(halfRoot, v128.load(volatilityFloorAt + at))), 48);
      v128.store(out, move, 64);
      v128.store(out, tilt, 80);
    }
  }
}

/**
 * The cube, and 1 if all of it is finite. Constants stand in memory, as pairs, and are loaded into locals: an engine keeps those in
 * registers, while it makes a splatted constant anew each time. In the order of `CONSTANTS` in `../wasm.ts`.
 */
export function fillCube(
  tiles: i32,
  instruments: i32,
  instrumentsAt: usize,
  termsAt: usize,
  simpleReturnAt: usize,
  tableAt: usize,
  constantsAt: usize,
  cubeAt: usize,
): i32 {
  const nine = v128.load(constantsAt);
  const minusNine = v128.load(constantsAt, 16);
  const nodes = v128.load(constantsAt, 32);
  const snap = v128.load(constantsAt, 48);
  const three = v128.load(constantsAt, 64);
  const six = v128.load(constantsAt, 80);
  // The node of 0 stands in the middle of the table.
  const middle = tableAt + (((9 * 256) as usize) << 4);
  const tileBytes = instruments << 7;
  let spoilt = f64x2.splat(0);
  for (let i = 0; i < instruments; i++, instrumentsAt += INSTRUMENT) {
    const kind = load<i32>(instrumentsAt);
    const place = load<i32>(instrumentsAt, 4);
    const mark = v128.load64_splat(instrumentsAt, 8);
    let out = cubeAt + (i << 7);
    if (kind === 0) {
      let at = simpleReturnAt + place * (tiles << 7);
      for (let tile = 0; tile < tiles; tile++, out += tileBytes - 128) {
        for (const end = out + 128; out < end; out += 16, at += 16) {
          const gain = f64x2.sub(f64x2.add(f64x2.mul(mark, v128.load(at)), snap), snap);
          v128.store(out, gain);
          spoilt = f64x2.add(spoilt, f64x2.sub(gain, gain));
        }
      }
      continue;
    }
    // A put is the call less the forward: N(d) − 1 in place of N(d).
    const leg = f64x2.splat(kind === 2 ? 1 : 0);
    const halfLogStrike = v128.load64_splat(instrumentsAt, 16);
    const strike = v128.load64_splat(instrumentsAt, 24);
    const volatility = v128.load64_splat(instrumentsAt, 32);
    const slope = v128.load64_splat(instrumentsAt, 40);
    const rotation = v128.load64_splat(instrumentsAt, 48);
    const rotationSlope = v128.load64_splat(instrumentsAt, 56);
    let terms = termsAt + place * (tiles << 3) * TERMS;
    for (let tile = 0; tile < tiles; tile++, out += tileBytes - 128) {
      for (const end = out + 128; out < end; out += 16, terms += TERMS) {
        // pmin and pmax are one instruction each; min and max are many, and differ only for a pair of 0 and −0, which no pair here is. NaN stays
        // NaN, because it is the first operand.
        const tilt = v128.load(terms, 80);
        const along = f64x2.mul(v128.load(terms, 64), f64x2.add(slope, f64x2.mul(tilt, rotationSlope)));
        const moved = f64x2.sub(f64x2.add(volatility, f64x2.mul(tilt, rotation)), along);
        const half = f64x2.pmax(f64x2.mul(moved, v128.load(terms, 32)), v128.load(terms, 48));
        const centre = f64x2.div(f64x2.sub(v128.load(terms, 16), halfLogStrike), half);

        const x1 = f64x2.pmax(f64x2.pmin(f64x2.add(centre, half), nine), minusNine);
        const t1 = f64x2.add(x1, nodes);
        const node1 = f64x2.sub(t1, nodes);
        const a1 = v128.load(middle + ((i32x4.extract_lane(t1, 0) as usize) << 4));
        const b1 = v128.load(middle + ((i32x4.extract_lane(t1, 2) as usize) << 4));
        const d1 = f64x2.sub(x1, node1);
        const y1 = f64x2.mul(node1, d1);
        const p1 = f64x2.add(f64x2.sub(six, f64x2.mul(d1, d1)), f64x2.mul(y1, f64x2.sub(y1, three)));
        const n1 = f64x2.add(v128.shuffle<f64>(a1, b1, 0, 2), f64x2.mul(f64x2.mul(v128.shuffle<f64>(a1, b1, 1, 3), d1), p1));

        const x2 = f64x2.pmax(f64x2.pmin(f64x2.sub(centre, half), nine), minusNine);
        const t2 = f64x2.add(x2, nodes);
        const node2 = f64x2.sub(t2, nodes);
        const a2 = v128.load(middle + ((i32x4.extract_lane(t2, 0) as usize) << 4));
        const b2 = v128.load(middle + ((i32x4.extract_lane(t2, 2) as usize) << 4));
        const d2 = f64x2.sub(x2, node2);
        const y2 = f64x2.mul(node2, d2);
        const p2 = f64x2.add(f64x2.sub(six, f64x2.mul(d2, d2)), f64x2.mul(y2, f64x2.sub(y2, three)));
        const n2 = f64x2.add(v128.shuffle<f64>(a2, b2, 0, 2), f64x2.mul(f64x2.mul(v128.shuffle<f64>(a2, b2, 1, 3), d2), p2));

        const price = f64x2.sub(f64x2.mul(v128.load(terms), f64x2.sub(n1, leg)), f64x2.mul(strike, f64x2.sub(n2, leg)));
        v128.store(out, f64x2.sub(f64x2.add(f64x2.sub(price, mark), snap), snap));
      }
      // What was just written is still at hand. A number less itself is zero, infinity or NaN less itself is NaN.
      for (let at = out - 128; at < out; at += 16) spoilt = f64x2.add(spoilt, f64x2.sub(v128.load(at), v128.load(at)));
    }
  }
  return f64x2.extract_lane(spoilt, 0) + f64x2.extract_lane(spoilt, 1) === 0 ? 1 : 0;
}
