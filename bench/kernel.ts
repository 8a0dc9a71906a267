import { type CubeInput, createTwin, createWasmKernel, type Groups, type Kernel } from "../sim/kernel/index.ts";
import { createRandom, exp, log, power } from "../sim/math/index.ts";
import { median, short } from "./median.ts";

/** The canonical step: 3 underlyings × 5 expiries × 16 strikes, 512 scenarios, 2 000 accounts of 15 positions, ES 99 %. */
const UNDERLYINGS = 3;
const EXPIRIES = 5;
const STRIKES = 16;
const SCENARIOS = 512;
const ACCOUNTS = 2_000;
const POSITIONS = 15;
const INSTRUMENTS = UNDERLYINGS * EXPIRIES * STRIKES;
const TILES = SCENARIOS / 16;
const RUNS = 40;
/** Accounts whose rows are held at once. */
const BLOCK = 48;

/** Options priced per second on one thread, in millions. */
export function priceLine() {
  const { input } = canonical();
  const cube = new Float64Array(INSTRUMENTS * SCENARIOS);
  const speed = (kernel: Kernel) => short((INSTRUMENTS * SCENARIOS) / timed(() => kernel.fillCube(input, cube)) / 1_000);
  return { mPricesPerSecond: speed(createWasmKernel()), twin: speed(createTwin()), threads: 1 };
}

/** Milliseconds of one canonical step: price, sum, tail of every account. */
export function stepLine() {
  return { msPerStep: short(stepMs(createWasmKernel())), twin: short(stepMs(createTwin())), threads: 1 };
}

function stepMs(kernel: Kernel): number {
  const { input, groups } = canonical();
  const cube = new Float64Array(INSTRUMENTS * SCENARIOS);
  let check = 0;
  const ms = timed(() => {
    kernel.fillCube(input, cube);
    for (let from = 0; from < ACCOUNTS; from += BLOCK) {
      const to = Math.min(ACCOUNTS, from + BLOCK);
      kernel.reserveRows((to - from) * SCENARIOS);
      kernel.sumGroups(cube, INSTRUMENTS, TILES, groups, from, to, 0);
      for (let g = from; g < to; g++) check += kernel.tailLoss((g - from) * SCENARIOS, SCENARIOS, SCENARIOS, 9_900, true);
    }
  });
  if (!Number.isFinite(check)) throw new Error("the canonical step gave no finite requirement");
  return ms;
}

function timed(work: () => void): number {
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const start = performance.now();
    work();
    times.push(performance.now() - start);
  }
  return median(times.slice(RUNS / 4));
}

function canonical(): { input: CubeInput; groups: Groups } {
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
  const terms = () => new Float64Array(columns * SCENARIOS);
  const values = () => new Float64Array(INSTRUMENTS);
  const input = {
    tiles: TILES,
    kind: Uint8Array.from({ length: INSTRUMENTS }, (_, i) => 1 + (i % 2)),
    column: Int32Array.from({ length: INSTRUMENTS }, (_, i) => Math.floor(i / STRIKES)),
    underlying: Int32Array.from({ length: INSTRUMENTS }, (_, i) => Math.floor(i / (STRIKES * EXPIRIES))),
    halfLogStrike: values(),
    discountedStrike: values(),
    volatility: values(),
    tilt: values(),
    least: values().fill(0.05),
    mark: values(),
    discountedForward: terms(),
    halfLogForward: terms(),
    halfDeviation: terms(),
    halfFloor: terms(),
    logReturn,
    simpleReturn: logReturn.map((r) => exp(r) - 1),
  };
  const days = [2, 7, 30, 90, 180];
  const spots = [60_000, 3_000, 150];
  for (let c = 0; c < columns; c++) {
    const u = Math.floor(c / EXPIRIES);
    const years = days[c % EXPIRIES] / 365;
    const forward = spots[u] * exp(0.05 * years);
    const discount = exp(-0.04 * years);
    for (let s = 0; s < SCENARIOS; s++) {
      const at = c * SCENARIOS + s;
      const r = logReturn[u * SCENARIOS + s];
      input.discountedForward[at] = discount * forward * exp(r);
      input.halfLogForward[at] = 0.5 * (log(forward) + r);
      input.halfDeviation[at] = 0.5 * Math.sqrt(years) * (1 + Math.min(1.6, power(30 / days[c % EXPIRIES], 0.3)) * move[u * SCENARIOS + s]);
      input.halfFloor[at] = 0.5 * Math.sqrt(years) * 0.05;
    }
    for (let k = 0; k < STRIKES; k++) {
      const i = c * STRIKES + k;
      const z = -2 + (4 * k) / (STRIKES - 1);
      const strike = forward * exp(0.75 * Math.sqrt(years) * z);
      input.halfLogStrike[i] = 0.5 * log(strike);
      input.discountedStrike[i] = discount * strike;
      input.volatility[i] = 0.62 + 0.05 * z * z - 0.03 * z;
      input.tilt[i] = -0.25 / (1 + 2 * Math.sqrt(years));
    }
  }
  return { input, groups: positions(random.fork("positions")) };
}

function positions(random: ReturnType<typeof createRandom>): Groups {
  return {
    offsets: Int32Array.from({ length: ACCOUNTS + 1 }, (_, a) => a * POSITIONS),
    instrument: Int32Array.from({ length: ACCOUNTS * POSITIONS }, () => random.integer(INSTRUMENTS)),
    lots: Float64Array.from({ length: ACCOUNTS * POSITIONS }, () => Math.round(random.normal() * 20) || 1),
  };
}
