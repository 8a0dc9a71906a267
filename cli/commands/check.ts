import { Command, InvalidArgumentError, Option } from "commander";
import { FORMAT_NAMES, type FormatName } from "../checks/formats/names.ts";

interface CheckOptions {
  readonly json?: boolean;
  readonly format: FormatName;
  readonly write: readonly Written[];
  readonly workers?: number;
  readonly all?: boolean;
  readonly changed?: string;
}

/** `sarif=findings.sarif`: a format, and the file it is written into. */
interface Written {
  readonly format: FormatName;
  readonly file: string;
}

export function checkCommand(): Command {
  return new Command("check")
    .description(
      "check proposals: what they say, do and rest on; exit 3 when a check fails, 4 when a risk gate is breached, 5 when evidence is missing or stale",
    )
    .argument("<folder...>", "proposals' folders, or folders that hold proposals")
    .addOption(new Option("--json", "the same as --format json").conflicts("format"))
    .addOption(
      new Option("--format <format>", "what is printed on stdout; github: annotations and, where there is one, the job's summary")
        .choices(FORMAT_NAMES)
        .default("text"),
    )
    .option("--write <format=file>", "write the same run in another format into a file; may be given several times", written, [])
    .option("--all", "run every replay again, not a sample: as long as a backtest, and what a gate should rest on")
    .option("--changed <ref>", "only proposals that differ from where this branch left that commit; all of them where what they are measured by differs")
    .option("--workers <n>", "threads for the replays that are run again", (text) => {
      if (/^[1-9][0-9]{0,2}$/.test(text)) return Number(text);
      throw new InvalidArgumentError("Give a whole number from 1 on.");
    })
    .action(run);
}

function written(text: string, before: readonly Written[]): Written[] {
  const [format, ...rest] = text.split("=");
  const file = rest.join("=");
  if (!(FORMAT_NAMES as readonly string[]).includes(format) || file === "")
    throw new InvalidArgumentError(`Give a format (${FORMAT_NAMES.join(", ")}), = and a file.`);
  return [...before, { format: format as FormatName, file }];
}

async function run(paths: string[], options: CheckOptions): Promise<void> {
  const [{ interruptible }, { changedSince, expanded }, { checkFolders }, { exitOf }, { startProgress }, { printOutcome }] = await Promise.all([
    import("../backtest/interrupted.ts"),
    import("../checks/changed.ts"),
    import("../checks/folders.ts"),
    import("../checks/outcome.ts"),
    import("../output/progress.ts"),
    import("../checks/formats/print.ts"),
  ]);
  const all = await expanded(paths);
  const { folders, compared } = options.changed === undefined ? { folders: all, compared: undefined } : await changedSince(options.changed, all);
  const progress = await startProgress("reading the proposal");
  const found = await interruptible((signal) =>
    checkFolders(folders, { workers: options.workers, all: options.all, signal, onCheck: (folder, { id }) => progress.say(`${folder}: ${id}`) }),
  ).finally(() => progress.done());
  if (found === undefined) return;
  const outcome = { ...found, compared };
  await printOutcome(outcome, options.json === true ? "json" : options.format, options.write);
  const exit = exitOf(outcome);
  if (exit !== 0) process.exitCode = exit;
}
