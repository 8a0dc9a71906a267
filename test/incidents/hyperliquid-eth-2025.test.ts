import { describe, expect, it } from "vitest";
import { displacement, unwindingCost } from "../../sim/liquidation/index.ts";
import { market } from "../replay/world.ts";

/**
 * Hyperliquid's vault, 12 March 2025: took over a long of about 160 thousand ether at 1,915 USD and lost about 4 million unwinding it. Published by the
 * venue the same day; of high confidence.
 */
const PUBLISHED = { ether: 160_234, takenAtUsd: 1_915, lossUsd: 4_000_000, whaleProfitUsd: 1_800_000 };

/** What the data says of ether that day: a volatility and a volume known before it. Nothing here is fitted to the loss. */
function liquidityAt(iso: string) {
  const state = market.snapshotAt(Date.parse(iso) / 3_600_000).underlyings.find(({ asset }) => asset === "ETH");
  if (state === undefined) throw new Error("no ETH");
  return { dailyVolatility: state.realisedVolatility / Math.sqrt(365), dailyVolumeUsd: state.dailyVolumeUsd };
}

describe("Hyperliquid's long in ether on 12 March 2025", () => {
  const quantity = PUBLISHED.ether * PUBLISHED.takenAtUsd;

  it("costs the published 4 million to unwind by the square-root law, to 15 %, at any hour of that day", () => {
    for (const hour of ["2025-03-12T00:00Z", "2025-03-12T06:00Z", "2025-03-12T12:00Z", "2025-03-12T18:00Z"]) {
      const cost = unwindingCost(0, quantity, liquidityAt(hour));
      expect(Math.abs(cost / PUBLISHED.lossUsd - 1)).toBeLessThan(0.15);
    }
  });

  it("was closed at once: half a day to unwind it in, and the same law asks for less than half", () => {
    // Twelve slices, each an hour later: what the first moved has decayed in part, and each is a twelfth.
    const liquidity = liquidityAt("2025-03-12T12:00Z");
    const patient = 12 * unwindingCost(0, quantity / 12, liquidity);
    expect(patient).toBeLessThan(0.5 * PUBLISHED.lossUsd);
  });

  it("could not be covered by margin at 50 times leverage: the price moves further than the two per cent that backed it", () => {
    expect(displacement(quantity, liquidityAt("2025-03-12T12:00Z"))).toBeGreaterThan(1 / 50);
    // The limit the venue set afterwards for ether: 25 times.
    expect(displacement(quantity, liquidityAt("2025-03-12T12:00Z"))).toBeLessThan(1 / 25);
  });
});
