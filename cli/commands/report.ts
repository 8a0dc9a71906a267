import { Command, Option } from "commander";

interface ReportOptions {
  readonly json?: boolean;
  readonly open: "yes" | "no";
  readonly data?: string;
}

/** `ballast report <folder>`: report.md and report.html from the evidence that is there; nothing is computed again. */
export function reportCommand(): Command {
  return new Command("report")
    .description("write report.md and report.html from a proposal's evidence")
    .argument("<folder>", "a proposal's folder, with evidence.json in it")
    .option("--json", "print one JSON document on stdout")
    .addOption(new Option("--open <when>", "show report.html in the browser afterwards").choices(["yes", "no"]).default("no"))
    .option("--data <dir>", "another dataset folder")
    .action(async (folder: string, options: ReportOptions) => {
      const { writeReport } = await import("../report/write.ts");
      const written = await writeReport(folder, options.data);
      if (options.json) process.stdout.write(`${JSON.stringify(written)}\n`);
      else process.stdout.write(`${written.sentence}\n${written.markdown}\n${written.html}\n`);
      if (options.open === "yes") (await import("../report/open.ts")).openInBrowser(written.html);
    });
}
