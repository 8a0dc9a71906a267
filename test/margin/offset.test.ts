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
