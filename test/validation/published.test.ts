import { expect, test } from "vitest";
import { dynamicQuantile } from "../../sim/validation/dynamic-quantile.ts";
import { exceedancesOf } from "../../sim/validation/exceedances.ts";
import { acerbiSzekelyOne, acerbiSzekelyTwo } from "../../sim/validation/expected-shortfall-tests.ts";
import {
  conditionalCoverage,
  independence,
  mixedTimeBetweenFailures,
  proportionOfFailures,
  type TestResult,
  timeBetweenFailures,
  timeUntilFirstFailure,
} from "../../sim/validation/likelihood-ratio.ts";
import { multinomial, tailLevels } from "../../sim/validation/multinomial.ts";
import { quantileLoss } from "../../sim/validation/quantile-loss.ts";
import { baselMultipliers, binomialScore, trafficLight } from "../../sim/validation/traffic-light.ts";
import basel from "./cases/basel-traffic-light.json" with { type: "json" };
import regions from "./cases/kupiec-regions.json" with { type: "json" };
import matlab from "./cases/matlab-varbacktest.json" with { type: "json" };
import multinomials from "./cases/multinomial.json" with { type: "json" };
import rugarch from "./cases/rugarch-report.json" with { type: "json" };
import series from "./cases/synthetic-series.json" with { type: "json" };

const CHI_SQUARE_5_PERCENT = 3.841458820694124;

/** A figure printed with so many digits is met to half a unit in the last of them. */
function printed(value: number, published: number): void {
  const digits = String(published).split(".")[1]?.length ?? 0;
  expect(Math.abs(value - published)).toBeLessThanOrEqual(0.5000001 * 10 ** -digits);
}

function computed(value: number, reference: number): void {
  expect(Math.abs(value - reference)).toBeLessThanOrEqual(1e-10 * Math.max(1, Math.abs(reference)));
}

function both({ statistic, pValue }: Pick<TestResult, "statistic" | "pValue">, [reference, p]: readonly number[]): void {
  computed(statistic, reference);
  computed(pValue, p);
}

type MatlabRow = { test: string; n: number; x: number; p: number; first_failure: number; LR: number; p_value: number; recomputed: number[] } & Record<
  "N00" | "N01" | "N10" | "N11",
  number
>;
const row = (name: string, which = 0) => (matlab.rows as unknown as MatlabRow[]).filter(({ test }) => test === name)[which];

test.each([
  ["proportion of failures, 95 %", row("POF"), () => proportionOfFailures(1043, 57, 0.05)],
  ["proportion of failures, 99 %", row("POF", 1), () => proportionOfFailures(1043, 17, 0.01)],
  ["independence", row("CCI"), () => independence({ n00: 932, n01: 53, n10: 53, n11: 4 })],
  ["time until first failure", row("TUFF"), () => timeUntilFirstFailure(58, 0.05)],
  [
    "conditional coverage",
    row("CC"),
    () => conditionalCoverage({ days: 1043, count: 57, transitions: { n00: 932, n01: 53, n10: 53, n11: 4 }, durations: [] }, 0.05),
  ],
])("MATLAB varbacktest: %s", (_, published, run) => {
  const found = run();
  printed(found.statistic, published.LR);
  printed(found.pValue, published.p_value);
  both(found, published.recomputed);
});

test("MATLAB varbacktest: binomial score and traffic light", () => {
  both(binomialScore(1043, 57, 0.05), row("BIN").recomputed);
  const light = trafficLight(1043, 57, 0.05);
  const published = (row("TL") as unknown as { recomputed: { zone: string; Probability: number; TypeI: number; Increase: number } }).recomputed;
  expect(light.zone).toBe(published.zone);
  computed(light.cumulative, published.Probability);
  computed(light.typeOne, published.TypeI);
  expect(light.increase).toBe(published.Increase);
});

test.each(rugarch.rows)("rugarch report: $x of $n", ({ n, x, p, LR_uc, p_uc, LR_cc, p_cc, recomputed_uc, consistent_transition_counts: pairs }) => {
  const unconditional = proportionOfFailures(n, x, p);
  printed(unconditional.statistic, LR_uc);
  printed(unconditional.pValue, p_uc);
  both(unconditional, recomputed_uc);
  const transitions = { n00: pairs.N00, n01: pairs.N01, n10: pairs.N10, n11: pairs.N11 };
  const conditional = conditionalCoverage({ days: n, count: x, transitions, durations: [] }, p);
  printed(conditional.statistic, LR_cc);
  printed(conditional.pValue, p_cc);
  computed(conditional.statistic, pairs.LR_cc);
});

test.each(basel.rows)("Basel table: $x exceedances in 250 days at 99 %", ({ x, type1, cum, zone, plus_factor, frtb_multiplier }) => {
  const light = trafficLight(250, x, 0.01);
  computed(light.cumulative, cum);
  computed(light.typeOne, type1);
  expect(light.zone).toBe(zone);
  expect(baselMultipliers(x)).toEqual({ plusFactor: plus_factor, frtbMultiplier: frtb_multiplier });
  const percent = basel.expected_cumulative_pct[x];
  if (percent !== undefined) expect(100 * light.cumulative).toBeCloseTo(percent, 1);
});

test("the zones of 750 days at 99.5 % begin where a published table says", () => {
  const first = (zone: string) => Array.from({ length: 30 }, (_, x) => x).find((x) => trafficLight(750, x, 0.005).zone === zone);
  expect(first("yellow")).toBe(basel.check_750_995.yellow_starts);
  expect(first("red")).toBe(basel.check_750_995.red_starts);
});

const notRejected = (n: number, p: number) =>
  Array.from({ length: n }, (_, x) => x).filter((x) => proportionOfFailures(n, x, p).statistic <= CHI_SQUARE_5_PERCENT);

test.each(regions.rows)("Kupiec: from $min to $max of $n are not rejected at $p", ({ n, p, min, max }) => {
  const kept = notRejected(n, p);
  expect([kept[0], kept.at(-1)]).toEqual([min, max]);
});

test.each(regions.published)("Kupiec (1995), table: $above < N < $below of $n at $p", ({ n, p, above, below }) => {
  const kept = notRejected(n, p);
  expect(kept.at(-1)).toBe(below - 1);
  // the paper prints no lower bound for 255 days at 1 %
  if (above >= 0) expect(kept[0]).toBe(above + 1);
});

test.each(multinomials.rows)("multinomial tests of $O", ({ O, theta, pearson, p_pearson, nass_c, nass_nu, nass, p_nass, lrt_asymptotic, p_lrt }) => {
  const found = multinomial(O, theta);
  both(found.pearson, [pearson, p_pearson]);
  both(found.nass, [nass, p_nass]);
  computed(found.nass.degrees, nass_nu);
  computed(found.nass.statistic / found.pearson.statistic, nass_c);
  both(found.likelihoodRatio, [lrt_asymptotic, p_lrt]);
});

test("the multinomial levels at 97.5 % are the paper's", () => {
  tailLevels(0.975).forEach((level, j) => {
    computed(level, [0.975, 0.98125, 0.9875, 0.99375][j]);
  });
});

test("every statistic of a series of 500 days", () => {
  const { returns, VaR, ES, p, expected } = series;
  const hits = returns.map((value, t) => (value + VaR[t] < 0 ? 1 : 0));
  const found = exceedancesOf(hits);
  expect(found).toEqual({
    days: expected.n,
    count: expected.x,
    transitions: { n00: expected.N00, n01: expected.N01, n10: expected.N10, n11: expected.N11 },
    durations: expected.durations,
  });
  both(proportionOfFailures(found.days, found.count, p), expected.POF);
  both(binomialScore(found.days, found.count, p), expected.BIN);
  both(independence(found.transitions), expected.CCI);
  both(conditionalCoverage(found, p), expected.CC);
  both(timeUntilFirstFailure(found.durations[0], p), expected.TUFF);
  both(timeBetweenFailures(found, p), expected.TBFI);
  both(mixedTimeBetweenFailures(found, p), expected.TBF);
  const light = trafficLight(found.days, found.count, p);
  expect(light.zone).toBe(expected.TL.zone);
  computed(light.cumulative, expected.TL.Probability);
  computed(light.typeOne, expected.TL.TypeI);
  const quantile = dynamicQuantile(hits, VaR, p);
  expect(quantile.degrees).toBe(expected.DQ.dof);
  both(quantile, [expected.DQ.stat, expected.DQ.p_value]);
  computed(
    quantileLoss(
      returns.map((value) => -value),
      VaR,
      p,
    ),
    expected.pinball_loss_mean,
  );
  const days = returns.map((profit, t) => ({ profit, valueAtRisk: VaR[t], expectedShortfall: ES[t] }));
  computed(acerbiSzekelyOne(days), expected.AcerbiSzekely.Z1);
  computed(acerbiSzekelyTwo(days, p), expected.AcerbiSzekely.Z2);
});
