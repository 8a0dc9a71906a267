import { appendFile, stat } from "node:fs/promises";
import manifest from "../../../package.json" with { type: "json" };
import { note } from "../../output/print.ts";
import { writeFile } from "../../output/write.ts";
import { INTERNAL, type Outcome } from "../outcome.ts";
import { formatOutcome } from "./index.ts";
import { markdownFormat, SUMMARY_BYTES } from "./markdown.ts";
import type { FormatName } from "./names.ts";

/**
 * Prints the outcome of a run and writes it into the files asked for. As `github`, it is also added to the summary of the job's step, where there is one.
 *
 * @param written formats and the files they go into
 * @throws BallastError what reading the proposal threw, where text or JSON is printed and there is no other; WRITE_FAILED
 */
export async function printOutcome(
  outcome: Outcome,
  format: FormatName,
  written: readonly { readonly format: FormatName; readonly file: string }[],
): Promise<void> {
  // The checkout: annotations of another folder than this would not be found.
  const context = { root: process.env.GITHUB_WORKSPACE ?? process.cwd(), version: manifest.version };
  for (const { format: other, file } of written) await writeFile(file, formatOutcome(other, outcome, context));
  if (format === "github") await addToSummary(outcome, process.env.GITHUB_STEP_SUMMARY);
  const [problem] = outcome.problems;
  if (problem !== undefined && outcome.reports.length + outcome.problems.length === 1 && (format === "text" || format === "json")) throw problem.error;
  for (const { code, error } of outcome.problems) if (code === INTERNAL && error instanceof Error) note(error.stack ?? error.message);
  process.stdout.write(formatOutcome(format, outcome, context));
}

/** Less than this is no room for a verdict and what was left out. */
const LEAST_ROOM_BYTES = 4_096;

/** The summary of a step holds 1 MiB, whoever wrote it; one byte more, and GitHub shows none of it. */
async function addToSummary(outcome: Outcome, file: string | undefined): Promise<void> {
  if (file === undefined || file === "") return;
  const used = await stat(file).then(
    ({ size }) => size,
    () => 0,
  );
  const room = SUMMARY_BYTES - used;
  if (room >= LEAST_ROOM_BYTES) await appendFile(file, markdownFormat(outcome, room));
}
