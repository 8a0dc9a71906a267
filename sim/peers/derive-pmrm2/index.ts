/** Derive's portfolio margin, second version, as a peer to measure against. */
export { DERIVE_MAINNET } from "./mainnet.ts";
export { derivePmrm2Margin } from "./margin.ts";
export type {
  DeriveCollateral,
  DeriveExpiryFeed,
  DeriveMarket,
  DeriveOption,
  DeriveParameters,
  DerivePortfolio,
  DeriveResult,
  DeriveScenario,
  VolatilityShock,
} from "./types.ts";
