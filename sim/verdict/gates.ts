import { drawsOf, type Evidence } from "./draws.ts";
import { estimate } from "./estimate.ts";
import { METRICS, type Measurement } from "./metrics.ts";

/** A limit on a metric, from above or from below, as a policy writes it. */
export type Gate = { readonly max: number; readonly severity: Severity } | { readonly min: number; readonly severity: Severity };

/** error: the verdict fails. warn: it is only said. */
export type Severity = "error" | "warn";

export interface GateResult {
  readonly id: string;
  /** Mean over the seeds; null: the metric could not be computed, or is not known; never a pass. */
  readonly value: number | null;
  /** The 95 % interval of that mean over seeds; null where there is one seed only, or no value. */
  readonly low: number | null;
  readonly high: number | null;
  readonly bound: "max" | "min";
  readonly limit: number;
  readonly severity: Severity;
  readonly pass: boolean;
  /** The crash the value comes from, where it comes from one: of several seeds the one most often named. */
  readonly crash?: string;
}

export interface Verdict {
  readonly verdict: "pass" | "fail";
  readonly gates: readonly GateResult[];
}

/**
 * Holds a policy's gates against what the replays found, in the policy's order. A gate is judged on the end of the metric's interval that
 * lies nearer to its limit or beyond it: what the seeds leave open counts against the proposal. With a single seed there is no interval, and
 * the value itself is judged. No evidence is a failure: a gate whose metric is unknown, not computed or not finite does not pass, and a policy
 * without an `error` gate fails, for nothing could have stopped it.
 *
 * @param gates limits by metric id: see METRICS
 * @example judge({ "coverage.worst": { min: 0.95, severity: "error" } }, { pairs, shocks }).verdict;
 */
export function judge(gates: Readonly<Record<string, Gate>>, evidence: Evidence): Verdict {
  const draws = drawsOf(evidence);
  const results = Object.entries(gates).map(([id, gate]): GateResult => {
    const known = Object.hasOwn(METRICS, id) ? METRICS[id] : undefined;
    const found = known === undefined ? [] : draws.map(known.measure);
    const { value, interval } = estimate(
      found.map((one) => one.value),
      known?.range,
    );
    const crash = mostNamed(found);
    const result = {
      id,
      value: Number.isNaN(value) ? null : value,
      low: interval?.low ?? null,
      high: interval?.high ?? null,
      ...("max" in gate ? { bound: "max" as const, limit: gate.max } : { bound: "min" as const, limit: gate.min }),
      severity: gate.severity,
    };
    return { ...result, pass: isWithin(result), ...(crash === undefined ? {} : { crash }) };
  });
  const decisive = results.filter(({ severity }) => severity === "error");
  return { verdict: decisive.length > 0 && decisive.every(({ pass }) => pass) ? "pass" : "fail", gates: results };
}

/** What a gate is judged on: the conservative end of its interval; without one, its value. Null where there is no value. */
export function judgedValue({ value, low, high, bound }: Pick<GateResult, "value" | "low" | "high" | "bound">): number | null {
  return value === null ? null : ((bound === "max" ? high : low) ?? value);
}

/** Whether a gate's own numbers keep its limit. */
export function isWithin(gate: Pick<GateResult, "value" | "low" | "high" | "bound" | "limit">): boolean {
  const judged = judgedValue(gate);
  return judged !== null && (gate.bound === "max" ? judged <= gate.limit : judged >= gate.limit);
}

/** One without a value names itself first: it is why there is none. */
function mostNamed(found: readonly Measurement[]): string | undefined {
  const broken = found.find(({ value }) => !Number.isFinite(value));
  if (broken !== undefined) return broken.crash;
  const counts = new Map<string, number>();
  for (const { crash } of found) if (crash !== undefined) counts.set(crash, (counts.get(crash) ?? 0) + 1);
  return [...counts].reduce<[string | undefined, number]>((most, one) => (one[1] > most[1] ? one : most), [undefined, 0])[0];
}
