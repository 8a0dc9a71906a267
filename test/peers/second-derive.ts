import type { DeriveMarket, DeriveParameters, DerivePortfolio } from "../../sim/peers/derive-pmrm2/index.ts";

// PMRM_2 a second time, from the published formulas and with nothing of sim/ but its types: every scenario values every option from
// scratch, contingencies are one pass per kind of asset, the platform's own mathematics, the normal distribution by its Taylor series.

const YEAR = 31_536_000;

/** Φ(x) = ½ + φ(x)·Σ x^(2n+1) / (1·3·5 … (2n+1)) (Marsaglia 2004). */
function phi(x: number): number {
  if (x < -8) return 0;
  if (x > 8) return 1;
  let sum = x;
  let term = x;
  for (let i = 3; Math.abs(term) > 1e-18 * Math.abs(sum) && i < 400; i += 2) {
    term *= (x * x) / i;
    sum += term;
  }
  return 0.5 + sum * Math.exp(-0.5 * x * x - 0.9189385332046728);
}

function black(kind: "call" | "put", f: number, k: number, t: number, v: number, d: number): number {
  const s = v * Math.sqrt(t);
  const sign = kind === "call" ? 1 : -1;
  if (s === 0 || f === 0) return d * Math.max(0, sign * (f - k));
  const d1 = Math.log(f / k) / s + s / 2;
  return d * sign * (f * phi(sign * d1) - k * phi(sign * (d1 - s)));
}

export function secondDeriveMargin(p: DeriveParameters, m: DeriveMarket, a: DerivePortfolio) {
  const expiries = [...new Set(a.options.map((o) => o.secondsToExpiry))].map((sec) => {
    const feed = m.expiries.find((e) => e.secondsToExpiry === sec)!;
    const t = sec / YEAR;
    const r = Math.max(0, feed.rate);
    return { sec, t, r, d: Math.exp(-r * t), feed, options: a.options.filter((o) => o.secondsToExpiry === sec) };
  });

  const value = (e: (typeof expiries)[number], spot: number, shock: string): number =>
    e.options.reduce((sum, o) => {
      const settled = e.sec < 1800 ? (e.feed.forward * (1800 - e.sec)) / 1800 : 0;
      const moving = e.sec < 1800 ? (e.feed.forward * e.sec) / 1800 : e.feed.forward;
      let f = moving * spot + settled;
      let v = o.vol;
      const days30 = 30 * 86_400;
      const mult = (days30 / Math.max(e.sec, p.volShock.dteFloorDays * 86_400)) ** (e.sec <= days30 ? p.volShock.shortTermPower : p.volShock.longTermPower);
      if (shock === "Up") v = Math.max(p.volShock.minVolUpShock, v * (1 + p.volShock.volRangeUp * mult));
      if (shock === "Down") v *= Math.max(0, 1 - p.volShock.volRangeDown * mult);
      if (shock === "Linear" || shock === "Abs") {
        f = moving + settled;
        const q = Math.sqrt(e.t);
        const s = p.skewShock;
        const cap = shock === "Linear" ? s.linearCBase * q + s.linearBaseCap : s.absCBase * q + s.absBaseCap;
        const star = Math.max(s.minKStar, q * s.widthScale * (s.volParamStatic + q * s.volParamScale));
        const k = shock === "Linear" ? Math.log(o.strike / f) : Math.abs(Math.log(o.strike / f));
        const x = (k * cap) / star;
        v *= Math.max(0, k >= 0 ? 1 + Math.min(cap, x) : 1 + Math.max(-cap, x));
      }
      return sum + o.quantity * black(o.kind, f, o.strike, e.t, v, e.d);
    }, 0);

  const discounted = (e: (typeof expiries)[number], v: number): number => {
    const g = p.margin;
    if (v >= 0) return v * g.longBaseStaticDiscount * Math.exp(-e.t * (e.r * g.longRateMultScale + g.longRateAddScale));
    return v * Math.min(1 / e.d, g.shortBaseStaticDiscount * Math.exp(e.t * (e.r * g.shortRateMultScale + g.shortRateAddScale)));
  };

  const now = expiries.map((e) => value(e, 1, "None"));
  const worth = a.collaterals.map((c) => (c.quantity * c.price) / m.stable);
  const perps = a.perp?.quantity ?? 0;

  const scenarioPnl = p.scenarios.map((s) => {
    const skew = s.volShock === "Linear" || s.volShock === "Abs";
    let pnl = perps * (s.spotShock - 1) * (perps === 0 ? 0 : m.perp!.price);
    expiries.forEach((e, i) => {
      const change = discounted(e, value(e, s.spotShock, s.volShock)) - now[i];
      pnl += skew ? -Math.abs(change) : change;
    });
    a.collaterals.forEach((c, i) => {
      if (c.riskCancelling) pnl += worth[i] * (s.spotShock - 1);
    });
    return pnl * s.dampening;
  });

  const basisContingency = expiries.reduce((sum, e, i) => {
    const b = p.basisContingency;
    const least = Math.min(0, value(e, b.spotUp, "None") - now[i], value(e, b.spotDown, "None") - now[i]);
    return sum + least * (b.addFactor + b.multFactor * e.t);
  }, 0);

  const naked = expiries.reduce((sum, e) => {
    const strikes = [...new Set(e.options.map((o) => o.strike))];
    const at = (k: number, sign: number) =>
      e.options.filter((o) => o.strike === k && Math.sign(o.quantity) === sign).reduce((n, o) => n + Math.abs(o.quantity), 0);
    return sum + strikes.reduce((n, k) => n + Math.max(0, at(k, -1) - at(k, 1)), 0);
  }, 0);

  const o = p.other;
  const doubt = (confidence: number, notional: number) => (confidence < o.confThreshold ? (1 - confidence) * o.confMargin * notional : 0);
  const account = perps === 0 ? m.spotConfidence : Math.min(m.spotConfidence, m.perp!.confidence);
  const mm = Math.abs(perps) * m.spot * o.mmPerpPercent + naked * m.spot * o.mmOptionPercent + a.collaterals.reduce((s, c, i) => s + worth[i] * c.mmHaircut, 0);
  const im =
    Math.abs(perps) * m.spot * o.imPerpPercent +
    naked * m.spot * o.imOptionPercent +
    a.collaterals.reduce((s, c, i) => s + worth[i] * c.imHaircut + doubt(Math.min(c.confidence, m.spotConfidence), worth[i]), 0) +
    doubt(account, Math.abs(perps) * m.spot) +
    expiries.reduce((s, { feed, options }) => {
      const least = Math.min(account, feed.forwardConfidence, feed.rateConfidence, feed.volConfidence);
      return s + doubt(least, options.reduce((n, x) => n + Math.abs(x.quantity), 0) * m.spot);
    }, 0);

  const markToMarket =
    now.reduce((s, v) => s + v, 0) + worth.reduce((s, v) => s + v, 0) + (a.perp === undefined ? 0 : a.perp.unrealisedPnl + a.perp.unrealisedFunding);
  const span = Math.min(basisContingency, ...scenarioPnl);
  const factor = p.margin.imFactor + (m.stable < o.pegLossThreshold ? (o.pegLossThreshold - m.stable) * o.pegLossFactor : 0);
  return {
    initialMargin: span * factor - im - mm + markToMarket + a.cash,
    maintenanceMargin: span * p.margin.mmFactor - mm + markToMarket + a.cash,
    markToMarket,
    basisContingency,
    scenarioPnl,
  };
}
