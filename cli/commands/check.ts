import { Command, InvalidArgumentError } from "commander";

interface CheckOptions {
  readonly json?: boolean;
  readonly workers?: number;
  readonly all?: boolean;
}

export function checkCommand(): Command {
  return new Command("check")
    .description(
      "check proposals: what they say, do and rest on; exit 3 when a check fails, 4 when a risk gate is breached, 5 when evidence is missing or stale",
    )
    .argument("<folder...>", "one or more proposals' folders")
    .option("--json", "print one JSON document on stdout")
    .option("--all", "run every replay again, not a sample: as long as a backtest, and what a gate should rest on")
    .option("--workers <n>", "threads for the replays that are run again", (text) => {
      if (/^[1-9][0-9]{0,2}$/.test(text)) return Number(text);
      throw new InvalidArgumentError("Give a whole number from 1 on.");
    })
    .action(run);
}

async function run(folders: string[], options: CheckOptions): Promise<void> {
  const [{ interruptible }, { checkFolder }, { exitCodeOf }, { checkText }, { printResult }, { startProgress }] = await Promise.all([
    import("../backtest/interrupted.ts"),
    import("../checks/folder.ts"),
    import("../checks/run.ts"),
    import("../checks/text.ts"),
    import("../output/print.ts"),
    import("../output/progress.ts"),
  ]);
  const progress = await startProgress("reading the proposal");
  const reports = await interruptible(async (signal) => {
    const found: Awaited<ReturnType<typeof checkFolder>>[] = [];
    const attackMemory = new Map();
    for (const folder of folders)
      found.push(
        await checkFolder(folder, { workers: options.workers, all: options.all, signal, attackMemory, onCheck: ({ id }) => progress.say(`${folder}: ${id}`) }),
      );
    return found;
  }).finally(() => progress.done());
  if (reports === undefined) return;

  const findings = reports.flatMap((report) => report.findings);
  const document = {
    findings,
    checked: reports.flatMap(({ proposal, checked }) => checked.map((one) => ({ ...one, proposal }))),
    notChecked: reports.flatMap(({ proposal, notChecked }) => notChecked.map((one) => ({ ...one, proposal }))),
  };
  printResult(document, options.json, () => reports.map(checkText).join("\n\n"));
  const exit = exitCodeOf(findings);
  if (exit !== 0) process.exitCode = exit;
}
