import type { Outcome } from "../../sim/replay/outcome.ts";
import type { RecordedOutcome } from "../proposal/evidence.ts";
import { hashOf } from "./canonical.ts";

/**
 * An outcome as it stands in the evidence: all its figures, the hash of its hourly path, and the path itself for one seed only; sixteen of them
 * would be most of the file and nobody would look. Whoever replays a seed again has its path and can hold it against the hash.
 *
 * @example recordOf(replay(input), false).seriesHash // "0x…"
 */
export function recordOf({ series, ...figures }: Outcome, keepsSeries: boolean): RecordedOutcome {
  const record = { ...figures, seriesHash: hashOf(series), ...(keepsSeries ? { series } : {}) };
  // Copies what is read-only into what the file's type calls plain.
  return record as RecordedOutcome;
}

/** The seed whose paths a report shows: the first. */
export function pathSeed({ seeds }: { readonly seeds: readonly number[] }): number {
  return seeds[0];
}
