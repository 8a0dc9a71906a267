import { describe, expect, it } from "vitest";
import { FALLBACK_GAS_GWEI, GAS_PER_LIQUIDATION, gasCostUsd, keeperProfit } from "../../sim/liquidation/index.ts";

describe("a keeper", () => {
  it("pays gas used times gas price: 600 000 gas at 100 gwei and 200 USD an ether is 0.06 ETH, 12 USD", () => {
    expect(GAS_PER_LIQUIDATION).toBe(600_000);
    expect(gasCostUsd(100, 200)).toBeCloseTo(12, 10);
  });

  it("expects a crowded chain where the gas price is not known", () => {
    expect(gasCostUsd(Number.NaN, 200)).toBe(gasCostUsd(FALLBACK_GAS_GWEI, 200));
  });

  it("earns discount and fee, less what unwinding and gas cost", () => {
    expect(keeperProfit({ discount: 100, fee: 10, unwinding: 60, gas: 12 })).toBe(38);
  });
});
