import { createRandom } from "../../sim/math/random.ts";
import { bisectedVolatility, type JumpModel, mertonCall } from "../market/merton.ts";

/** The market of 2025-10-10 after the cascade: what a chain made for the tests is of. */
export const CHAIN_TIME = "2025-10-10T21:35:00Z";
export const EXPIRIES = ["2025-10-17T08:00Z", "2025-10-31T08:00Z", "2025-12-26T08:00Z", "2026-03-27T08:00Z"];
export const JUMPS: JumpModel = { volatility: 0.6, intensity: 12, mean: -0.05, deviation: 0.08 };
export const HEADER = "timestamp,underlying,expiry,strike,right,forward,bid_iv,ask_iv";

export interface Option {
  readonly expiry: string;
  readonly strike: number;
  readonly right: "call" | "put";
  readonly volatility: number;
  readonly years: number;
}

/** Every strike 50 USD apart within two and a half deviations, priced by a jump model and inverted, by programs of the tests' own. */
export function jumpOptions(forward: number, step = 100): Option[] {
  return EXPIRIES.flatMap((expiry) => {
    const years = (Date.parse(expiry) - Date.parse(CHAIN_TIME)) / (8760 * 3_600_000);
    const reach = 2.5 * 0.75 * Math.sqrt(years);
    const strikes = Array.from({ length: 200 }, (_, i) => (i + 1) * step).filter((strike) => Math.abs(Math.log(strike / forward)) < reach);
    return strikes.flatMap((strike) => {
      const volatility = bisectedVolatility(mertonCall(JUMPS, forward, strike, years), forward, strike, years);
      return (["call", "put"] as const).map((right) => ({ expiry, strike, right, volatility, years }));
    });
  });
}

/** The options as a CSV in vol points, quoted one point wide around a noisy middle. */
export function chainLines(options: readonly Option[], forward: number, noise: number, asset = "ETH"): string[] {
  const random = createRandom("chain");
  return [
    HEADER,
    ...options.map(({ expiry, strike, right, volatility }) => {
      const middle = 100 * (volatility + noise * random.normal());
      return [CHAIN_TIME, asset, expiry, strike, right, forward, (middle - 0.5).toFixed(2), (middle + 0.5).toFixed(2)].join(",");
    }),
  ];
}
