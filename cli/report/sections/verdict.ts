import type { Evidence } from "../../proposal/evidence.ts";
import { month, percent, plural, share, trimmed, usd } from "../format.ts";
import type { Comparison } from "./crashes.ts";
import type { GateRow } from "./gates.ts";

export interface Verdict {
  readonly pass: boolean;
  readonly symbol: "✓" | "✗";
  /** A run that is no evidence does not pass: nothing of what it looked at is breached. */
  readonly word: "Passes" | "Fails" | "Nothing breached";
  /** The whole verdict in one sentence. */
  readonly sentence: string;
  /** The same without its first word, for where symbol and word stand apart. */
  readonly rest: string;
  /** "All 9 gates are within their limits." */
  readonly gates: string;
}

/** How a run departs from its policy, and so is a look and no evidence. */
export interface Look {
  /** The options, as typed. */
  readonly departures: readonly string[];
  /** Labels of the gates it says nothing about. */
  readonly notJudged: readonly string[];
}

/**
 * The verdict, its worst crash named, with what the change buys and what it costs.
 *
 * @param failedChecks ids of the checks that found a fault: a proposal with one does not pass, whatever its crash test says
 */
export function verdictOf(
  evidence: Evidence,
  comparisons: readonly Comparison[],
  gates: readonly GateRow[],
  failedChecks: readonly string[] = [],
  look?: Look,
): Verdict {
  const pass = evidence.verdict === "pass" && failedChecks.length === 0;
  const breached = gates.filter(({ status }) => status === "fail");
  const warned = gates.filter(({ status }) => status === "warn");
  const tested = evidence.verdict === "pass" ? passedWords(warned, gates.length) : breachedWords(breached, gates.length);
  const head = failedChecks.length === 0 ? tested : `${plural(failedChecks.length, "check")} failed (${failedChecks.join(", ")}); ${tested}`;
  const rest = `${head}; ${worstWords(comparisons)}${costWords(evidence, comparisons)}.`;
  const isLook = look !== undefined && look.departures.length > 0;
  const word = !pass ? "Fails" : isLook ? "Nothing breached" : "Passes";
  return {
    pass,
    symbol: pass ? "✓" : "✗",
    word,
    rest,
    sentence: `${word}: ${rest}`,
    gates: `${gatesSentence(breached.length, warned.length, gates.length)}${intervalWords(gates)}${lookWords(look)}`,
  };
}

/** Mean over crashes of the mean margin rate, today and proposed. */
export function meanRates(comparisons: readonly Comparison[]): [number, number] {
  const mean = (of: (comparison: Comparison) => number) => comparisons.reduce((sum, one) => sum + of(one), 0) / comparisons.length;
  return [mean(({ today }) => today.marginRate), mean(({ proposed }) => proposed.marginRate)];
}

/** The capital cost as the policy's gate has it, so that a report has one number for it; without that gate, of the mean rates. */
export function capitalIncrease({ gates }: Evidence, comparisons: readonly Comparison[]): number {
  const [today, proposed] = meanRates(comparisons);
  return gates.find(({ id }) => id === "capital.increase")?.value ?? proposed / today - 1;
}

/** "Black Thursday (March 2020)" */
export function named({ title, firstDay }: Comparison): string {
  return firstDay === "" ? title : `${title} (${month(Date.parse(firstDay) / 3_600_000)})`;
}

function gatesSentence(breached: number, warned: number, gates: number): string {
  if (gates === 0) return "The policy has no gate: nothing was held against a limit.";
  if (breached + warned === 0) return gates === 1 ? "The one gate is within its limit." : `All ${plural(gates, "gate")} within their limits.`;
  const parts = [
    breached > 0 ? `${breached} of ${plural(gates, "gate")} breached.` : "",
    warned > 0 ? `${plural(warned, "warning")}, which ${warned === 1 ? "does" : "do"} not fail the verdict.` : "",
  ];
  return parts.filter(Boolean).join(" ");
}

function intervalWords(gates: readonly GateRow[]): string {
  return gates.some(({ interval }) => interval !== "")
    ? " With each value stands its 95 % interval over the seeds: a gate is judged on the end that is nearer to its limit."
    : "";
}

function lookWords(look: Look | undefined): string {
  if (look === undefined || look.departures.length === 0) return "";
  const unjudged = look.notJudged.length === 0 ? "" : ` Not judged: ${look.notJudged.join(", ")}, which the policy asks for over all its crashes.`;
  return ` This run departs from the policy (${look.departures.join(", ")}): it is a look, and no evidence to vote on.${unjudged}`;
}

function passedWords(warned: readonly GateRow[], gates: number): string {
  if (warned.length === 0) return gates === 1 ? "its one gate within limits" : `all ${plural(gates, "gate")} within limits`;
  return `${gates - warned.length} of ${plural(gates, "gate")} within limits, ${plural(warned.length, "warning")} (${warned.map(({ phrase }) => phrase).join("; ")})`;
}

/** The first breached gate with its numbers, and how many there are. */
function breachedWords(breached: readonly GateRow[], gates: number): string {
  if (breached.length === 0) return "no gate was there to pass";
  const [{ phrase, amount, limit, bound, doubt }] = breached;
  const count = `${breached.length} of ${plural(gates, "gate")} breached`;
  if (doubt !== "") return `${phrase} is ${amount}, but ${doubt}, and ${limit} ${bound === "max" ? "is allowed" : "is asked for"} (${count})`;
  return `${phrase} is ${amount}, ${limit} ${bound === "max" ? "is allowed" : "is asked for"} (${count})`;
}

function worstWords(comparisons: readonly Comparison[]): string {
  const worst = comparisons.find((comparison) => comparison.worst);
  if (worst === undefined) return "there is no crash to compare";
  const among = comparisons.length === 1 ? "the only crash replayed" : `the worst of ${plural(comparisons.length, "crash", "crashes")}`;
  const { today, proposed } = worst;
  const shortfall =
    today.shortfall < 0.5 && proposed.shortfall < 0.5
      ? `no account falls short${elsewhereWords(comparisons)}`
      : `the shortfall ${moved(today.shortfall, proposed.shortfall, usd)}`;
  return `in ${named(worst)}, ${among}, ${shortfall} and coverage ${moved(today.coverage, proposed.coverage, share)}`;
}

/** The worst crash need not be the one with the largest shortfall: "no account falls short" must not read as if none did anywhere. */
function elsewhereWords(comparisons: readonly Comparison[]): string {
  const most = Math.max(...comparisons.map(({ proposed }) => proposed.shortfall));
  return most < 0.5 ? "" : ` (elsewhere by ${usd(most)} at most)`;
}

function moved(today: number, proposed: number, format: (value: number) => string): string {
  const [before, after] = [format(today), format(proposed)];
  return before === after ? `stays at ${after}` : `${proposed > today ? "rises" : "falls"} from ${before} to ${after}`;
}

function costWords(evidence: Evidence, comparisons: readonly Comparison[]): string {
  if (comparisons.length === 0) return "";
  const change = capitalIncrease(evidence, comparisons);
  // Less than a hundredth of a percent is below what the report prints.
  if (!Number.isFinite(change) || Math.abs(change) < 0.00005) return ", at the same margin";
  return change > 0 ? `, for ${trimmed(percent(change))} more margin` : `, with ${trimmed(percent(-change))} less margin`;
}
