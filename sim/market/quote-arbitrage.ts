import { exp } from "../math/exp.ts";
import { black76 } from "../pricing/black76.ts";
import { impliedVolatility } from "../pricing/implied-volatility.ts";

/** A strike's quote: what an option at it can be sold for and bought for, as volatilities; both the same for a mark. */
export interface TwoSided {
  /** ln(strike / forward). */
  readonly logMoneyness: number;
  /** Annualised; NaN where nobody bids. */
  readonly bid: number;
  /** Annualised, above 0. */
  readonly ask: number;
}

/** An arbitrage in quotes: which one, and by how much its volatility would have to be lower for there to be none. */
export interface QuoteArbitrage {
  readonly index: number;
  readonly excess: number;
}

/**
 * Every quote of an expiry that can be sold for more than its two neighbours, bought in the same share of the strikes, cost: a butterfly for
 * less than nothing. Also a call that sells for more than the next lower strike costs, the butterfly's limit.
 *
 * @param quotes in order of strike, each strike once. @param years to expiry, above 0.
 * @example butterfliesOf([{ logMoneyness: -0.1, bid: 0.6, ask: 0.6 }, { logMoneyness: 0, bid: 0.9, ask: 0.9 }, { logMoneyness: 0.1, bid: 0.6, ask: 0.6 }], 0.1);
 */
export function butterfliesOf(quotes: readonly TwoSided[], years: number): QuoteArbitrage[] {
  const strikes = quotes.map(({ logMoneyness }) => exp(logMoneyness));
  const bids = quotes.map(({ bid }, i) => (bid > 0 ? black76("call", 1, strikes[i], years, bid, 1) : Number.NaN));
  const asks = quotes.map(({ ask }, i) => black76("call", 1, strikes[i], years, ask, 1));
  const found: QuoteArbitrage[] = [];
  for (let i = 1; i < quotes.length; i++) {
    const lower = asks[i - 1];
    // Calls are worth no more at a higher strike, nor more than the line between two neighbours.
    const share = i + 1 < quotes.length ? (strikes[i] - strikes[i - 1]) / (strikes[i + 1] - strikes[i - 1]) : 0;
    const cost = share === 0 ? lower : Math.min(lower, (1 - share) * lower + share * asks[i + 1]);
    if (!(bids[i] - cost > ROUNDING)) continue;
    const fair = cost > Math.max(1 - strikes[i], 0) ? impliedVolatility("call", cost, 1, strikes[i], years, 1) : 0;
    found.push({ index: i, excess: quotes[i].bid - fair });
  }
  return found;
}

/**
 * Every quote of an expiry whose total variance, sold, is above that of a later expiry at the same ln(strike / forward), bought: a calendar
 * spread for less than nothing. Between two strikes of the later expiry its total variance is taken as straight, which is above a smile's own.
 *
 * @param earlier, later in order of strike. @param earlierYears, laterYears to expiry, rising from above 0.
 */
export function calendarsOf(earlier: readonly TwoSided[], earlierYears: number, later: readonly TwoSided[], laterYears: number): QuoteArbitrage[] {
  const found: QuoteArbitrage[] = [];
  for (const [index, { logMoneyness, bid }] of earlier.entries()) {
    const next = later.findIndex((quote) => quote.logMoneyness >= logMoneyness);
    if (next < 0 || (next === 0 && later[0].logMoneyness !== logMoneyness) || !(bid > 0)) continue;
    const above = later[next];
    const below = later[Math.max(0, next - 1)];
    const share = above === below ? 1 : (logMoneyness - below.logMoneyness) / (above.logMoneyness - below.logMoneyness);
    const bought = laterYears * ((1 - share) * below.ask * below.ask + share * above.ask * above.ask);
    const excess = bid - Math.sqrt(bought / earlierYears);
    if (excess > ROUNDING) found.push({ index, excess });
  }
  return found;
}

/** Of the forward, and of volatility: prices and quotes have no more digits than this. */
const ROUNDING = 1e-6;
