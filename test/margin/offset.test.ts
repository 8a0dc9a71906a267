import fc from "fast-check";
import { expect, test } from "vitest";
import { offsetLoss } from "../../sim/margin/index.ts";

// EMIR RTS 153/2013 art. 27: with a cap of 80 % the requirement is at least a fifth of the sum plus four fifths of the joint.
test("netting between underlyings is held by the cap", () => {
  expect(offsetLoss(60, 100, 0)).toBe(100);
  expect(offsetLoss(60, 100, 5_000)).toBe(80);
  expect(offsetLoss(60, 100, 8_000)).toBeCloseTo(68, 12);
});

test("a joint loss above the sum is not netted down", () => {
  expect(offsetLoss(120, 100, 5_000)).toBe(120);
});

test("more netting never asks for more, not by the last bit, and none for less than the joint loss", () => {
  const loss = fc.double({ min: 0, max: 1e12, noNaN: true });
  const cap = fc.integer({ min: 0, max: 8_000 });
  fc.assert(
    fc.property(loss, loss, cap, cap, fc.boolean(), (joint, sum, one, other, isAlone) => {
      const alone = isAlone ? joint : sum;
      const [low, high] = [Math.min(one, other), Math.max(one, other)];
      expect(offsetLoss(joint, alone, high)).toBeLessThanOrEqual(offsetLoss(joint, alone, low));
      expect(offsetLoss(joint, alone, high)).toBeGreaterThanOrEqual(joint);
    }),
    { numRuns: 2_000 },
  );
});
