/** A pricer of its own for synthetic chains, with nothing of the engine's: Merton's (1976) jumps by his series, the normal distribution by its own. */
export interface JumpModel {
  readonly volatility: number;
  /** Jumps a year, mean and deviation of the log jump. */
  readonly intensity: number;
  readonly mean: number;
  readonly deviation: number;
}

/** Undiscounted call on a forward. */
export function mertonCall({ volatility, intensity, mean, deviation }: JumpModel, forward: number, strike: number, years: number): number {
  const growth = Math.exp(mean + (deviation * deviation) / 2);
  let weight = Math.exp(-intensity * years);
  let value = 0;
  for (let n = 0; n < 80; n++) {
    const variance = volatility * volatility * years + n * deviation * deviation;
    // The forward given n jumps; over all n it is the forward.
    value += weight * call(forward * growth ** n * Math.exp(-intensity * (growth - 1) * years), strike, Math.sqrt(variance));
    weight *= (intensity * years) / (n + 1);
  }
  return value;
}

/** Implied volatility by bisection. */
export function bisectedVolatility(price: number, forward: number, strike: number, years: number): number {
  let [low, high] = [1e-4, 20];
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2;
    if (call(forward, strike, middle * Math.sqrt(years)) < price) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function call(forward: number, strike: number, deviation: number): number {
  const d1 = Math.log(forward / strike) / deviation + deviation / 2;
  return forward * normal(d1) - strike * normal(d1 - deviation);
}

/** The normal distribution function by its power series, and by its continued fraction in the tails. */
function normal(x: number): number {
  const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  if (Math.abs(x) > 4) {
    let fraction = Math.abs(x);
    for (let n = 60; n > 0; n--) fraction = Math.abs(x) + n / fraction;
    return x > 0 ? 1 - density / fraction : density / fraction;
  }
  let term = x;
  let sum = x;
  for (let n = 3; Math.abs(term) > 1e-18 * Math.abs(sum); n += 2) sum += term = (term * x * x) / n;
  return 0.5 + sum * density;
}
