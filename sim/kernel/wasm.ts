import { CDF_TABLE } from "../math/cdf-table.ts";
import type { CubeInput, Groups, Kernel } from "./kernel.ts";
import { lossOf, requireTail, tailOf } from "./tail.ts";
import { KERNEL_WASM } from "./wasm-bytes.ts";

/** The part of the WebAssembly interface in use: every engine has it, the language's own library does not declare it. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Memory: new (descriptor: { initial: number }) => { readonly buffer: ArrayBuffer; grow(pages: number): number };
  readonly Instance: new (module: object, imports: object) => { readonly exports: object };
};

const PAGE_BYTES = 65_536;

/** What `assembly/kernel.ts` exports; every …At is a byte address. */
interface Exports {
  fillCube(tiles: number, instruments: number, ...addresses: number[]): void;
  sumGroups(
    cubeAt: number,
    instruments: number,
    tiles: number,
    offsetsAt: number,
    instrumentAt: number,
    lotsAt: number,
    from: number,
    to: number,
    rowsAt: number,
  ): void;
  addRow(rowAt: number, toAt: number, length: number): void;
  keepWorst(rowAt: number, count: number, kept: number, scratchAt: number): void;
  isFinite(at: number, count: number): number;
}

/** Farthest deviation of the table, up and down; what rounds to its nodes (1.5 · 2^52 / 256) and to 2^−20 (1.5 · 2^32); 1, ½, ⅙. */
const CONSTANTS = [9, -9, 26_388_279_066_624, 6_442_450_944, 1, 0.5, 0.16666666666666666];

const MODULE = new WebAssembly.Module(bytesOf(KERNEL_WASM));

/**
 * The kernel in WebAssembly with SIMD: the bits of the twin, at a third of its time. Runs in Node and in browsers, without shared memory.
 *
 * @example createMarginEngine(market, parameters, CANONICAL_COUNTS, createWasmKernel());
 */
export function createWasmKernel(): Kernel {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const wasm = new WebAssembly.Instance(MODULE, { env: { memory } }).exports as Exports;
  let end = PAGE_BYTES / 2;

  /** A part of the memory that moves when it gets too small; what it held is then gone. */
  const region = () => {
    let at = 0;
    let capacity = 0;
    return (bytes: number): number => {
      if (bytes <= capacity) return at;
      capacity = Math.ceil((bytes * 1.5) / 64) * 64;
      at = end;
      end += capacity;
      const missing = end - memory.buffer.byteLength;
      if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
      return at;
    };
  };
  const doubles = (at: number, length: number) => new Float64Array(memory.buffer, at, length);

  const tableAt = region()(CDF_TABLE.byteLength);
  doubles(tableAt, CDF_TABLE.length).set(CDF_TABLE);
  const constantsAt = region()(CONSTANTS.length * 16);
  doubles(constantsAt, CONSTANTS.length * 2).set(CONSTANTS.flatMap((constant) => [constant, constant]));
  const inputRegion = region();
  const cubeRegion = region();
  const entryRegion = region();
  const rowRegion = region();
  const scratchRegion = region();
  /** The cube whose numbers the memory holds. */
  let resident: Float64Array | undefined;
  let rowsAt = 0;
  let worst: Float64Array = new Float64Array(0);

  const cubeAt = (cube: Float64Array): number => {
    const at = cubeRegion(cube.byteLength);
    if (resident !== cube) doubles(at, cube.length).set(cube);
    resident = cube;
    return at;
  };

  return {
    fillCube(input: CubeInput, cube: Float64Array) {
      const arrays = [
        input.kind,
        input.column,
        input.underlying,
        input.halfLogStrike,
        input.discountedStrike,
        input.volatility,
        input.tilt,
        input.least,
        input.mark,
        input.discountedForward,
        input.halfLogForward,
        input.halfDeviation,
        input.halfFloor,
        input.logReturn,
        input.simpleReturn,
      ];
      let at = inputRegion(arrays.reduce((bytes, array) => bytes + aligned(array.byteLength), 0));
      const out = cubeRegion(cube.byteLength);
      const addresses = arrays.map((array) => {
        const here = at;
        new Uint8Array(memory.buffer, here, array.byteLength).set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
        at += aligned(array.byteLength);
        return here;
      });
      wasm.fillCube(input.tiles, input.kind.length, ...addresses, tableAt, constantsAt, out);
      cube.set(doubles(out, cube.length));
      resident = cube;
      return wasm.isFinite(out, cube.length) === 1;
    },

    reserveRows(length) {
      rowsAt = rowRegion(length * 8);
    },

    row(from, length) {
      return doubles(rowsAt + from * 8, length);
    },

    sumGroups(cube: Float64Array, instruments: number, tiles: number, { offsets, instrument, lots }: Groups, from, to, at) {
      const first = offsets[from];
      const entries = offsets[to] - first;
      const here = cubeAt(cube);
      const offsetBytes = aligned((to - from + 1) * 4);
      const instrumentBytes = aligned(entries * 4);
      const entriesAt = entryRegion(offsetBytes + instrumentBytes + entries * 8);
      const starts = new Int32Array(memory.buffer, entriesAt, to - from + 1);
      for (let g = from; g <= to; g++) starts[g - from] = offsets[g] - first;
      new Int32Array(memory.buffer, entriesAt + offsetBytes, entries).set(instrument.subarray(first, first + entries));
      doubles(entriesAt + offsetBytes + instrumentBytes, entries).set(lots.subarray(first, first + entries));
      wasm.sumGroups(here, instruments, tiles, entriesAt, entriesAt + offsetBytes, entriesAt + offsetBytes + instrumentBytes, 0, to - from, rowsAt + at * 8);
    },

    addRow(from, to, length) {
      wasm.addRow(rowsAt + from * 8, rowsAt + to * 8, length);
    },

    tailLoss(from, count, population, confidenceBps, expectedShortfall) {
      const tail = tailOf(population, confidenceBps, expectedShortfall);
      requireTail(tail, count);
      const scratchAt = scratchRegion(tail.kept * 8);
      wasm.keepWorst(rowsAt + from * 8, count, tail.kept, scratchAt);
      // One view serves as long as the memory is the same: this is called for every account.
      if (worst.buffer !== memory.buffer || worst.byteOffset !== scratchAt || worst.length < tail.kept) worst = doubles(scratchAt, tail.kept);
      return lossOf(tail, worst);
    },
  };
}

/** Regions start and end where a SIMD load is aligned. */
function aligned(bytes: number): number {
  return Math.ceil(bytes / 16) * 16;
}

function bytesOf(hex: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(hex.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}
