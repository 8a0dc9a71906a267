import { createTwin, createWasmKernel, type Kernel, tailOf } from "../../sim/kernel/index.ts";
import { createRandom, exp, log, normalCdf, normalQuantile, power } from "../../sim/math/index.ts";
import { black76 } from "../../sim/pricing/black76.ts";

/**
 * The engine's arithmetic on many inputs, folded into one number per part: what runs in Node and in a browser to be compared.
 * It may import nothing but `sim/`.
 */
export function workload(): Record<string, string> {
  const random = createRandom("the same bits everywhere");
  const draw = (low: number, high: number) => low + (high - low) * random.uniform();
  const many = (f: () => number) => Float64Array.from({ length: 20_000 }, f);
  return {
    exp: fold(many(() => exp(draw(-40, 40)))),
    log: fold(many(() => log(draw(1e-6, 1e6)))),
    power: fold(many(() => power(draw(0.01, 100), draw(-3, 3)))),
    normal: fold(many(() => normalCdf(draw(-9, 9)) + normalQuantile(draw(0.001, 0.999)))),
    black76: fold(many(() => black76("put", draw(10, 1e5), draw(10, 1e5), draw(0.001, 1), draw(0.1, 2), 0.98))),
    twin: fold(kernelRun(createTwin())),
    wasm: fold(kernelRun(createWasmKernel())),
  };
}

function kernelRun(kernel: Kernel): Float64Array {
  const random = createRandom("kernel");
  const [instruments, tiles] = [48, 4];
  const scenarios = 16 * tiles;
  const between = (length: number, low: number, high: number) => Float64Array.from({ length }, () => low + (high - low) * random.uniform());
  const logReturn = between(scenarios, -0.4, 0.4);
  const input = {
    shocks: {
      tiles,
      logReturn,
      growth: logReturn.map(exp),
      volatilityMove: between(scenarios, -0.4, 0.9),
      volatilityFloor: between(scenarios, 0.05, 0.2),
      tilt: between(scenarios, -0.5, 0),
    },
    simpleReturn: between(scenarios, -0.4, 0.4),
    columns: {
      underlying: new Int32Array(2),
      discountedForward: between(2, 1_000, 8_000),
      logForward: between(2, 7, 9),
      halfRoot: between(2, 0.05, 0.4),
      termScale: between(2, 0.6, 1.6),
      tiltScale: between(2, 0.6, 1.6),
      deepestTilt: between(2, -0.6, -0.3),
      atTheMoney: between(2, 0.1, 0.5),
      rho: between(2, -0.3, 0.3),
      rhoPerTilt: between(2, 0.5, 0.8),
    },
    kind: Uint8Array.from({ length: instruments }, (_, i) => i % 3),
    place: Int32Array.from({ length: instruments }, (_, i) => (i % 3 === 0 ? 0 : i % 2)),
    halfLogStrike: between(instruments, 3.5, 4.5),
    discountedStrike: between(instruments, 1_000, 8_000),
    volatility: between(instruments, 0.2, 1.5),
    slope: between(instruments, -0.3, 0.3),
    rotation: between(instruments, -0.2, 0.2),
    rotationSlope: between(instruments, 0.1, 0.6),
    mark: between(instruments, 10, 500),
  };
  const book = {
    first: Int32Array.of(0, 2, 3),
    offsets: Int32Array.of(0, 12, 20, instruments),
    instrument: Int32Array.from({ length: instruments }, (_, i) => i),
    lots: between(instruments, -99, 99).map(Math.floor),
  };
  const tails = [9_000, 9_700, 9_990].map((confidence) => ({ offset: 0, count: scenarios, tail: tailOf(scenarios, confidence, true) }));
  const yardstick = { families: [...tails, { offset: 0, count: 29 }], damping: between(scenarios, 0.3, 1) };
  kernel.price(input);
  const { groups, joint, worst } = kernel.measure(input, book, 0, 2, yardstick);
  const measured = [...groups, ...joint, ...worst];
  return Float64Array.from([...kernel.cubeOf(input), ...measured, ...kernel.profitAndLoss(input, book, 0, instruments)]);
}

/** FNV-1a over the bytes of the numbers. */
function fold(values: Float64Array): string {
  let hash = 0x811c9dc5;
  for (const byte of new Uint8Array(values.buffer)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash.toString(16);
}
