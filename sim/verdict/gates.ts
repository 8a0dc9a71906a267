import { type Evidence, METRICS } from "./metrics.ts";

/** A limit on a metric, from above or from below, as a policy writes it. */
export type Gate = { readonly max: number; readonly severity: Severity } | { readonly min: number; readonly severity: Severity };

/** error: the verdict fails. warn: it is only said. */
export type Severity = "error" | "warn";

export interface GateResult {
  readonly id: string;
  /** null: the metric could not be computed, or is not known; never a pass. */
  readonly value: number | null;
  readonly bound: "max" | "min";
  readonly limit: number;
  readonly severity: Severity;
  readonly pass: boolean;
  /** The crash the value comes from, where it comes from one. */
  readonly crash?: string;
}

export interface Verdict {
  readonly verdict: "pass" | "fail";
  readonly gates: readonly GateResult[];
}

/**
 * Holds a policy's gates against what the replays found, in the policy's order. No evidence is a failure: a gate whose metric is
 * unknown, not computed or not finite does not pass, and a policy without an `error` gate fails, for nothing could have stopped it.
 *
 * @param gates limits by metric id: see METRICS
 * @example judge({ "coverage.worst": { min: 0.95, severity: "error" } }, { pairs, executionShock }).verdict;
 */
export function judge(gates: Readonly<Record<string, Gate>>, evidence: Evidence): Verdict {
  const results = Object.entries(gates).map(([id, gate]) => evaluate(id, gate, evidence));
  const decisive = results.filter(({ severity }) => severity === "error");
  return { verdict: decisive.length > 0 && decisive.every(({ pass }) => pass) ? "pass" : "fail", gates: results };
}

function evaluate(id: string, gate: Gate, evidence: Evidence): GateResult {
  const known = Object.hasOwn(METRICS, id) ? METRICS[id] : undefined;
  const { value, crash } = known?.measure(evidence) ?? { value: Number.NaN };
  const computed = Number.isFinite(value);
  const [bound, limit] = "max" in gate ? (["max", gate.max] as const) : (["min", gate.min] as const);
  return {
    id,
    value: computed ? value : null,
    bound,
    limit,
    severity: gate.severity,
    pass: computed && (bound === "max" ? value <= limit : value >= limit),
    ...(crash === undefined ? {} : { crash }),
  };
}
