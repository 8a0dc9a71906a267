import { CDF_TABLE } from "../math/cdf-table.ts";
import { normalQuantile } from "../math/normal.ts";
import { power } from "../math/power.ts";
import type { CubeInput, Entries, Kernel, Shocks, Yardstick } from "./kernel.ts";
import { KERNEL_WASM } from "./wasm-bytes.ts";

/** The part of the WebAssembly interface in use: every engine has it, the language's own library does not declare it. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Memory: new (descriptor: { initial: number }) => { readonly buffer: ArrayBuffer; grow(pages: number): number };
  readonly Instance: new (module: object, imports: object) => { readonly exports: object };
};

const PAGE_BYTES = 65_536;

/** What `assembly/kernel.ts` exports, its arguments in its order: counts, and byte addresses. */
type Exports = Readonly<Record<"fillTerms" | "fillCube" | "sumGroups" | "measureAccounts" | "addRows" | "measureRow", (...numbers: number[]) => number>>;

/** Farthest deviation of the table, up and down; what rounds to its nodes (1.5 · 2^52 / 256) and to 2^−20 (1.5 · 2^32); 1, ½, ⅙. */
const CONSTANTS = [9, -9, 26_388_279_066_624, 6_442_450_944, 1, 0.5, 0.16666666666666666];

/** Numbers of 8 bytes in one column, the terms of one scenario of it, one instrument and one family: as in `assembly/kernel.ts`. */
const COLUMN = 6;
const TERMS = 5;
const INSTRUMENT = 8;
const FAMILY = 5;

const MODULE = new WebAssembly.Module(bytesOf(KERNEL_WASM));

/**
 * The kernel in WebAssembly with SIMD: the bits of the twin, at a fraction of its time (`make bench` says which). Runs in Node and in browsers,
 * without shared memory.
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
    return (numbers: number): number => {
      const bytes = numbers * 8;
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
  const integers = (at: number, length: number) => new Int32Array(memory.buffer, at, length);

  const tableAt = region()(CDF_TABLE.length);
  doubles(tableAt, CDF_TABLE.length).set(CDF_TABLE);
  const constantsAt = region()(CONSTANTS.length * 2);
  doubles(constantsAt, CONSTANTS.length * 2).set(CONSTANTS.flatMap((constant) => [constant, constant]));
  const shockRegion = region();
  const returnRegion = region();
  const columnRegion = region();
  const termRegion = region();
  const instrumentRegion = region();
  const cubeRegion = region();
  const entryRegion = region();
  const rowRegion = region();
  const yardstickRegion = region();
  const lossRegion = region();

  /** What the memory holds now. */
  let shocks: Shocks | undefined;
  let shocksAt: readonly number[] = [];
  let cube: CubeInput | undefined;
  let cubeAt = 0;
  let isFinite = false;

  const loadShocks = (wanted: Shocks): void => {
    if (shocks === wanted) return;
    const arrays = [wanted.logReturn, wanted.growth, wanted.volatilityMove, wanted.volatilityFloor];
    let at = shockRegion(arrays.reduce((sum, { length }) => sum + length, 0));
    shocksAt = arrays.map((array) => {
      const here = at;
      doubles(here, array.length).set(array);
      at += array.byteLength;
      return here;
    });
    shocks = wanted;
  };

  const price = (input: CubeInput): void => {
    const { tiles } = input.shocks;
    const { columns, kind, simpleReturn } = input;
    const columnCount = columns.underlying.length;
    loadShocks(input.shocks);
    const [logReturnAt, growthAt, volatilityMoveAt, volatilityFloorAt] = shocksAt;
    const columnsAt = columnRegion(columnCount * COLUMN);
    const termsAt = termRegion(columnCount * tiles * 16 * TERMS);
    const instrumentsAt = instrumentRegion(kind.length * INSTRUMENT);
    const simpleReturnAt = returnRegion(simpleReturn.length);
    cubeAt = cubeRegion(kind.length * tiles * 16);
    doubles(simpleReturnAt, simpleReturn.length).set(simpleReturn);
    writeColumns(columns, doubles(columnsAt, columnCount * COLUMN), integers(columnsAt, columnCount * COLUMN * 2));
    writeInstruments(input, doubles(instrumentsAt, kind.length * INSTRUMENT), integers(instrumentsAt, kind.length * INSTRUMENT * 2));
    wasm.fillTerms(tiles, columnCount, columnsAt, logReturnAt, growthAt, volatilityMoveAt, volatilityFloorAt, termsAt);
    isFinite = wasm.fillCube(tiles, kind.length, instrumentsAt, termsAt, simpleReturnAt, tableAt, constantsAt, cubeAt) === 1;
    cube = input;
  };

  /** Sums groups from…to−1 of `offsets` into rows, with the least of each tile behind them. Returns where both are, and room for one row more. */
  const sumGroups = (input: CubeInput, { instrument, lots }: Entries, offsets: Int32Array, from: number, to: number) => {
    if (cube !== input) price(input);
    const { tiles } = input.shocks;
    const [first, groups] = [offsets[from], to - from];
    const entries = offsets[to] - first;
    const lotsAt = entryRegion(2 * entries + groups + 2);
    const instrumentAt = lotsAt + 8 * entries;
    const offsetsAt = instrumentAt + 4 * entries;
    const rowsAt = rowRegion((groups + 1) * tiles * 17);
    const leastAt = rowsAt + (groups + 1) * tiles * 128;
    doubles(lotsAt, entries).set(lots.subarray(first, first + entries));
    integers(instrumentAt, entries).set(instrument.subarray(first, first + entries));
    const starts = integers(offsetsAt, groups + 1);
    for (let g = from; g <= to; g++) starts[g - from] = offsets[g] - first;
    wasm.sumGroups(tiles, input.kind.length, cubeAt, groups, offsetsAt, instrumentAt, lotsAt, rowsAt, leastAt);
    return { rowsAt, leastAt, spareRowAt: rowsAt + groups * tiles * 128, spareLeastAt: leastAt + groups * tiles * 8 };
  };

  /** Writes a yardstick; returns where its families, its damping and room to look for its longest tail are. */
  const loadYardstick = ({ families, damping }: Yardstick): readonly [number, number, number] => {
    const longest = families.reduce((most, { count, tail }) => Math.max(most, count + (tail?.kept ?? 0) + 4), 0);
    const familiesAt = yardstickRegion(families.length * FAMILY + damping.length + longest);
    const numbers = doubles(familiesAt, families.length * FAMILY);
    const counts = integers(familiesAt, families.length * FAMILY * 2);
    families.forEach(({ offset, count, tail }, f) => {
      counts.set([offset, count, tail?.kept ?? 0, tail?.whole ?? 0], f * FAMILY * 2);
      numbers.set([tail?.part ?? 0, tail?.mass ?? 0, tail === undefined ? 0 : depthOf(tail.kept, count)], f * FAMILY + 2);
    });
    const dampingAt = familiesAt + numbers.byteLength;
    doubles(dampingAt, damping.length).set(damping);
    return [familiesAt, dampingAt, dampingAt + damping.byteLength];
  };

  return {
    price(input) {
      price(input);
      return isFinite;
    },

    cubeOf(input) {
      if (cube !== input) price(input);
      return doubles(cubeAt, input.kind.length * input.shocks.tiles * 16).slice();
    },

    profitAndLoss(input, entries, from, to) {
      const { rowsAt } = sumGroups(input, entries, Int32Array.of(from, to), 0, 1);
      return doubles(rowsAt, input.shocks.tiles * 16);
    },

    measure(input, book, from, to, yardstick) {
      const { tiles } = input.shocks;
      const families = yardstick.families.length;
      const [begin, accounts] = [book.first[from], to - from];
      const groups = book.first[to] - begin;
      const { rowsAt, leastAt, spareRowAt, spareLeastAt } = sumGroups(input, book, book.offsets, begin, begin + groups);
      const [familiesAt, dampingAt, scratchAt] = loadYardstick(yardstick);
      const groupLossAt = lossRegion((groups + accounts) * families + accounts + 1);
      const jointLossAt = groupLossAt + groups * families * 8;
      const worstAt = jointLossAt + accounts * families * 8;
      const firstAt = worstAt + accounts * 4;
      const firsts = integers(firstAt, accounts + 1);
      for (let a = from; a <= to; a++) firsts[a - from] = book.first[a] - begin;
      const places = [firstAt, families, familiesAt, dampingAt, scratchAt, spareRowAt, spareLeastAt, groupLossAt, jointLossAt, worstAt];
      wasm.measureAccounts(tiles, rowsAt, leastAt, accounts, ...places);
      return { groups: doubles(groupLossAt, groups * families), joint: doubles(jointLossAt, accounts * families), worst: integers(worstAt, accounts) };
    },

    measureRow(row, yardstick) {
      const tiles = row.length / 16;
      const families = yardstick.families.length;
      const rowAt = rowRegion(2 * (tiles * 17));
      const [sumAt, leastAt] = [rowAt + tiles * 128, rowAt + tiles * 256];
      const [familiesAt, dampingAt, scratchAt] = loadYardstick(yardstick);
      const lossAt = lossRegion(families);
      doubles(rowAt, row.length).set(row);
      wasm.addRows(tiles, rowAt, 1, sumAt, leastAt);
      wasm.measureRow(tiles, sumAt, leastAt, families, familiesAt, dampingAt, scratchAt, lossAt);
      return doubles(lossAt, families);
    },
  };
}

/**
 * How far the least of 16 numbers reach where a number of `count` is among the `kept` least, and two standard deviations of luck further, in standard
 * deviations of those least: a guess to begin a search at, exact for normal numbers.
 */
function depthOf(kept: number, count: number): number {
  const reached = Math.min(0.9, (kept + 2 * Math.sqrt(kept) + 1) / count);
  return normalQuantile(Math.min(0.999, 1 - power(1 - reached, 16)));
}

function writeColumns(
  { underlying, discountedForward, logForward, halfRoot, termScale }: CubeInput["columns"],
  numbers: Float64Array,
  counts: Int32Array,
): void {
  for (let c = 0; c < underlying.length; c++) {
    const at = c * COLUMN;
    numbers[at] = discountedForward[c];
    numbers[at + 1] = logForward[c];
    numbers[at + 2] = halfRoot[c];
    numbers[at + 3] = termScale[c];
    counts[(at + 4) * 2] = underlying[c];
  }
}

function writeInstruments(input: CubeInput, numbers: Float64Array, counts: Int32Array): void {
  const { kind, place, mark, halfLogStrike, discountedStrike, volatility, tilt, least } = input;
  for (let i = 0; i < kind.length; i++) {
    const at = i * INSTRUMENT;
    counts[at * 2] = kind[i];
    counts[at * 2 + 1] = place[i];
    numbers[at + 1] = mark[i];
    numbers[at + 2] = halfLogStrike[i];
    numbers[at + 3] = discountedStrike[i];
    numbers[at + 4] = volatility[i];
    numbers[at + 5] = tilt[i];
    numbers[at + 6] = least[i];
  }
}

function bytesOf(hex: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(hex.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}
