/** Deterministic mathematics: the same bits on every machine and every JavaScript engine. */
export { atLeast, atMost, clopperPearson, type Interval, incompleteBeta } from "./binomial.ts";
export { CDF_RANGE, CDF_STEP, CDF_TABLE, tableCdf } from "./cdf-table.ts";
export { exp } from "./exp.ts";
export { expectedShortfall, tailLength, valueAtRisk } from "./expected-shortfall.ts";
export { chiSquareTail, logGamma, upperGamma } from "./gamma.ts";
export { murmur3 } from "./hash.ts";
export { log } from "./log.ts";
export { normalCdf, normalPdf, normalQuantile } from "./normal.ts";
export { power } from "./power.ts";
export { createRandom, type Random } from "./random.ts";
export { mean, median, quantile, variance } from "./statistics.ts";
export { studentCentral, studentQuantile } from "./student-t.ts";
export { sum } from "./sums.ts";
