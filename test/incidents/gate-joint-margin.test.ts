import { expect, it } from "vitest";
import { expectStopped, gate, proposed } from "./gate.ts";

/** Each within its bounds and its step, no coupled rule of the chain broken: the second kept proposal's values. */
const TOGETHER = `title: Free trapped margin across the protocol
author: Growth working group
changes:
  protocol.riskMeasure: 0
  protocol.confidence: 9850
  protocol.stressWeight: 2000
  protocol.decay: 9800
  BTC.volFloor: 3500
  BTC.spotRange: 1350
  BTC.volBuffer: 2000
  ETH.volFloor: 3500
  ETH.spotRange: 1350
  ETH.volBuffer: 2000
  SOL.volBuffer: 2000
`;

// Aave, 10 March 2026: every field within its own limit, what they make together 2.85 % off, USD 26 M liquidated.
it("Aave CAPO: values that no rule has anything against, and a margin that is a fifth lower for them, leave the gate with 4", {
  timeout: 120_000,
}, async () => {
  const found = await gate(await proposed(TOGETHER, { evidence: true }));
  expectStopped(found, { exit: 4, check: "joint-margin", message: /needs .* today and .* after the change/, names: /Aave CAPO, March 2026/ });
  // The small evidence here passes its small policy: it is this check alone that stops it.
  const errors = found.findings.filter(({ severity }) => severity === "error");
  expect(new Set(errors.map(({ check }) => check))).toEqual(new Set(["joint-margin"]));
});
