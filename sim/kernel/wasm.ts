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
type Exports = Readonly<
  Record<"fillTerms" | "fillCube" | "sumTiles" | "fillScreen" | "markSpoilt" | "measureAccounts" | "measureRow", (...numbers: number[]) => number>
>;

/** Farthest deviation of the table, up and down; what rounds to its nodes (1.5 · 2^52 / 256) and to 2^−20 (1.5 · 2^32); 3 and 6. */
const CONSTANTS = [9, -9, 26_388_279_066_624, 6_442_450_944, 3, 6];

/** Numbers of 8 bytes in one column, the terms of one scenario of it, one instrument and one family: as in `assembly/kernel.ts`. */
const COLUMN = 10;
const TERMS = 6;
const INSTRUMENT = 8;
const FAMILY = 5;
/** The fields of `Measurement` of `assembly/layout.ts`, two to a number of 8 bytes. */
const MEASUREMENT = 14;

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
  const screenRegion = region();
  const entryRegion = region();
  const rowRegion = region();
  const yardstickRegion = region();
  const scratchRegion = region();
  const lossRegion = region();
  const measurementAt = region()(MEASUREMENT);

  /** What the memory holds now. */
  let shocks: Shocks | undefined;
  let shocksAt: readonly number[] = [];
  let cube: CubeInput | undefined;
  let cubeAt = 0;
  let isFinite = false;
  let screen: CubeInput | undefined;
  let screenAt = 0;
  let largestAt = 0;

  const loadShocks = (wanted: Shocks): void => {
    if (shocks === wanted) return;
    const arrays = [wanted.logReturn, wanted.growth, wanted.volatilityMove, wanted.volatilityFloor, wanted.tilt];
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
    const [logReturnAt, growthAt, volatilityMoveAt, volatilityFloorAt, tiltAt] = shocksAt;
    const columnsAt = columnRegion(columnCount * COLUMN);
    const termsAt = termRegion(columnCount * tiles * 16 * TERMS);
    const instrumentsAt = instrumentRegion(kind.length * INSTRUMENT);
    const simpleReturnAt = returnRegion(simpleReturn.length);
    cubeAt = cubeRegion(kind.length * tiles * 16);
    doubles(simpleReturnAt, simpleReturn.length).set(simpleReturn);
    writeColumns(columns, doubles(columnsAt, columnCount * COLUMN), integers(columnsAt, columnCount * COLUMN * 2));
    writeInstruments(input, doubles(instrumentsAt, kind.length * INSTRUMENT), integers(instrumentsAt, kind.length * INSTRUMENT * 2));
    wasm.fillTerms(tiles, columnCount, columnsAt, logReturnAt, growthAt, volatilityMoveAt, volatilityFloorAt, tiltAt, termsAt);
    isFinite = wasm.fillCube(tiles, kind.length, instrumentsAt, termsAt, simpleReturnAt, tableAt, constantsAt, cubeAt) === 1;
    cube = input;
    screen = undefined;
  };

  /** The cube in single precision. */
  const loadScreen = (input: CubeInput): void => {
    if (cube !== input) price(input);
    if (screen === input) return;
    const { tiles } = input.shocks;
    const instruments = input.kind.length;
    const wide = Math.ceil(tiles / 2);
    largestAt = screenRegion(instruments * (1 + wide * 16));
    screenAt = largestAt + 8 * instruments;
    wasm.fillScreen(tiles, wide, instruments, cubeAt, screenAt, largestAt);
    if (!isFinite) wasm.markSpoilt(tiles, instruments, cubeAt, largestAt);
    screen = input;
  };

  /** Writes entries first…last−1, and where groups begin…end−1 of `offsets` begin among them; returns where they are. */
  const loadEntries = ({ instrument, lots }: Entries, offsets: Int32Array, begin: number, end: number) => {
    const [first, last] = [offsets[begin], offsets[end]];
    const entries = last - first;
    const lotsAt = entryRegion(2 * entries + (end - begin) + 2);
    const screenLotsAt = lotsAt + 8 * entries;
    const instrumentAt = screenLotsAt + 4 * entries;
    const offsetsAt = instrumentAt + 4 * entries;
    const own = lots.subarray(first, last);
    doubles(lotsAt, entries).set(own);
    new Float32Array(memory.buffer, screenLotsAt, entries).set(own);
    integers(instrumentAt, entries).set(instrument.subarray(first, last));
    const starts = integers(offsetsAt, end - begin + 1);
    for (let g = begin; g <= end; g++) starts[g - begin] = offsets[g] - first;
    return { lotsAt, screenLotsAt, instrumentAt, offsetsAt };
  };

  /** Writes a yardstick; returns where its families and its damping are. */
  const loadYardstick = ({ families, damping }: Yardstick): readonly [number, number] => {
    const familiesAt = yardstickRegion(families.length * FAMILY + damping.length);
    const numbers = doubles(familiesAt, families.length * FAMILY);
    const counts = integers(familiesAt, families.length * FAMILY * 2);
    for (const [f, { offset, count, tail }] of families.entries()) {
      counts.set([offset, count, tail?.kept ?? 0, tail?.whole ?? 0], f * FAMILY * 2);
      numbers.set([tail?.part ?? 0, tail?.mass ?? 0, tail === undefined ? 0 : depthOf(tail.kept, count)], f * FAMILY + 2);
    }
    const dampingAt = familiesAt + numbers.byteLength;
    doubles(dampingAt, damping.length).set(damping);
    return [familiesAt, dampingAt];
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
      if (cube !== input) price(input);
      const { tiles } = input.shocks;
      const { lotsAt, instrumentAt, offsetsAt } = loadEntries(entries, Int32Array.of(from, to), 0, 1);
      const rowAt = rowRegion(tiles * 16);
      wasm.sumTiles(tiles, input.kind.length, cubeAt, 1, offsetsAt, instrumentAt, lotsAt, rowAt);
      return doubles(rowAt, tiles * 16);
    },

    measure(input, book, from, to, yardstick) {
      loadScreen(input);
      const families = yardstick.families.length;
      const [begin, end, accounts] = [book.first[from], book.first[to], to - from];
      const groups = end - begin;
      const { lotsAt, screenLotsAt, instrumentAt, offsetsAt } = loadEntries(book, book.offsets, begin, end);
      const [familiesAt, dampingAt] = loadYardstick(yardstick);
      const { screenTiles, dampedTile, dampedTiles, longest } = spansOf(yardstick);
      const screenRowsAt = rowRegion((groups + 1) * (screenTiles * 17 + dampedTiles * 16));
      const screenLeastAt = screenRowsAt + (groups + 1) * screenTiles * 128;
      const dampedRowsAt = screenLeastAt + (groups + 1) * screenTiles * 8;
      const exactAt = scratchRegion(2 * longest + 8);
      const valuesAt = exactAt + 8 * longest + 16;
      const indicesAt = valuesAt + 4 * longest + 16;
      const groupLossAt = lossRegion((groups + accounts) * families + accounts + 1);
      const jointLossAt = groupLossAt + groups * families * 8;
      const worstAt = jointLossAt + accounts * families * 8;
      const firstAt = worstAt + accounts * 4;
      const firsts = integers(firstAt, accounts + 1);
      for (let a = from; a <= to; a++) firsts[a - from] = book.first[a] - begin;
      integers(measurementAt, MEASUREMENT * 2).set([
        ...[input.kind.length, cubeAt, screenAt, largestAt],
        ...[instrumentAt, lotsAt, screenLotsAt, groups, offsetsAt, accounts, firstAt],
        ...[families, familiesAt, dampingAt, screenTiles, dampedTile, dampedTiles],
        ...[screenRowsAt, screenLeastAt, dampedRowsAt, exactAt, valuesAt, indicesAt],
        ...[groupLossAt, jointLossAt, worstAt],
      ]);
      wasm.measureAccounts(measurementAt);
      return { groups: doubles(groupLossAt, groups * families), joint: doubles(jointLossAt, accounts * families), worst: integers(worstAt, accounts) };
    },

    measureRow(row, yardstick) {
      const families = yardstick.families.length;
      const rowAt = rowRegion(row.length);
      const [familiesAt, dampingAt] = loadYardstick(yardstick);
      const exactAt = scratchRegion(spansOf(yardstick).longest + 2);
      const lossAt = lossRegion(families);
      doubles(rowAt, row.length).set(row);
      wasm.measureRow(rowAt, families, familiesAt, dampingAt, exactAt, lossAt);
      return doubles(lossAt, families);
    },
  };
}

/** Which tiles a yardstick looks at: those up to the end of all tails, in tiles of 32; those of families without one; and how long its longest family is. */
function spansOf({ families }: Yardstick): { screenTiles: number; dampedTile: number; dampedTiles: number; longest: number } {
  let [tails, dampedFrom, dampedTo, longest] = [0, Number.POSITIVE_INFINITY, 0, 0];
  for (const { offset, count, tail } of families) {
    longest = Math.max(longest, count);
    if (tail !== undefined) tails = Math.max(tails, offset + count);
    else {
      dampedFrom = Math.min(dampedFrom, offset);
      dampedTo = Math.max(dampedTo, offset + count);
    }
  }
  const dampedTile = dampedTo === 0 ? 0 : dampedFrom / 16;
  return { screenTiles: Math.ceil(tails / 32), dampedTile, dampedTiles: dampedTo === 0 ? 0 : Math.ceil(dampedTo / 16) - dampedTile, longest };
}

/**
 * How far the least of 16 numbers reach where a number of `count` is among the `kept` least, and two standard deviations of luck further, in standard
 * deviations of those least: a guess to begin a search at, exact for normal numbers.
 */
function depthOf(kept: number, count: number): number {
  const reached = Math.min(0.9, (kept + 2 * Math.sqrt(kept) + 1) / count);
  return normalQuantile(Math.min(0.999, 1 - power(1 - reached, 16)));
}

function writeColumns(columns: CubeInput["columns"], numbers: Float64Array, counts: Int32Array): void {
  const { underlying, discountedForward, logForward, halfRoot, termScale, tiltScale, deepestTilt, atTheMoney, rho, rhoPerTilt } = columns;
  for (let c = 0; c < underlying.length; c++) {
    const at = c * COLUMN;
    numbers[at] = discountedForward[c];
    numbers[at + 1] = logForward[c];
    numbers[at + 2] = halfRoot[c];
    numbers[at + 3] = termScale[c];
    counts[(at + 4) * 2] = underlying[c];
    numbers[at + 5] = tiltScale[c];
    numbers[at + 6] = deepestTilt[c];
    numbers[at + 7] = atTheMoney[c];
    numbers[at + 8] = rho[c];
    numbers[at + 9] = rhoPerTilt[c];
  }
}

function writeInstruments(input: CubeInput, numbers: Float64Array, counts: Int32Array): void {
  const { kind, place, mark, halfLogStrike, discountedStrike, volatility, slope, rotation, rotationSlope } = input;
  for (let i = 0; i < kind.length; i++) {
    const at = i * INSTRUMENT;
    counts[at * 2] = kind[i];
    counts[at * 2 + 1] = place[i];
    numbers[at + 1] = mark[i];
    numbers[at + 2] = halfLogStrike[i];
    numbers[at + 3] = discountedStrike[i];
    numbers[at + 4] = volatility[i];
    numbers[at + 5] = slope[i];
    numbers[at + 6] = rotation[i];
    numbers[at + 7] = rotationSlope[i];
  }
}

function bytesOf(hex: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(hex.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}
