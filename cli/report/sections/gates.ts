import { judgedValue, METRICS } from "../../../sim/verdict/index.ts";
import type { Evidence, GateResult } from "../../proposal/evidence.ts";
import { interval, percent, percentChange, share, trimmed } from "../format.ts";

/** One gate of the policy: what was found against what is allowed, in words. */
export interface GateRow {
  readonly id: string;
  readonly label: string;
  /** The label within a sentence: "the worst crash's coverage". */
  readonly phrase: string;
  /** The value within a sentence: "4.89 % of the insurance fund". */
  readonly amount: string;
  /** What the number is, in full. */
  readonly meaning: string;
  readonly value: string;
  /** "91.2 % to 92.0 %", the 95 % interval over seeds; empty where there is none. */
  readonly interval: string;
  /** The value keeps the limit, and its interval does not: in words, for a sentence. */
  readonly doubt: string;
  /** "at most 5.00 %" */
  readonly limit: string;
  readonly bound: "max" | "min";
  readonly status: "pass" | "fail" | "warn";
  readonly word: "Within" | "Breached" | "Warning";
  /**
   * How far the end of the interval that counts is on its way to the limit: 0 nothing, 1 the limit; null where the limit is nothing to
   * divide by. And the two ends.
   */
  readonly used: number | null;
  readonly usedRange: readonly [number, number] | null;
  readonly room: string;
}

interface Wording {
  readonly label: string;
  /** The same within a sentence. */
  readonly phrase: string;
  /** What the value is a share of, where a sentence has to say so. */
  readonly whole?: string;
  readonly format: (value: number) => string;
}

const FUND = "of the insurance fund";

const WORDING: Readonly<Record<string, Wording>> = {
  "shortfall.worst": { label: "Shortfall, worst crash", phrase: "the worst crash's shortfall", whole: FUND, format: percent },
  "shortfall.increase": { label: "Rise of a shortfall", phrase: "the rise of a crash's shortfall", whole: FUND, format: percentChange },
  "coverage.worst": { label: "Coverage, worst crash", phrase: "the worst crash's coverage", format: share },
  "coverage.mean": { label: "Coverage, mean", phrase: "mean coverage", format: share },
  "coverage.decrease": { label: "Fall of a coverage", phrase: "the fall of a crash's coverage", format: percentChange },
  "liquidated.mean": { label: "Accounts liquidated, mean", phrase: "the share of accounts liquidated", format: percent },
  "margin.rate": { label: "Margin rate, mean", phrase: "the mean margin rate", format: percent },
  "capital.increase": { label: "Rise of margin (capital cost)", phrase: "the rise of margin", format: percentChange },
  "procyclicality.fiveDayRise": { label: "Five-day rise of margin", phrase: "the five-day rise of margin", format: percentChange },
  "procyclicality.increase": { label: "Five-day rise, against today's", phrase: "the change of the five-day rise of margin", format: percentChange },
  "executionShock.accounts": { label: "Accounts hit on execution", phrase: "the share of accounts hit on execution", format: percent },
  "executionShock.notional": { label: "Notional hit on execution", phrase: "the share of notional hit on execution", format: percent },
};

/** What a gate is called. @example gateLabel("coverage.mean") // "Coverage, mean" */
export function gateLabel(id: string): string {
  return WORDING[id]?.label ?? id;
}

/** The gates, breached ones first, otherwise in the policy's order. */
export function gateRows(evidence: Pick<Evidence, "gates">): GateRow[] {
  const rows = evidence.gates.map(gateRow);
  const rank = { fail: 0, warn: 1, pass: 2 };
  return rows.sort((a, b) => rank[a.status] - rank[b.status]);
}

function gateRow(gate: GateResult): GateRow {
  const { label, phrase, whole, format }: Wording = WORDING[gate.id] ?? { label: gate.id, phrase: gate.id, format: percent };
  const value = gate.value === null ? "not computed" : format(gate.value);
  const status = gate.pass ? "pass" : gate.severity === "warn" ? "warn" : "fail";
  const used = usedOf(gate);
  const { low, high } = gate;
  const ends = low === null || high === null ? null : ([low, high] as const);
  const spent = ends?.map((end) => spentOf(gate, end)) ?? [null];
  const words = ends === null ? "" : interval(ends, format);
  const kept = gate.value !== null && (gate.bound === "max" ? gate.value <= gate.limit : gate.value >= gate.limit);
  return {
    id: gate.id,
    label,
    phrase,
    meaning: Object.hasOwn(METRICS, gate.id) ? METRICS[gate.id].doc : "A metric this report has no words for.",
    value,
    interval: words,
    doubt:
      kept && !gate.pass && ends !== null ? `its 95 % interval goes ${gate.bound === "max" ? `up to ${format(ends[1])}` : `down to ${format(ends[0])}`}` : "",
    amount: gate.value === null || whole === undefined ? value : `${value} ${whole}`,
    limit: `at ${gate.bound === "max" ? "most" : "least"} ${unsigned(format, gate.limit)}`,
    bound: gate.bound,
    status,
    word: { pass: "Within", fail: "Breached", warn: "Warning" }[status] as GateRow["word"],
    used,
    usedRange: spent.every((end) => end !== null) && spent.length === 2 ? [Math.min(...spent), Math.max(...spent)] : null,
    room: roomOf(gate, used),
  };
}

/** A limit is written as it stands in the policy: 0.5 % and not +0.50 %. */
function unsigned(format: (value: number) => string, limit: number): string {
  return trimmed((format === percentChange ? percent : format)(limit));
}

/**
 * How much of its limit a gate has used, by what it is judged on; null where that cannot be said. A coverage is used up by what it leaves
 * uncovered: 99.2 % against 99 % has used four fifths of the one percent allowed.
 */
export function usedOf(gate: GateResult): number | null {
  const judged = judgedValue(gate);
  return judged === null ? null : spentOf(gate, judged);
}

function spentOf({ id, bound, limit }: GateResult, value: number): number | null {
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
