/** Whether what the replays found is within a policy, and what the seeds say of a change. */
export { type Draw, drawsOf, type Evidence, type Figures, type Pair, type Shock } from "./draws.ts";
export { CONFIDENCE, type Estimate, estimate, type Interval } from "./estimate.ts";
export { type Gate, type GateResult, isWithin, judge, judgedValue, type Severity, type Verdict } from "./gates.ts";
export { type Headline, headlinesOf, NEGLIGIBLE, type Word, wordFor } from "./headlines.ts";
export { LEVELS, type Level, METRICS, type Measurement, type Metric, shareOfFund } from "./metrics.ts";
export { everyone, has, MOST_EXACT, type ShapleyPlan, type ShapleyShare, shapleyPlan, shapleyValues } from "./shapley.ts";
