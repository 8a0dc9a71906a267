import type { Evidence, GateResult } from "../../proposal/evidence.ts";
import { METRICS } from "../../proposal/policy.ts";
import { percent, percentChange, share, trimmed } from "../format.ts";

/** One gate of the policy: what was found against what is allowed, in words. */
export interface GateRow {
  readonly id: string;
  readonly label: string;
  /** What the number is, in full. */
  readonly meaning: string;
  readonly value: string;
  /** "at most 5.00 %" */
  readonly limit: string;
  readonly status: "pass" | "fail" | "warn";
  readonly word: "Within" | "Breached" | "Warning";
  /** How far the value is on its way to the limit: 0 nothing, 1 the limit; null where the limit is nothing to divide by. */
  readonly used: number | null;
  readonly room: string;
}

interface Wording {
  readonly label: string;
  readonly format: (value: number) => string;
}

const WORDING: Readonly<Record<string, Wording>> = {
  "shortfall.worst": { label: "Shortfall, worst crash", format: percent },
  "shortfall.increase": { label: "Rise of a shortfall", format: percentChange },
  "coverage.worst": { label: "Coverage, worst crash", format: share },
  "coverage.mean": { label: "Coverage, mean", format: share },
  "capital.increase": { label: "Rise of margin (capital cost)", format: percentChange },
  "procyclicality.fiveDayRise": { label: "Margin rise in five days", format: percentChange },
  "procyclicality.increase": { label: "Rise of that rise", format: percentChange },
  "executionShock.accounts": { label: "Accounts hit on execution", format: percent },
  "executionShock.notional": { label: "Notional hit on execution", format: percent },
};

/** The gates, breached ones first, otherwise in the policy's order. */
export function gateRows(evidence: Evidence): GateRow[] {
  const rows = evidence.gates.map(gateRow);
  const rank = { fail: 0, warn: 1, pass: 2 };
  return rows.sort((a, b) => rank[a.status] - rank[b.status]);
}

function gateRow(gate: GateResult): GateRow {
  const { label, format } = WORDING[gate.id] ?? { label: gate.id, format: percent };
  const status = gate.pass ? "pass" : gate.severity === "warn" ? "warn" : "fail";
  const used = usedOf(gate);
  return {
    id: gate.id,
    label,
    meaning: (METRICS as Readonly<Record<string, string>>)[gate.id] ?? "a metric this report has no words for",
    value: gate.value === null ? "not computed" : format(gate.value),
    limit: `at ${gate.bound === "max" ? "most" : "least"} ${unsigned(format, gate.limit)}`,
    status,
    word: { pass: "Within", fail: "Breached", warn: "Warning" }[status] as GateRow["word"],
    used,
    room: roomOf(gate, used),
  };
}

/** A limit is written as it stands in the policy: 0.5 % and not +0.50 %. */
function unsigned(format: (value: number) => string, limit: number): string {
  return trimmed((format === percentChange ? percent : format)(limit));
}

/** A coverage is used up by what it leaves uncovered: 99.2 % against 99 % has used four fifths of the one percent allowed. */
function usedOf({ id, bound, limit, value }: GateResult): number | null {
  if (value === null) return null;
  const [spent, allowed] = bound === "max" ? [value, limit] : [1 - value, 1 - limit];
  if (bound === "min" && !id.startsWith("coverage.")) return null;
  return allowed > 0 ? Math.max(0, spent / allowed) : null;
}

function roomOf(gate: GateResult, used: number | null): string {
  if (gate.value === null) return "could not be computed, which is a failure";
  if (used === null) return gate.pass ? "within the limit" : "beyond the limit";
  if (used === 0) return "none of it used";
  return used > 10 ? `${used.toFixed(0)} times the limit` : `${trimmed(percent(used))} of the limit`;
}
