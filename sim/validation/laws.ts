import { createRandom, type Random } from "../math/index.ts";
import {
  clustered,
  conditionalDirected,
  drawHits,
  drawTransitions,
  drawWait,
  dynamicDirected,
  type Law,
  lawOf,
  mixedDirected,
  probabilityAtLeast,
  tooSoon,
} from "./directed.ts";
import { type Exceedances, exceedancesOf } from "./exceedances.ts";

/** Histories drawn for a p-value: the smallest that can come out is 1/10 000, below what Holm's correction asks of 384 tests. */
export const RUNS = 9_999;
/** Histories drawn to see how often a test finds a model that is wrong. */
export const POWER_RUNS = 499;
/** A power is looked for at 5 %, which fewer histories tell apart. */
const POWER_LAW_RUNS = 999;
/** The level a power is stated at: one test, looked at alone. */
export const LEVEL = 0.05;
/** The model that is wrong: exceedances twice as often, or, for tests of their order, ten times as likely after one on the day before. */
export const RATE_FACTOR = 2;
const CLUSTER_FACTOR = 10;

/** Directed p-values and powers of tests that need histories drawn. Laws that depend on few numbers are drawn once and kept. */
export interface Laws {
  readonly independence: (found: Exceedances) => number;
  readonly conditional: (found: Exceedances) => number;
  readonly waits: (found: Exceedances) => number;
  readonly mixed: (found: Exceedances) => number;
  /** With its power, which rests on the same draws. */
  readonly dynamicQuantile: (hits: ArrayLike<number>, valueAtRisk: ArrayLike<number>) => { readonly pValue: number; readonly power: number };
  /** Power of the four above at a number of days. */
  readonly powers: (days: number) => Powers;
}

export interface Powers {
  readonly independence: number;
  readonly conditional: number;
  readonly waits: number;
  readonly mixed: number;
}

/**
 * Laws of the directed statistics under a model that is right.
 *
 * @param probability of an exceedance: 1 − confidence
 * @param seed names the streams: the same seed gives the same p-values
 */
export function createLaws(probability: number, seed: string): Laws {
  const stream = (name: string): Random => createRandom(`${seed}/${name}`);
  const kept = new Map<string, Law>();
  const law = (name: string, runs: number, draw: (random: Random) => number): Law => {
    const known = kept.get(`${name}/${runs}`);
    if (known !== undefined) return known;
    const random = stream(name);
    const made = lawOf(runs, () => draw(random));
    kept.set(`${name}/${runs}`, made);
    return made;
  };
  const history = (days: number, random: Random) => exceedancesOf(drawHits(days, probability, random));
  const waitsOf = (count: number, random: Random) =>
    tooSoon(
      Array.from({ length: count }, () => drawWait(probability, random)),
      probability,
    );
  const withRuns = (runs: number): Omit<Laws, "dynamicQuantile" | "powers"> => ({
    independence: ({ days, count, transitions }) =>
      probabilityAtLeast(
        law(`independence/${days}/${count}`, runs, (random) => clustered(drawTransitions(days, count, random))),
        clustered(transitions),
      ),
    conditional: (found) =>
      probabilityAtLeast(
        law(`conditional/${found.days}`, runs, (random) => conditionalDirected(history(found.days, random), probability)),
        conditionalDirected(found, probability),
      ),
    waits: ({ count, durations }) =>
      probabilityAtLeast(
        law(`waits/${count}`, runs, (random) => waitsOf(count, random)),
        tooSoon(durations, probability),
      ),
    mixed: (found) =>
      probabilityAtLeast(
        law(`mixed/${found.days}`, runs, (random) => mixedDirected(history(found.days, random), probability)),
        mixedDirected(found, probability),
      ),
  });
  const coarse = withRuns(POWER_LAW_RUNS);

  const powers = new Map<number, Powers>();
  return {
    ...withRuns(RUNS),
    dynamicQuantile(hits, valueAtRisk) {
      const random = stream("dynamic quantile");
      const own = lawOf(RUNS, () => dynamicDirected(drawHits(hits.length, probability, random), valueAtRisk, probability));
      const pOf = (seen: ArrayLike<number>) => probabilityAtLeast(own, dynamicDirected(seen, valueAtRisk, probability));
      const wrong = stream("dynamic quantile/power");
      return { pValue: pOf(hits), power: shareBelow(() => pOf(drawHits(hits.length, RATE_FACTOR * probability, wrong))) };
    },
    powers(days) {
      const known = powers.get(days);
      if (known !== undefined) return known;
      const random = stream(`power/${days}`);
      const often = () => exceedancesOf(drawHits(days, RATE_FACTOR * probability, random));
      const afterOne = Math.min(0.5, CLUSTER_FACTOR * probability);
      const first = (probability * (1 - afterOne)) / (1 - probability);
      const made = {
        independence: shareBelow(() => coarse.independence(exceedancesOf(drawHits(days, first, random, afterOne)))),
        conditional: shareBelow(() => coarse.conditional(often())),
        waits: shareBelow(() => coarse.waits(often())),
        mixed: shareBelow(() => coarse.mixed(often())),
      };
      powers.set(days, made);
      return made;
    },
  };
}

/** How often a p-value is at most the level. */
function shareBelow(draw: () => number): number {
  let found = 0;
  for (let run = 0; run < POWER_RUNS; run++) if (draw() <= LEVEL) found++;
  return found / POWER_RUNS;
}
