/** Whether what the replays found is within a policy. */
export { type Gate, type GateResult, judge, type Severity, type Verdict } from "./gates.ts";
export { type Evidence, METRICS, type Measurement, type Metric, type Pair } from "./metrics.ts";
export { type Change, type Summary, summarise } from "./summary.ts";
