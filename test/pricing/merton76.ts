/**
 * Merton's (1976) price of an option under jumps, for tests only: the Poisson-weighted sum of Black–Scholes prices, in plain `Math`.
 * Nothing of the product prices with jumps; its tests hold the jump overlay against this.
 */
export interface MertonTerms {
  readonly right: "call" | "put";
  readonly spot: number;
  readonly strike: number;
  readonly years: number;
  readonly rate: number;
  readonly dividend: number;
  /** Of the diffusion alone. */
  readonly volatility: number;
  /** Jumps a year. */
  readonly intensity: number;
  readonly meanLogJump: number;
  readonly jumpVolatility: number;
  /** Whether the drift makes up for the jumps (the risk-neutral measure); if not, the spot drifts by them. */
  readonly compensated?: boolean;
}

/** @example mertonPrice({ right: "call", spot: 100, strike: 100, years: 0.5, rate: 0.08, dividend: 0, volatility: 0.2, intensity: 1, meanLogJump: 0, jumpVolatility: 0.1 }) */
export function mertonPrice(terms: MertonTerms): number {
  const { spot, strike, years, rate, dividend, volatility, intensity, meanLogJump, jumpVolatility } = terms;
  const expectedJump = Math.expm1(meanLogJump + jumpVolatility ** 2 / 2);
  const drift = terms.compensated === false ? 0 : -intensity * expectedJump;
  let weight = Math.exp(-intensity * years);
  let price = 0;
  for (let n = 0; n < 200; n++) {
    const variance = volatility ** 2 * years + n * jumpVolatility ** 2;
    const forward = spot * Math.exp((rate - dividend + drift) * years + n * (meanLogJump + jumpVolatility ** 2 / 2));
    price += weight * Math.exp(-rate * years) * black(terms.right, forward, strike, Math.sqrt(variance));
    weight *= (intensity * years) / (n + 1);
  }
  return price;
}

function black(right: "call" | "put", forward: number, strike: number, deviation: number): number {
  const d1 = Math.log(forward / strike) / deviation + deviation / 2;
  const call = forward * phi(d1) - strike * phi(d1 - deviation);
  return right === "call" ? call : call - forward + strike;
}

/** The normal distribution function by its power series (Marsaglia 2004). */
function phi(x: number): number {
  if (Math.abs(x) > 8) return x > 0 ? 1 : 0;
  let term = x;
  let sum = x;
  for (let n = 3; Math.abs(term) > 1e-17 * Math.abs(sum); n += 2) sum += term = (term * x * x) / n;
  return 0.5 + (sum * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
}
