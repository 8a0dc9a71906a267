import { atLeast, createRandom } from "../math/index.ts";
import { earliness, lawOf, probabilityAtLeast } from "./directed.ts";
import { dynamicQuantile } from "./dynamic-quantile.ts";
import { exceedancesOf } from "./exceedances.ts";
import { type Laws, LEVEL, POWER_RUNS, RATE_FACTOR, RUNS } from "./laws.ts";
import {
  conditionalCoverage,
  independence,
  mixedTimeBetweenFailures,
  proportionOfFailures,
  timeBetweenFailures,
  timeUntilFirstFailure,
} from "./likelihood-ratio.ts";
import { multinomial, tooManyInTail } from "./multinomial.ts";
import type { Predicted } from "./predicted.ts";
import { observedTail, simulatedTail, type TailDays, type TailStatistics, tailDays } from "./tail-simulation.ts";
import { binomialScore, trafficLight } from "./traffic-light.ts";

/** What is tested: what accounts are held to, or what the historical draws alone say. */
export type Subject = "margin" | "draws";

export const TESTS = {
  coverage: "Coverage of maintenance margin (binomial)",
  pof: "Proportion of failures (Kupiec)",
  tuff: "Time until first failure (Kupiec)",
  independence: "Independence (Christoffersen)",
  conditional: "Conditional coverage (Christoffersen)",
  tbfi: "Time between failures, independence (Haas)",
  tbf: "Time between failures, mixed (Haas)",
  binomial: "Binomial",
  trafficLight: "Traffic light (Basel)",
  dq: "Dynamic quantile (Engle and Manganelli)",
  z1: "Z1 (Acerbi and Székely)",
  z2: "Z2 (Acerbi and Székely)",
  z3: "Z3 (Acerbi and Székely)",
  pearson: "Multinomial, Pearson",
  nass: "Multinomial, Nass",
  likelihoodRatio: "Multinomial, likelihood ratio",
} as const;

export type TestName = keyof typeof TESTS;

/** One test of one portfolio. */
export interface TestOutcome {
  readonly of: Subject;
  readonly test: TestName;
  readonly statistic: number | null;
  /** As published: of both directions, by the law the paper gives; null where it gives none. */
  readonly pValue: number | null;
  readonly degrees: number | null;
  /** Evidence of too little margin alone, by the exact law or by histories drawn; null: the test could not be run, `why` says why. */
  readonly pTooLittle: number | null;
  readonly why: string | null;
  /** How often the test, alone and at 5 %, finds the model wrong that `alternative` describes, at this number of days. */
  readonly power: number | null;
  readonly alternative: string;
}

interface Published {
  readonly statistic: number;
  readonly degrees: number | null;
  readonly pValue: number | null;
}

const TWICE = "exceedances twice as often";
const CLUSTERS = "an exceedance ten times as likely after one on the day before";
/** An ES understated by a fifth: losses a quarter larger than predicted. */
const UNDERSTATED = 1.25;
const SHORTFALL = "losses, and so the ES, understated by 20 %";

/** @param hits of maintenance margin, one a day */
export function coverageTest(hits: ArrayLike<number>, probability: number): TestOutcome {
  const { days, count } = exceedancesOf(hits);
  const { statistic, pValue } = binomialScore(days, count, probability);
  return outcome("margin", "coverage", { statistic, degrees: null, pValue }, atLeast(count, days, probability), binomialPower(days, probability), TWICE);
}

/**
 * The nine tests of a series of exceedances.
 *
 * @param valueAtRisk of the same days
 */
export function exceedanceTests(of: Subject, hits: ArrayLike<number>, valueAtRisk: ArrayLike<number>, probability: number, laws: Laws): TestOutcome[] {
  const found = exceedancesOf(hits);
  const { days, count, durations } = found;
  const binomial = atLeast(count, days, probability);
  const power = binomialPower(days, probability);
  const powers = laws.powers(days);
  const first = durations[0];
  const light = trafficLight(days, count, probability);
  const dynamic = laws.dynamicQuantile(hits, valueAtRisk);
  const none = "no exceedance to time";
  return [
    outcome(of, "pof", proportionOfFailures(days, count, probability), binomial, power, TWICE),
    first === undefined
      ? notRun(of, "tuff", none)
      : outcome(of, "tuff", timeUntilFirstFailure(first, probability), earliness(first, probability), firstPower(probability), TWICE),
    outcome(of, "independence", independence(found.transitions), laws.independence(found), powers.independence, CLUSTERS),
    outcome(of, "conditional", conditionalCoverage(found, probability), laws.conditional(found), powers.conditional, TWICE),
    first === undefined ? notRun(of, "tbfi", none) : outcome(of, "tbfi", timeBetweenFailures(found, probability), laws.waits(found), powers.waits, TWICE),
    outcome(of, "tbf", mixedTimeBetweenFailures(found, probability), laws.mixed(found), powers.mixed, TWICE),
    outcome(of, "binomial", { ...binomialScore(days, count, probability), degrees: null }, binomial, power, TWICE),
    outcome(of, "trafficLight", { statistic: light.cumulative, degrees: null, pValue: null }, light.typeOne, power, TWICE),
    outcome(of, "dq", dynamicQuantile(hits, valueAtRisk, probability), dynamic.pValue, dynamic.power, TWICE),
  ];
}

/**
 * The six tests of expected shortfall against the model's own predictions.
 *
 * @param predicted of each day. @param profits of the same days. @param levelsBps of the cells, the first the confidence
 */
export function shortfallTests(predicted: readonly Predicted[], profits: readonly number[], levelsBps: readonly number[], seed: string): TestOutcome[] {
  const names: readonly TestName[] = ["z1", "z2", "z3", "pearson", "nass", "likelihoodRatio"];
  if (predicted.length === 0) return names.map((test) => notRun("draws", test, "the draws predict no loss on any day"));
  const days = tailDays(predicted, levelsBps);
  const observed = observedTail(days, profits);
  const right = simulatedTail(days, 1, RUNS, createRandom(`${seed}/right`));
  const wrong = simulatedTail(days, UNDERSTATED, POWER_RUNS, createRandom(`${seed}/wrong`));
  const directed = (test: TestName, published: Published, evidence: (run: TailStatistics) => number, why: string): TestOutcome => {
    const seen = evidence(observed);
    if (Number.isNaN(seen)) return notRun("draws", test, why);
    // where a history says nothing (no day beyond the VaR) it is no evidence
    const of = (run: TailStatistics) => (Number.isNaN(evidence(run)) ? Number.NEGATIVE_INFINITY : evidence(run));
    let next = 0;
    const law = lawOf(right.length, () => of(right[next++]));
    const power = wrong.filter((run) => probabilityAtLeast(law, of(run)) <= LEVEL).length / wrong.length;
    return outcome("draws", test, published, probabilityAtLeast(law, seen), power, SHORTFALL);
  };
  const szekely = (statistic: number): Published => ({ statistic, degrees: null, pValue: null });
  const cells = cellProbabilities(days);
  const { pearson, nass, likelihoodRatio } = multinomial([...observed.cells], cells);
  const tail = (run: TailStatistics) => tooManyInTail(run.cells, cells, predicted.length);
  return [
    directed("z1", szekely(observed.one), (run) => -run.one, "no day beyond the VaR"),
    directed("z2", szekely(observed.two), (run) => -run.two, ""),
    directed("z3", szekely(observed.three), (run) => -run.three, `${predicted.length} days hold no whole day of the tail`),
    directed("pearson", pearson, (run) => tail(run).pearson, ""),
    directed("nass", nass, (run) => tail(run).pearson, ""),
    directed("likelihoodRatio", likelihoodRatio, (run) => tail(run).likelihoodRatio, ""),
  ];
}

function cellProbabilities({ tail, levels }: TailDays): number[] {
  const cells = levels[0].length;
  return [1 - tail, ...new Array<number>(cells).fill(tail / cells)];
}

/** How often the exact binomial test at 5 % finds twice the exceedances. */
export function binomialPower(days: number, probability: number, level: number = LEVEL): number {
  let critical = 0;
  while (atLeast(critical, days, probability) > level) critical++;
  return atLeast(critical, days, RATE_FACTOR * probability);
}

function firstPower(probability: number): number {
  let latest = 0;
  while (earliness(latest + 1, probability) <= LEVEL) latest++;
  return latest === 0 ? 0 : earliness(latest, RATE_FACTOR * probability);
}

function outcome(of: Subject, test: TestName, { statistic, degrees, pValue }: Published, pTooLittle: number, power: number, alternative: string): TestOutcome {
  return { of, test, statistic, pValue, degrees, pTooLittle, why: null, power, alternative };
}

function notRun(of: Subject, test: TestName, why: string): TestOutcome {
  return { of, test, statistic: null, pValue: null, degrees: null, pTooLittle: null, why, power: null, alternative: "" };
}
