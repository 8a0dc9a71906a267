import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  applyChanges,
  coupledFindings,
  furthest,
  initialParameters,
  type ParameterSet,
  type Path,
  specOf,
  validateChanges,
  valueOf,
  valueOn,
  withValue,
} from "../../sim/parameters/index.ts";

const DAY = 86_400;
const NOW = 1_767_225_600;

/** Close to the coupled rules: a low spotRange takes large relative steps, and volFloor stands at minVolUp. */
const BASE = [
  ["ETH", "spotRange", 700],
  ["protocol", "initialMargin", 11_502],
  ["stETH", "haircut", 7_600],
].reduce<ParameterSet>((set, [scope, name, value]) => withValue(set, { scope: String(scope), name: String(name) }, Number(value)), initialParameters());

const KEYS = ["protocol.initialMargin", "protocol.liquidationTarget", "protocol.liquidationDiscount", "stETH.haircut"].concat(
  ["volFloor", "minVolUp", "spotRange", "volBuffer"].map((name) => `ETH.${name}`),
);
const move = fc.record({
  rising: fc.boolean(),
  // A few units, or a share of the furthest step allowed.
  step: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.double({ min: 0.2, max: 1, noNaN: true })),
  ramp: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 7 * DAY }), fc.integer({ min: 6 * DAY, max: 7 * DAY })),
});
const vote = fc.record({
  wait: fc.integer({ min: 1, max: 3 * DAY }),
  keys: fc.oneof(fc.constant<string[]>(["ETH.volFloor", "ETH.minVolUp"]), fc.uniqueArray(fc.constantFrom(...KEYS), { minLength: 1, maxLength: 3 })),
  moves: fc.array(move, { minLength: 3, maxLength: 3 }),
  together: fc.boolean(),
  moments: fc.array(fc.integer({ min: 0, max: 9 * DAY }), { minLength: 8, maxLength: 8 }),
});

describe("whatever the votes", () => {
  it("no rule breaks at any second, no vote stops another that moves something else, and no block moves the requirement too far", () => {
    let accepted = 0;
    fc.assert(
      fc.property(fc.array(vote, { minLength: 4, maxLength: 10 }), (votes) => {
        let [set, now] = [BASE, NOW];
        const paths: Record<string, Path> = {};
        const at = (key: string, time: number) => {
          const [scope = "", name = ""] = key.split(".");
          const [spec, path] = [specOf(name), paths[key]];
          return path && spec ? valueOn(path, spec.tighter, time) : valueOf(set, { scope, name });
        };
        const requirement = (time: number) => at("protocol.initialMargin", time) * at("ETH.spotRange", time) * (10_000 + at("ETH.volBuffer", time));
        for (const { wait, keys, moves, together, moments } of votes) {
          now += wait;
          const changes = keys
            .filter((key) => now >= (paths[key]?.at ?? 0) + 7 * DAY)
            .map((key, i) => {
              const [scope = "", name = ""] = key.split(".");
              const { rising, step, ramp } = { ...(moves[together ? 0 : i] ?? moves[0]), ramp: moves[i]?.ramp } as (typeof moves)[number];
              const [spec, from] = [specOf(name), valueOf(set, { scope, name })];
              if (spec === undefined) throw new Error(name);
              const distance = Number.isInteger(step) ? step : Math.floor(Math.abs(furthest(spec, from, rising ? "up" : "down") - from) * step);
              return { scope, name, from, to: Math.max(0, rising ? from + distance : from - distance), rampSeconds: ramp };
            });
          const before = requirement(now);
          if (validateChanges(set, changes, { now, lastChanged: paths }).length === 0) {
            accepted++;
            set = applyChanges(set, changes);
            for (const { scope, name, from, to, rampSeconds } of changes) paths[`${scope}.${name}`] = { from, to, at: now, rampSeconds };
          }
          expect(requirement(now) / before).toBeGreaterThanOrEqual(0.8);
          expect(requirement(now) / before).toBeLessThanOrEqual(1.5);
          for (const time of moments.map((moment) => now + moment)) {
            expect(at("protocol.liquidationTarget", time)).toBeLessThanOrEqual(at("protocol.initialMargin", time));
            expect(at("ETH.volFloor", time)).toBeLessThanOrEqual(at("ETH.minVolUp", time));
            expect(at("stETH.haircut", time) + at("protocol.liquidationDiscount", time) + 300).toBeLessThan(10_000); // 300: the two fees
            expect(coupledFindings(set, { now: time, paths: new Map(Object.entries(paths)) })).toEqual([]);
          }
        }
      }),
      { numRuns: 400, seed: 20_260_310 },
    );
    expect(accepted).toBeGreaterThan(500);
  });
});
