import { describe, expect, it } from "vitest";
import { initialParameters, withValue } from "../../sim/parameters/index.ts";
import { gate, proposed } from "./gate.ts";

// Compound 117, August 2022: executed as voted, every check of the day passed, and a market of USD 800 M stood still for seven days.
describe("a set in which liquidations stand still", { timeout: 180_000 }, () => {
  // Three votes of the largest legal step have brought the discount from 20 % to 5 %; this one takes the rest, and the keepers' fee with it.
  const base = withValue(initialParameters(), { scope: "protocol", name: "liquidationDiscount" }, 500);
  const yaml = (discount: string) => `title: Lower the liquidation discount to ${discount} and the keeper fee to 0 %
author: Risk committee
changes:
  protocol.liquidationDiscount: ${discount}
  protocol.keeperFee: 0 %
`;

  it("is within bounds, steps and coupled rules, executes, passes every gate on its evidence, and is stopped by smoke alone", async () => {
    const { exit, findings } = await gate(await proposed(yaml("0 %"), { evidence: true, base }));
    expect(exit).toBe(3);
    const errors = findings.filter(({ severity }) => severity === "error");
    expect(new Set(errors.map(({ check }) => check))).toEqual(new Set(["smoke"]));
    expect(errors.map(({ message }) => message)).toContainEqual(expect.stringMatching(/^LINK: nothing is sold of an account/));
  });

  it("is sound where a discount is left to buy for", async () => {
    const { exit, findings } = await gate(await proposed(yaml("4 %"), { evidence: true, base }));
    expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(exit).toBe(0);
  });
});
