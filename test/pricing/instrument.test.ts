import { describe, expect, it } from "vitest";
import { instrumentId, lotSize } from "../../sim/pricing/instrument.ts";

describe("instruments", () => {
  it("have lots that are powers of two, so that lots times snapped prices stay exact", () => {
    for (const asset of ["BTC", "ETH", "SOL", "LINK", "AVAX"]) expect(Number.isInteger(Math.log2(lotSize(asset))), asset).toBe(true);
    expect(() => lotSize("DOGE")).toThrow(expect.objectContaining({ code: "LOT_SIZE_UNKNOWN" }));
  });

  it("are named by what they are", () => {
    expect(instrumentId({ kind: "option", underlying: "ETH", right: "put", strike: 2000, expiryHour: 438000 })).toBe("ETH-P-2000-438000");
    expect(instrumentId({ kind: "future", underlying: "BTC", expiryHour: 438000 })).toBe("BTC-F-438000");
    expect(instrumentId({ kind: "perp", underlying: "BTC" })).toBe("BTC-PERP");
    expect(instrumentId({ kind: "spot", underlying: "BTC" })).toBe("BTC-SPOT");
  });
});
