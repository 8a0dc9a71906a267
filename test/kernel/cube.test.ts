import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CubeInput, createTwin, createWasmKernel } from "../../sim/kernel/index.ts";
import { exp, log } from "../../sim/math/index.ts";
import { black76 } from "../../sim/pricing/black76.ts";

const S = 16;

/** What a step without options has. */
const NO_COLUMNS: CubeInput["columns"] = {
  underlying: new Int32Array(0),
  discountedForward: new Float64Array(0),
  logForward: new Float64Array(0),
  halfRoot: new Float64Array(0),
  termScale: new Float64Array(0),
  tiltScale: new Float64Array(0),
  deepestTilt: new Float64Array(0),
  atTheMoney: new Float64Array(0),
  rho: new Float64Array(0),
  rhoPerTilt: new Float64Array(0),
};

interface Case {
  readonly right: "call" | "put";
  readonly forward: number;
  readonly moneyness: number;
  readonly years: number;
  readonly volatility: number;
  readonly moves: readonly number[];
  readonly volatilityMove: number;
}

/** One option of one unit under 16 spot moves, at a flat smile. */
function inputOf({ right, forward, moneyness, years, volatility, moves, volatilityMove }: Case): CubeInput {
  const strike = forward * exp(moneyness);
  const discount = exp(-0.03 * years);
  return {
    shocks: {
      tiles: 1,
      logReturn: Float64Array.from(moves),
      growth: Float64Array.from(moves, exp),
      volatilityMove: new Float64Array(S).fill(volatilityMove),
      volatilityFloor: new Float64Array(S).fill(0.01),
      tilt: new Float64Array(S),
    },
    simpleReturn: Float64Array.from(moves, (move) => exp(move) - 1),
    columns: {
      underlying: Int32Array.of(0),
      discountedForward: Float64Array.of(discount * forward),
      logForward: Float64Array.of(log(forward)),
      halfRoot: Float64Array.of(0.5 * Math.sqrt(years)),
      termScale: Float64Array.of(1),
      tiltScale: Float64Array.of(0),
      deepestTilt: Float64Array.of(0),
      atTheMoney: Float64Array.of(0),
      rho: Float64Array.of(0),
      rhoPerTilt: Float64Array.of(0),
    },
    kind: Uint8Array.of(right === "put" ? 2 : 1),
    place: Int32Array.of(0),
    halfLogStrike: Float64Array.of(0.5 * log(strike)),
    discountedStrike: Float64Array.of(discount * strike),
    volatility: Float64Array.of(volatility),
    slope: Float64Array.of(0),
    rotation: Float64Array.of(0),
    rotationSlope: Float64Array.of(0),
    mark: Float64Array.of(black76(right, forward, strike, years, volatility, discount)),
  };
}

const cases = fc.record({
  right: fc.constantFrom("call" as const, "put" as const),
  forward: fc.double({ min: 10, max: 100_000, noNaN: true }),
  moneyness: fc.double({ min: -0.8, max: 0.8, noNaN: true }),
  years: fc.double({ min: 1 / 8_760, max: 1, noNaN: true }),
  volatility: fc.double({ min: 0.1, max: 2.5, noNaN: true }),
  moves: fc.array(fc.double({ min: -0.7, max: 0.7, noNaN: true }), { minLength: S, maxLength: S }),
  volatilityMove: fc.double({ min: -0.5, max: 1.5, noNaN: true }),
});

describe.each([
  ["WebAssembly", createWasmKernel()],
  ["twin", createTwin()],
] as const)("the cube and its sums, in the %s", (_name, kernel) => {
  test("the cube is Black-76 in every scenario, to the grid it is snapped to", () => {
    fc.assert(
      fc.property(cases, (c) => {
        const input = inputOf(c);
        expect(kernel.price(input)).toBe(true);
        const cube = kernel.cubeOf(input);
        const strike = c.forward * exp(c.moneyness);
        for (let s = 0; s < S; s++) {
          const shocked = black76(
            c.right,
            c.forward * exp(c.moves[s]),
            strike,
            c.years,
            Math.max(0.01, c.volatility * (1 + c.volatilityMove)),
            exp(-0.03 * c.years),
          );
          // Half a grid step, and the table's 4e-13 of either leg.
          expect(Math.abs(cube[s] - (shocked - input.mark[0]))).toBeLessThan(0.5 / 2 ** 20 + 4e-12 * c.forward);
          expect(cube[s] * 2 ** 20).toBe(Math.round(cube[s] * 2 ** 20));
        }
      }),
    );
  });

  test("sums over positions are exact: the order of entries changes no bit", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double({ min: -1e5, max: 1e5, noNaN: true }), fc.integer({ min: -5_000, max: 5_000 })), { minLength: 2, maxLength: 40 }),
        (entries) => {
          const n = entries.length;
          // Perpetuals on things that move by one: the P&L of a lot is its value.
          const ones = new Float64Array(S).fill(1);
          const none = new Float64Array(n);
          const input: CubeInput = {
            shocks: { tiles: 1, logReturn: ones, growth: ones, volatilityMove: ones, volatilityFloor: ones, tilt: ones },
            simpleReturn: ones,
            columns: NO_COLUMNS,
            kind: new Uint8Array(n),
            place: new Int32Array(n),
            halfLogStrike: none,
            discountedStrike: none,
            volatility: none,
            slope: none,
            rotation: none,
            rotationSlope: none,
            mark: Float64Array.from(entries, ([value]) => value),
          };
          const cube = kernel.cubeOf(input);
          const rowOf = (order: readonly number[]) =>
            kernel.profitAndLoss(input, { instrument: Int32Array.from(order), lots: Float64Array.from(order, (i) => entries[i][1]) }, 0, n).slice();
          const forwards = [...entries.keys()];
          expect(rowOf(forwards.toReversed())).toEqual(rowOf(forwards));
          // An independent sum in exact integer arithmetic.
          const exact = entries.reduce((sum, [, lots], i) => sum + BigInt(lots) * BigInt(cube[i * S] * 2 ** 20), 0n);
          expect(rowOf(forwards)[0]).toBe(Number(exact) / 2 ** 20);
        },
      ),
    );
  });

  test("a number that is not finite is told, of the cube and of an account", () => {
    const input = inputOf({ right: "call", forward: 100, moneyness: 0, years: 1, volatility: 0.5, moves: new Array(S).fill(0), volatilityMove: 0 });
    const book = { first: Int32Array.of(0, 1), offsets: Int32Array.of(0, 1), instrument: Int32Array.of(0), lots: Float64Array.of(1) };
    const yardstick = { families: [{ offset: 0, count: 1 }], damping: new Float64Array(S).fill(1) };
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      const growth = { ...input, shocks: { ...input.shocks, growth: input.shocks.growth.with(3, bad) } };
      for (const spoilt of [growth, { ...input, mark: Float64Array.of(bad) }]) {
        expect(kernel.price(spoilt)).toBe(false);
        expect(kernel.measure(spoilt, book, 0, 1, yardstick).worst[0]).toBe(-1);
      }
    }
    expect(kernel.measure(input, book, 0, 1, yardstick).worst[0]).toBe(0);
  });

  test("a kernel asked about an input it no longer holds makes its cube again", () => {
    const base = { right: "put" as const, forward: 100, moneyness: 0, years: 1, volatility: 0.5, volatilityMove: 0.1 };
    const [early, late] = [-0.1, 0.2].map((move) => inputOf({ ...base, moves: new Array(S).fill(move) }));
    const entries = { instrument: Int32Array.of(0), lots: Float64Array.of(3) };
    kernel.price(early);
    const before = kernel.profitAndLoss(early, entries, 0, 1).slice();
    kernel.price(late);
    expect(kernel.profitAndLoss(late, entries, 0, 1)).not.toEqual(before);
    expect(kernel.profitAndLoss(early, entries, 0, 1)).toEqual(before);
  });
});
