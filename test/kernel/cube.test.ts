import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CubeInput, createTwin, createWasmKernel } from "../../sim/kernel/index.ts";
import { exp, log } from "../../sim/math/index.ts";
import { black76 } from "../../sim/pricing/black76.ts";

const S = 16;

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
  const column = (value: (s: number) => number) => Float64Array.from({ length: S }, (_, s) => value(s));
  const half = 0.5 * Math.sqrt(years);
  return {
    tiles: 1,
    kind: Uint8Array.of(right === "put" ? 2 : 1),
    column: Int32Array.of(0),
    underlying: Int32Array.of(0),
    halfLogStrike: Float64Array.of(0.5 * log(strike)),
    discountedStrike: Float64Array.of(discount * strike),
    volatility: Float64Array.of(volatility),
    tilt: Float64Array.of(0),
    least: Float64Array.of(0),
    mark: Float64Array.of(black76(right, forward, strike, years, volatility, discount)),
    discountedForward: column((s) => discount * forward * exp(moves[s])),
    halfLogForward: column((s) => 0.5 * (log(forward) + moves[s])),
    halfDeviation: column(() => half * (1 + volatilityMove)),
    halfFloor: column(() => half * 0.01),
    logReturn: column((s) => moves[s]),
    simpleReturn: column((s) => exp(moves[s]) - 1),
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
        const cube = new Float64Array(S);
        const input = inputOf(c);
        expect(kernel.fillCube(input, cube)).toBe(true);
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
          const cube = Float64Array.from({ length: n * S }, (_, at) => Math.round((entries[Math.floor(at / S)][0] + at) * 2 ** 20) / 2 ** 20);
          const rowsOf = (order: readonly number[]) => {
            kernel.reserveRows(S);
            kernel.sumGroups(
              cube,
              n,
              1,
              { offsets: Int32Array.of(0, n), instrument: Int32Array.from(order), lots: Float64Array.from(order, (i) => entries[i][1]) },
              0,
              1,
              0,
            );
            return kernel.row(0, S).slice();
          };
          const forwards = [...entries.keys()];
          expect(rowsOf(forwards.toReversed())).toEqual(rowsOf(forwards));
          // An independent sum in exact integer arithmetic.
          const exact = entries.reduce((sum, [, lots], i) => sum + BigInt(lots) * BigInt(cube[i * S] * 2 ** 20), 0n);
          expect(rowsOf(forwards)[0]).toBe(Number(exact) / 2 ** 20);
        },
      ),
    );
  });

  test("a number that is not finite is told", () => {
    const cube = new Float64Array(S);
    const input = inputOf({ right: "call", forward: 100, moneyness: 0, years: 1, volatility: 0.5, moves: new Array(S).fill(0), volatilityMove: 0 });
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(kernel.fillCube({ ...input, discountedForward: input.discountedForward.with(3, bad) }, cube)).toBe(false);
      expect(kernel.fillCube({ ...input, mark: Float64Array.of(bad) }, cube)).toBe(false);
    }
  });
});
