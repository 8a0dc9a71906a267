/** How others margin the same accounts: models to measure ours against. */
export {
  DERIBIT_DEFAULTS,
  type DeribitParameters,
  dampened,
  deribitModel,
  inversePerpProfit,
  movedVolatility,
  standardMoves,
} from "./deribit-pm.ts";
export { deriveModel } from "./derive-book.ts";
export * from "./derive-pmrm2/index.ts";
export { createPeerEngine, PEER_NAMES, type PeerName, peerModel } from "./engine.ts";
export { type Holding, type PeerMargin, type PeerModel, type PeerStep, peerStep } from "./model.ts";
export { type PricedInstrument, priced } from "./priced.ts";
export { SPAN_DEFAULTS, type SpanParameters, spanModel, spanScenarios } from "./span.ts";
export { STATIC_DEFAULTS, type StaticParameters, staticModel } from "./static.ts";
