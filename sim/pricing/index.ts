/** What is held and what it is worth: instruments, Black-76, its Greeks and its inverse. */
export { black76, blackScholes, type Right } from "./black76.ts";
export { black76Greeks, type Greeks, spotGreeks } from "./greeks.ts";
export { type HigherGreeks, higherGreeks } from "./higher-greeks.ts";
export { impliedVolatility } from "./implied-volatility.ts";
export { type Instrument, instrumentId, lotSize } from "./instrument.ts";
