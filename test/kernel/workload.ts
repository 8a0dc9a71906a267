import { createTwin, createWasmKernel, type Kernel } from "../../sim/kernel/index.ts";
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
  const cube = new Float64Array(instruments * scenarios);
  kernel.fillCube(
    {
      tiles,
      kind: Uint8Array.from({ length: instruments }, (_, i) => i % 3),
      column: Int32Array.from({ length: instruments }, (_, i) => i % 2),
      underlying: new Int32Array(instruments),
      halfLogStrike: between(instruments, 3.5, 4.5),
      discountedStrike: between(instruments, 1_000, 8_000),
      volatility: between(instruments, 0.2, 1.5),
      tilt: between(instruments, -0.3, 0.3),
      least: between(instruments, 0.1, 0.5),
      mark: between(instruments, 10, 500),
      discountedForward: between(2 * scenarios, 1_000, 8_000),
      halfLogForward: between(2 * scenarios, 3.5, 4.5),
      halfDeviation: between(2 * scenarios, 0.05, 0.4),
      halfFloor: between(2 * scenarios, 0.01, 0.05),
      logReturn: between(scenarios, -0.4, 0.4),
      simpleReturn: between(scenarios, -0.4, 0.4),
    },
    cube,
  );
  kernel.reserveRows(2 * scenarios);
  const groups = {
    offsets: Int32Array.of(0, 20, instruments),
    instrument: Int32Array.from({ length: instruments }, (_, i) => i),
    lots: between(instruments, -99, 99).map(Math.floor),
  };
  kernel.sumGroups(cube, instruments, tiles, groups, 0, 2, 0);
  kernel.addRow(0, scenarios, scenarios);
  const tails = [9_000, 9_700, 9_990].map((confidence) => kernel.tailLoss(scenarios, scenarios, scenarios, confidence, true));
  return Float64Array.from([...cube, ...kernel.row(0, 2 * scenarios), ...tails]);
}

/** FNV-1a over the bytes of the numbers. */
function fold(values: Float64Array): string {
  let hash = 0x811c9dc5;
  for (const byte of new Uint8Array(values.buffer)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash.toString(16);
}
