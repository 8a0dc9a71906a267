import { Command, Option } from "commander";
import type { AttackMemory } from "../attack/proposal.ts";
import type { CheckReport } from "../checks/run.ts";

interface ReportOptions {
  readonly json?: boolean;
  readonly open: "yes" | "no";
  readonly checks: boolean;
  readonly data?: string;
}

/** `ballast report <folder>`: report.md and report.html from the evidence that is there, and from what the checks say of the payload. */
export function reportCommand(): Command {
  return new Command("report")
    .description("write report.md and report.html from a proposal's evidence, with what the checks find")
    .argument("<folder>", "a proposal's folder, with evidence.json in it")
    .option("--json", "print one JSON document on stdout")
    .addOption(new Option("--open <when>", "show report.html in the browser afterwards").choices(["yes", "no"]).default("no"))
    .option("--no-checks", "do not run the checks; the report says that they were not run")
    .option("--data <dir>", "another dataset folder; the checks are then not run")
    .action(async (folder: string, options: ReportOptions) => {
      const { writeReport } = await import("../report/write.ts");
      const attackMemory = new Map();
      const checks = options.checks && options.data === undefined ? await checked(folder, attackMemory) : undefined;
      const written = await writeReport(folder, options.data, checks, attackMemory);
      if (options.json) process.stdout.write(`${JSON.stringify(written)}\n`);
      else process.stdout.write(`${written.sentence}\n${written.markdown}\n${written.html}\n`);
      if (options.open === "yes") (await import("../report/open.ts")).openInBrowser(written.html);
    });
}

/** What `ballast check` finds; nothing where there is no payload yet to look at, or no evidence, which the report itself refuses. */
async function checked(folder: string, attackMemory: AttackMemory): Promise<CheckReport | undefined> {
  const { loadProposal } = await import("../proposal/load.ts");
  const { payload, evidence } = await loadProposal(folder);
  if (evidence === undefined) return undefined;
  if (payload === undefined) {
    process.stderr.write(`${folder} has no payload yet: the report goes without the checks (\`ballast build\` makes one)\n`);
    return undefined;
  }
  const [{ checkFolder, sharedWork }, { startProgress }] = await Promise.all([import("../checks/folder.ts"), import("../output/progress.ts")]);
  const progress = await startProgress("running the checks");
  const shared = { ...sharedWork(), attacks: attackMemory };
  return checkFolder(folder, { undated: true, shared, onCheck: ({ id }) => progress.say(`${folder}: ${id}`) }).finally(async () => {
    progress.done();
    await shared.close();
  });
}
