import { Command } from "commander";
import { type RpcOptions, rpcUrl, withRpc } from "../live/options.ts";

interface Options extends RpcOptions {
  readonly json?: boolean;
}

export function rehearseCommand(): Command {
  const command = new Command("rehearse")
    .description("take a proposal through propose, vote, queue, timelock and execute on an embedded chain, and read every parameter back")
    .argument("<folder>", "the proposal's folder, with its payload");
  return withRpc(command, "a JSON-RPC endpoint: rehearse on a fork of the live chain, with its contracts and its delegates")
    .option("--json", "print one JSON document on stdout")
    .action(run);
}

async function run(folder: string, options: Options): Promise<void> {
  const url = rpcUrl(options);
  const [{ rehearseFolder, isFaithful }, { openLive }, { rehearsalText }, { printResult }, { startProgress }] = await Promise.all([
    import("../rehearsal/folder.ts"),
    import("../live/open.ts"),
    import("../rehearsal/text.ts"),
    import("../output/print.ts"),
    import("../output/progress.ts"),
  ]);
  const progress = await startProgress(url === undefined ? "rehearsing on an embedded chain" : "rehearsing on a fork of the live chain");
  const open = url === undefined ? undefined : (deployment: Parameters<typeof openLive>[1]) => openLive(url, deployment, options);
  const found = await rehearseFolder(folder, open).finally(() => progress.done());
  const { rehearsal, readBack, remargined, fork } = found;
  const document = {
    ok: isFaithful(found),
    proposalId: rehearsal.proposalId,
    steps: rehearsal.steps,
    ...(fork === undefined ? {} : { fork }),
    ...(rehearsal.ok
      ? { readBack, slots: rehearsal.slots, accounts: rehearsal.accounts, remargined }
      : { failed: rehearsal.failed, message: rehearsal.message, error: rehearsal.error }),
  };
  printResult(document, options.json, () => rehearsalText(found));
  if (!isFaithful(found)) process.exitCode = 3;
}
