import { type CubeInput, createTwin, createWasmKernel, type Groups, type Kernel, tailOf, type Yardstick } from "../sim/kernel/index.ts";
import { createRandom, exp, log, power } from "../sim/math/index.ts";
import { priceRatios, stepRatios } from "./limit.ts";
import { short } from "./median.ts";

/** The canonical step: 3 underlyings × 5 expiries × 16 strikes, 512 scenarios, 2 000 accounts of 15 positions, ES 99 %. */
const UNDERLYINGS = 3;
const EXPIRIES = 5;
const STRIKES = 16;
const SCENARIOS = 512;
const ACCOUNTS = 2_000;
const POSITIONS = 15;
const INSTRUMENTS = UNDERLYINGS * EXPIRIES * STRIKES;
const TILES = SCENARIOS / 16;
const RUNS = 100;
/** Accounts whose rows are held at once, as the engine holds them. */
const BLOCK = 200;

/** Options priced per second on one thread, in millions. */
export function priceLine() {
  const { input } = canonical();
  const speed = (kernel: Kernel, runs: number) => (INSTRUMENTS * SCENARIOS) / best(runs, () => kernel.price(input)) / 1_000;
  return { ...priceRatios(() => speed(createWasmKernel(), RUNS)), twin: short(speed(createTwin(), 3)), threads: 1 };
}

/** Milliseconds of one canonical step: price, sum, tail of every account. */
export function stepLine() {
  return { ...stepRatios(() => stepMs(createWasmKernel(), RUNS)), twin: short(stepMs(createTwin(), 3)), threads: 1 };
}

function stepMs(kernel: Kernel, runs: number): number {
  const { input, groups, yardstick } = canonical();
  let check = 0;
  const ms = best(runs, () => {
    kernel.price(input);
    for (let from = 0; from < ACCOUNTS; from += BLOCK) {
      const to = Math.min(ACCOUNTS, from + BLOCK);
      const { joint } = kernel.measure(input, groups, from, to, yardstick);
      for (let a = 0; a < to - from; a++) check += joint[a];
    }
  });
  if (!Number.isFinite(check)) throw new Error("the canonical step gave no finite requirement");
  return ms;
}

/** The best of several runs, as the reference kernels are timed. */
function best(runs: number, work: () => unknown): number {
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs; run++) {
    const start = performance.now();
    work();
    least = Math.min(least, performance.now() - start);
  }
  return least;
}

function canonical(): { input: CubeInput; groups: Groups; yardstick: Yardstick } {
  const random = createRandom("canonical step");
  const logReturn = new Float64Array(UNDERLYINGS * SCENARIOS);
  const move = new Float64Array(logReturn.length);
  for (let s = 0; s < SCENARIOS; s++) {
    const common = random.normal();
    for (let u = 0; u < UNDERLYINGS; u++) {
      const r = 0.05 * (0.85 * common + 0.53 * random.normal());
      logReturn[u * SCENARIOS + s] = r;
      move[u * SCENARIOS + s] = -1.5 * r + 0.1 * random.normal();
    }
  }
  const columns = UNDERLYINGS * EXPIRIES;
  const values = () => new Float64Array(INSTRUMENTS);
  const growth = logReturn.map((r) => exp(r));
  const input = {
    shocks: {
      tiles: TILES,
      logReturn,
      growth,
      volatilityMove: move,
      volatilityFloor: new Float64Array(logReturn.length).fill(0.05),
      tilt: new Float64Array(logReturn.length),
    },
    simpleReturn: growth.map((g) => g - 1),
    columns: {
      underlying: Int32Array.from({ length: columns }, (_, c) => Math.floor(c / EXPIRIES)),
      discountedForward: new Float64Array(columns),
      logForward: new Float64Array(columns),
      halfRoot: new Float64Array(columns),
      termScale: new Float64Array(columns),
      tiltScale: new Float64Array(columns),
      deepestTilt: new Float64Array(columns),
      atTheMoney: new Float64Array(columns).fill(0.05),
      rho: new Float64Array(columns),
      rhoPerTilt: new Float64Array(columns),
    },
    kind: Uint8Array.from({ length: INSTRUMENTS }, (_, i) => 1 + (i % 2)),
    place: Int32Array.from({ length: INSTRUMENTS }, (_, i) => Math.floor(i / STRIKES)),
    halfLogStrike: values(),
    discountedStrike: values(),
    volatility: values(),
    slope: values(),
    rotation: values(),
    rotationSlope: values(),
    mark: values(),
  };
  const days = [2, 7, 30, 90, 180];
  const spots = [60_000, 3_000, 150];
  for (let c = 0; c < columns; c++) {
    const years = days[c % EXPIRIES] / 365;
    const forward = spots[Math.floor(c / EXPIRIES)] * exp(0.05 * years);
    const discount = exp(-0.04 * years);
    input.columns.discountedForward[c] = discount * forward;
    input.columns.logForward[c] = log(forward);
    input.columns.halfRoot[c] = 0.5 * Math.sqrt(years);
    input.columns.termScale[c] = Math.min(1.6, power(30 / days[c % EXPIRIES], 0.3));
    for (let k = 0; k < STRIKES; k++) {
      const i = c * STRIKES + k;
      const z = -2 + (4 * k) / (STRIKES - 1);
      const strike = forward * exp(0.75 * Math.sqrt(years) * z);
      input.halfLogStrike[i] = 0.5 * log(strike);
      input.discountedStrike[i] = discount * strike;
      input.volatility[i] = 0.62 + 0.05 * z * z - 0.03 * z;
      input.slope[i] = 0.25 / (1 + 2 * Math.sqrt(years));
    }
  }
  const yardstick = { families: [{ offset: 0, count: SCENARIOS, tail: tailOf(SCENARIOS, 9_900, true) }], damping: new Float64Array(SCENARIOS).fill(1) };
  return { input, groups: positions(random.fork("positions")), yardstick };
}

function positions(random: ReturnType<typeof createRandom>): Groups {
  return {
    first: Int32Array.from({ length: ACCOUNTS + 1 }, (_, a) => a),
    offsets: Int32Array.from({ length: ACCOUNTS + 1 }, (_, a) => a * POSITIONS),
    instrument: Int32Array.from({ length: ACCOUNTS * POSITIONS }, () => random.integer(INSTRUMENTS)),
    lots: Float64Array.from({ length: ACCOUNTS * POSITIONS }, () => Math.round(random.normal() * 20) || 1),
  };
}
