import type { Governance, RehearsalPassed } from "../../chain/index.ts";
import { BallastError } from "../../sim/errors.ts";
import { formatDuration } from "../proposal/units.ts";
import type { CheckContext } from "./context.ts";

/**
 * What governs before and after, from the rehearsal that the other checks look at too: what a proposal would leave is what counts.
 *
 * @throws BallastError GOVERNANCE_UNKNOWN when the proposal was not executed, so that what it leaves is unknown
 * @example (await governanceOf(context)).after.timelockDelay
 */
export async function governanceOf(context: CheckContext): Promise<RehearsalPassed["governance"]> {
  const rehearsal = await context.rehearsal();
  if (rehearsal.ok) return rehearsal.governance;
  throw new BallastError("GOVERNANCE_UNKNOWN", `The proposal was not executed (it stops at "${rehearsal.failed}"), so how it leaves the vote is unknown.`, {
    fix: "Mend what the check of the life cycle found.",
    exit: 3,
  });
}

/** A figure before and after as words: one where it stays. @example beforeAfter(86400, 3600, formatDuration) // "1 d → 1 h" */
export function beforeAfter<T>(before: T, after: T, inWords: (value: T) => string): string {
  return before === after ? inWords(after) : `${inWords(before)} → ${inWords(after)}`;
}

/** What a governor's clock counts in. */
export type ClockUnit = "seconds" | "blocks";

/** The unit of an ERC-6372 clock, or undefined where its mode says neither. @example clockUnit("mode=timestamp") // "seconds" */
export function clockUnit(mode: string): ClockUnit | undefined {
  const parts = new URLSearchParams(mode);
  if (parts.get("mode") === "timestamp") return "seconds";
  // `from` names another chain's block number, which this one's time says nothing about.
  if (parts.get("mode") === "blocknumber" && ["default", null].includes(parts.get("from"))) return "blocks";
  return undefined;
}

/** A delay or a period of the governor in seconds, whatever its clock counts. */
export function governorSeconds(units: number, { clockMode }: Pick<Governance, "clockMode">, blockSeconds: number): number {
  return clockUnit(clockMode) === "blocks" ? units * blockSeconds : units;
}

/** @example duration(90_000) // "1 d 1 h" */
export function duration(seconds: number): string {
  return formatDuration(Math.round(seconds));
}
