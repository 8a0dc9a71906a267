import { expect, test } from "vitest";
import { type CubeInput, createTwin, createWasmKernel, type Groups, tailOf, type Yardstick } from "../../sim/kernel/index.ts";
import { createRandom, type Random } from "../../sim/math/index.ts";

// The WebAssembly tells in single precision which scenarios can be in a tail; the twin knows of no screen. Books made to mislead it have to have
// the twin's bits all the same.

const TILES = 43;
const S = TILES * 16;
const INSTRUMENTS = 24;

/** Linear instruments with these returns by scenario; the sizes of their marks are `decades` apart. */
function linear(returnOf: (instrument: number, scenario: number) => number, mark: (instrument: number) => number): CubeInput {
  const none = new Float64Array(0);
  const flat = new Float64Array(INSTRUMENTS);
  return {
    shocks: {
      tiles: TILES,
      logReturn: new Float64Array(S),
      growth: new Float64Array(S).fill(1),
      volatilityMove: new Float64Array(S),
      volatilityFloor: new Float64Array(S),
      tilt: new Float64Array(S),
    },
    simpleReturn: Float64Array.from({ length: INSTRUMENTS * S }, (_, at) => returnOf(Math.floor(at / S), at % S)),
    columns: {
      underlying: new Int32Array(0),
      ...{ discountedForward: none, logForward: none, halfRoot: none, termScale: none },
      ...{ tiltScale: none, deepestTilt: none, atTheMoney: none, rho: none, rhoPerTilt: none },
    },
    kind: new Uint8Array(INSTRUMENTS),
    place: Int32Array.from({ length: INSTRUMENTS }, (_, i) => i),
    halfLogStrike: flat,
    discountedStrike: flat,
    volatility: flat,
    slope: flat,
    rotation: flat,
    rotationSlope: flat,
    mark: Float64Array.from({ length: INSTRUMENTS }, (_, i) => mark(i)),
  };
}

/** As the engine has them: a long family, a short one that begins within a tile of 32, and one without a tail. */
function yardstick(population: number, isShortfall: boolean): Yardstick {
  const tail = (of: number) => tailOf(of, 9_900, isShortfall);
  const families = [
    { offset: 0, count: 541, tail: tail(population) },
    { offset: 560, count: 67, tail: tail(128) },
    { offset: 640, count: 41 },
  ];
  return { families, damping: Float64Array.from({ length: S }, (_, s) => (s % 3 === 0 ? 0.5 : 1)) };
}

/** Accounts of none to four groups. */
function book(random: Random, lotsOf: (entry: number) => number): Groups {
  const first = [0];
  const offsets = [0];
  const instrument: number[] = [];
  for (let a = 0; a < 40; a++) {
    const groups = a % 5;
    for (let g = 0; g < groups; g++) {
      const entries = 1 + random.integer(9);
      for (let e = 0; e < entries; e++) instrument.push(random.integer(INSTRUMENTS));
      offsets.push(instrument.length);
    }
    first.push(offsets.length - 1);
  }
  return {
    first: Int32Array.from(first),
    offsets: Int32Array.from(offsets),
    instrument: Int32Array.from(instrument),
    lots: Float64Array.from(instrument, (_, e) => lotsOf(e)),
  };
}

function compare(input: CubeInput, groups: Groups): void {
  const [wasm, twin] = [createWasmKernel(), createTwin()];
  for (const population of [541, 2_920]) {
    for (const isShortfall of [true, false]) {
      const measure = yardstick(population, isShortfall);
      const ours = wasm.measure(input, groups, 0, 40, measure);
      const theirs = twin.measure(input, groups, 0, 40, measure);
      expect([...ours.groups]).toEqual([...theirs.groups]);
      expect([...ours.joint]).toEqual([...theirs.joint]);
      expect([...ours.worst]).toEqual([...theirs.worst]);
    }
  }
}

const random = createRandom("screen");
const wild = () => random.normal() * 0.05;

test.each<[string, (i: number, s: number) => number, (i: number) => number]>([
  ["moves of every day", wild, () => 1_000],
  ["instruments a million times apart in size", wild, (i) => 10 ** (i % 7)],
  ["a large number in every scenario that single precision cannot tell apart", (_, s) => -0.5 + ((s * 7_919) % 541) * 2 ** -40, () => 2 ** 24],
  ["a few values only, each in many scenarios", () => random.integer(3) / 100, () => 1_000],
  ["nothing that moves", () => 0, () => 1_000],
  ["losses in one tile only", (_, s) => (s >> 4 === 7 ? -s : 0.01), () => 100],
  ["losses that grow from the first scenario to the last", (_, s) => -s / S, () => 100],
])("a tail has the twin's bits with %s", (_name, returnOf, mark) => {
  const input = linear(returnOf, mark);
  compare(
    input,
    book(random, () => random.integer(2_001) - 1_000),
  );
});

test("a tail has the twin's bits where a book is hedged to the last lot but one", () => {
  const input = linear(wild, () => 60_000);
  const hedged = book(random, () => 0);
  // Each entry beside its opposite in the same instrument, and a lot more of the last.
  for (let e = 0; e + 1 < hedged.lots.length; e += 2) {
    hedged.instrument[e + 1] = hedged.instrument[e];
    hedged.lots[e] = 1 + random.integer(100_000);
    hedged.lots[e + 1] = -hedged.lots[e] + (e % 6 === 0 ? 1 : 0);
  }
  compare(input, hedged);
});

test("lots beyond single precision count to the last one", () => {
  const input = linear(
    (i, s) => (i === 0 ? -1 : 0) + (s % 5) * 2 ** -20,
    () => 1,
  );
  compare(
    input,
    book(random, (e) => 2 ** 25 + (e % 3)),
  );
});

test("an account with an instrument that has no finite P&L in one scenario has no loss and no worst scenario; the others have theirs", () => {
  const spoilt = linear(
    (i, s) => (i === 3 && s === 600 ? Number.NaN : wild()),
    () => 1_000,
  );
  const groups: Groups = {
    first: Int32Array.of(0, 1, 2),
    offsets: Int32Array.of(0, 2, 4),
    instrument: Int32Array.of(1, 2, 2, 3),
    lots: Float64Array.of(1, 1, 1, 1),
  };
  const [wasm, twin] = [createWasmKernel(), createTwin()];
  expect(wasm.price(spoilt)).toBe(false);
  const ours = wasm.measure(spoilt, groups, 0, 2, yardstick(2_920, true));
  const theirs = twin.measure(spoilt, groups, 0, 2, yardstick(2_920, true));
  expect([...ours.joint]).toEqual([...theirs.joint]);
  expect([...ours.joint.slice(3)]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  expect([...ours.worst]).toEqual([...theirs.worst]);
  expect(ours.worst[1]).toBe(-1);
});

test("a tail has the twin's bits where two positions cancel all but what single precision cannot tell", () => {
  const [wasm, twin] = [createWasmKernel(), createTwin()];
  for (let seed = 0; seed < 50; seed++) {
    const draws = createRandom(`nearly hedged ${seed}`);
    const returns = Float64Array.from({ length: S }, () => draws.uniform() - 0.5);
    // The second moves with the first but for a ten-millionth.
    const hedge = returns.map((move) => move + (draws.uniform() - 0.5) * 1e-7);
    const input = linear(
      (i, s) => (i === 0 ? returns[s] : hedge[s]),
      () => 60_000,
    );
    const groups: Groups = { first: Int32Array.of(0, 1), offsets: Int32Array.of(0, 2), instrument: Int32Array.of(0, 1), lots: Float64Array.of(1_000, -1_000) };
    const measure: Yardstick = { families: [{ offset: 0, count: 640, tail: tailOf(640, 9_900, true) }], damping: new Float64Array(S).fill(1) };
    expect([...wasm.measure(input, groups, 0, 1, measure).joint]).toEqual([...twin.measure(input, groups, 0, 1, measure).joint]);
  }
});
