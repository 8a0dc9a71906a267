import type { Outcome } from "../../sim/replay/outcome.ts";
import type { Pair } from "../../sim/verdict/index.ts";

/** An outcome with the figures a gate reads; the rest is a quiet replay. */
export function outcome(figures: Partial<Outcome> = {}): Outcome {
  return {
    crash: "crash",
    seed: 1,
    accounts: 10,
    steps: 2,
    gapHours: 0,
    underlyings: ["BTC"],
    shortfallPeak: 0,
    shortfallFinal: 0,
    fundStart: 1_000,
    fundLeft: 1_000,
    sharedLoss: 0,
    accountsLiquidated: 0,
    notionalLiquidated: 0,
    accountsWiped: 0,
    marginCalls: 0,
    coverage: 1,
    coverageObservations: 100,
    meanMarginRate: 0.2,
    peakMarginRate: 0.2,
    largestOneDayRise: 0,
    largestFiveDayRise: 0.1,
    peakToTrough: 1,
    keeperProfit: 0,
    auctionsUnsold: 0,
    auctionsRestarted: 0,
    slicesTargeted: 0,
    accountsDeleveraged: 0,
    notionalDeleveraged: 0,
    deleveragedLoss: 0,
    deleveragingUnfairness: 0,
    largestImpact: 0,
    leastSolvencyIndex: null,
    coverTwo: 0,
    insuranceTarget: 0,
    series: { startHour: 0, spot: {}, equity: [], maintenance: [], initial: [], shortfall: [], fund: [], liquidatedNotional: [], horizonLoss: [] },
    ...figures,
  };
}

export function pair(crash: string, baseline: Partial<Outcome>, proposed: Partial<Outcome>, seed = 1): Pair {
  return { crash, seed, baseline: outcome({ crash, ...baseline }), proposed: outcome({ crash, ...proposed }) };
}
