import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { murmur3 } from "../../sim/math/hash.ts";
import { createRandom, xoshiro128 } from "../../sim/math/random.ts";
import { mean, variance } from "../../sim/math/statistics.ts";

describe("the generator", () => {
  it("is xoshiro128** 1.1: the reference implementation's first outputs from the state 1, 2, 3, 4", () => {
    // as published in the tests of the rand_xoshiro crate, made with the authors' C code
    const next = xoshiro128(Uint32Array.of(1, 2, 3, 4));
    expect(Array.from({ length: 10 }, next)).toEqual([11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804]);
  });

  it("hashes its seed with MurmurHash3 x86 128: SMHasher's verification value", () => {
    const digests = new Uint8Array(16 * 256);
    for (let length = 0; length < 256; length++) {
      const key = Uint8Array.from({ length }, (_, i) => i);
      digests.set(new Uint8Array(murmur3(key, 256 - length).buffer), 16 * length);
    }
    expect(murmur3(digests, 0)[0]).toBe(0xb3ece62a);
  });
});

describe("a random stream", () => {
  const draws = (seed: string, count = 20) => {
    const random = createRandom(seed);
    return Array.from({ length: count }, () => random.uniform());
  };

  it("repeats for the same seed and differs for another", () => {
    expect(draws("book/1")).toEqual(draws("book/1"));
    expect(draws("book/1")).not.toEqual(draws("book/2"));
    expect(draws("")).not.toEqual(draws("0"));
  });

  it("forks into streams that depend on seed and label, not on what was drawn", () => {
    const fresh = createRandom("a");
    const used = createRandom("a");
    for (let i = 0; i < 100; i++) used.uniform();
    expect(used.fork("x").uniform()).toBe(fresh.fork("x").uniform());
    expect(fresh.fork("x").uniform()).not.toBe(fresh.fork("y").uniform());
    expect(createRandom("a").fork("b/c").uniform()).not.toBe(createRandom("a/b").fork("c").uniform());
    expect(createRandom("a").fork("b").fork("c").uniform()).not.toBe(createRandom("a").fork("b/c").uniform());
  });

  it("is uniform on (0, 1) and normal with mean 0 and variance 1", () => {
    const random = createRandom("moments");
    const uniforms = Array.from({ length: 20_000 }, () => random.uniform());
    const normals = Array.from({ length: 20_000 }, () => random.normal());
    expect(uniforms.every((u) => u > 0 && u < 1)).toBe(true);
    // four standard errors
    expect(Math.abs(mean(uniforms) - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / 20_000));
    expect(Math.abs(variance(uniforms) - 1 / 12)).toBeLessThan(4 * Math.sqrt(1 / 180 / 20_000));
    expect(Math.abs(mean(normals))).toBeLessThan(4 * Math.sqrt(1 / 20_000));
    expect(Math.abs(variance(normals) - 1)).toBeLessThan(4 * Math.sqrt(2 / 20_000));
  });

  it("draws integers below a bound with equal chances", () => {
    const random = createRandom("dice");
    const counts = new Array(6).fill(0);
    for (let i = 0; i < 60_000; i++) counts[random.integer(6)]++;
    // chi-squared with 5 degrees of freedom: 20.5 is exceeded once in a thousand
    expect(counts.reduce((total, count) => total + (count - 10_000) ** 2 / 10_000, 0)).toBeLessThan(20.5);
    fc.assert(fc.property(fc.integer({ min: 1, max: 2 ** 32 }), (bound) => random.integer(bound) < bound));
    expect(random.integer(1)).toBe(0);
  });

  it("picks only what is there", () => {
    const random = createRandom("pick");
    const seen = new Set(Array.from({ length: 200 }, () => random.pick(["a", "b", "c"])));
    expect([...seen].sort()).toEqual(["a", "b", "c"]);
  });

  it.each([0, -1, 1.5, 2 ** 32 + 1, Number.NaN])("refuses to draw below %s", (bound) => {
    expect(() => createRandom("x").integer(bound)).toThrow(expect.objectContaining({ code: "RANDOM_BOUND_INVALID" }));
    expect(() => createRandom("x").pick([])).toThrow(expect.objectContaining({ code: "RANDOM_BOUND_INVALID" }));
  });
});
