import { Command } from "commander";

export function rehearseCommand(): Command {
  return new Command("rehearse")
    .description("take a proposal through propose, vote, queue, timelock and execute on an embedded chain, and read every parameter back")
    .argument("<folder>", "the proposal's folder, with its payload")
    .option("--json", "print one JSON document on stdout")
    .action(run);
}

async function run(folder: string, options: { json?: boolean }): Promise<void> {
  const [{ rehearseFolder, isFaithful }, { rehearsalText }, { printResult }, { startProgress }] = await Promise.all([
    import("../rehearsal/folder.ts"),
    import("../rehearsal/text.ts"),
    import("../output/print.ts"),
    import("../output/progress.ts"),
  ]);
  const progress = await startProgress("rehearsing on an embedded chain");
  const found = await rehearseFolder(folder).finally(() => progress.done());
  const { rehearsal, readBack, remargined } = found;
  const document = {
    ok: isFaithful(found),
    proposalId: rehearsal.proposalId,
    steps: rehearsal.steps,
    ...(rehearsal.ok
      ? { readBack, slots: rehearsal.slots, accounts: rehearsal.accounts, remargined }
      : { failed: rehearsal.failed, message: rehearsal.message, error: rehearsal.error }),
  };
  printResult(document, options.json, () => rehearsalText(found));
  if (!isFaithful(found)) process.exitCode = 3;
}
