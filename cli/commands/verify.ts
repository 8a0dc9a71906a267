import { dirname, join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { type RpcOptions, rpcUrl, withRpc } from "../live/options.ts";
import type { Verification } from "../proposal/verify.ts";

interface Options extends RpcOptions {
  readonly proposals: string;
  readonly policy?: string;
  readonly data?: string;
  readonly workers?: number;
  readonly leaf?: string;
  readonly folder?: string;
  readonly json?: boolean;
}

export function verifyCommand(): Command {
  const command = new Command("verify")
    .description("decode a proposal or raw calldata, run its backtest again, and say whether the evidence is what it claims")
    .argument("<subject>", "a proposal's folder, calldata (0x…), a file that holds it, or with --rpc a proposal's id (decimal)")
    .option("--proposals <dir>", "where the proposal that raw calldata names is looked for, and the deployment", "proposals")
    .option("--folder <dir>", "with a proposal's id: the folder it is said to be (default: the one whose evidence it names)");
  return withRpc(command, "a JSON-RPC endpoint: look a proposal's id up on chain")
    .option("--policy <file>", "the policy (default: policy.yaml beside the proposal's folder)")
    .option("--data <dir>", "another dataset folder")
    .option("--workers <n>", "threads (the result does not depend on it)", wholeNumber)
    .option("--leaf <crash/set/seed>", "run only this replay again, and hold it against the result hash by its Merkle proof")
    .option("--json", "print the result as JSON")
    .action(run);
}

async function run(text: string, options: Options): Promise<void> {
  const [{ readSubject, decodeCalldata, shownChanges }, { verifyCalldata, verifyFolder }, { loadDeployment }, { interruptible }, { note, printResult }] =
    await Promise.all([
      import("../proposal/decoded.ts"),
      import("../proposal/verify.ts"),
      import("../proposal/deployment.ts"),
      import("../backtest/interrupted.ts"),
      import("../output/print.ts"),
    ]);
  if (/^[0-9]{20,78}$/.test(text)) return verifyId(text, options);
  const subject = await readSubject(text);
  if (options.leaf !== undefined) return verifyLeaf(subject, options.leaf, options);
  const found = await interruptible(async (signal) => {
    const recompute = recomputing(options, signal);
    if (subject.kind === "folder") return verifyFolder(subject.folder, recompute);
    const registry = async () => (await loadDeployment(join(options.proposals, "deployment.yaml"))).riskParameters;
    return verifyCalldata(await decodeCalldata(subject.calldata, registry), options.proposals, recompute);
  });
  if (found === undefined) return;
  const { match, decoded, hash, differences, exit } = found;
  if (options.json) for (const difference of differences) note(difference);
  const table = await tableOf(found);
  printResult({ match, changes: shownChanges(decoded.changes), hash }, options.json, () =>
    [
      match ? "MATCH: the payload is what the proposal says, and its evidence is what the backtest finds." : "NO MATCH",
      ...differences.map((difference) => `  ${difference}`),
      "",
      table,
      "",
      `evidence  ${hash ?? "none"}`,
    ].join("\n"),
  );
  process.exitCode = exit;
}

/** The backtest again, under the policy that is asked for. */
function recomputing(options: Options, signal: AbortSignal): import("../proposal/verify.ts").Recompute {
  return async (proposal) => {
    const [{ runBacktest }, { loadPolicy }, { startProgress }] = await Promise.all([
      import("../backtest/run.ts"),
      import("../proposal/policy.ts"),
      import("../output/progress.ts"),
    ]);
    const policyFile = options.policy ?? join(proposal.folder, "..", "policy.yaml");
    const policyFolder = dirname(policyFile);
    const policy = await loadPolicy(policyFile);
    const progress = await startProgress("running the backtest again");
    const onProgress = (done: number, of: number) => progress.say(`running the backtest again: ${done} of ${of}`);
    try {
      const attribute = proposal.evidence?.attribution !== undefined;
      return await runBacktest({ proposal, policy, policyFolder, datasetDir: options.data, workers: options.workers, attribute, signal, onProgress });
    } finally {
      progress.done();
    }
  };
}

/** A proposal on chain: found by its id, decoded, and held against the folder whose evidence it names. */
async function verifyId(id: string, options: Options): Promise<void> {
  const [{ verifyOnChain }, { shownChanges }, { loadDeployment }, { openLive }, { requireRpc }, { interruptible }, { startProgress }, { note, printResult }] =
    await Promise.all([
      import("../live/verify.ts"),
      import("../proposal/decoded.ts"),
      import("../proposal/deployment.ts"),
      import("../live/open.ts"),
      import("../live/require.ts"),
      import("../backtest/interrupted.ts"),
      import("../output/progress.ts"),
      import("../output/print.ts"),
    ]);
  const url = requireRpc(rpcUrl(options), "A proposal's id is looked up on chain.");
  const deployment = await loadDeployment(join(options.proposals, "deployment.yaml"));
  const progress = await startProgress("reading the chain");
  const live = await openLive(url, deployment, options).finally(() => progress.done());
  const found = await interruptible((signal) =>
    verifyOnChain(live, id, { proposals: options.proposals, folder: options.folder }, recomputing(options, signal)),
  );
  if (found === undefined) return;
  const { match, decoded, hash, differences, exit, onChain } = found;
  if (options.json) for (const difference of differences) note(difference);
  const table = await tableOf(found);
  printResult({ match, changes: shownChanges(decoded.changes), hash, onChain }, options.json, () =>
    [
      match ? "MATCH: the proposal on chain is what its folder says, and its evidence is what the backtest finds." : "NO MATCH",
      ...differences.map((difference) => `  ${difference}`),
      "",
      `${onChain.state}: ${onChain.title}`,
      `proposed by ${onChain.proposer}; chain ${onChain.chainId}, block ${onChain.block}, as ${onChain.endpoint} tells it`,
      `held against ${onChain.folder ?? "no folder"}`,
      "",
      table,
      "",
      `evidence  ${hash ?? "none"}`,
    ].join("\n"),
  );
  process.exitCode = exit;
}

/** One replay of a folder's evidence, run again and held against the root: exit 6 when it does not stand under it. */
async function verifyLeaf(subject: import("../proposal/decoded.ts").Subject, name: string, options: Options): Promise<void> {
  const [{ leafNamed, runLeaf }, { poolOptions }, { loadProposal }, { loadPolicy }, { BallastError }, { printResult }] = await Promise.all([
    import("../backtest/leaf.ts"),
    import("../backtest/run.ts"),
    import("../proposal/load.ts"),
    import("../proposal/policy.ts"),
    import("../../sim/errors.ts"),
    import("../output/print.ts"),
  ]);
  if (subject.kind !== "folder")
    throw new BallastError("LEAF_NEEDS_FOLDER", "A single replay is verified from a proposal's folder: calldata has only the root.", {
      fix: "Name the folder.",
    });
  const task = leafNamed(name);
  const proposal = await loadProposal(subject.folder);
  if (proposal.evidence === undefined)
    throw new BallastError("EVIDENCE_MISSING", `${subject.folder} has no evidence.json.`, { fix: `Run \`ballast backtest ${subject.folder}\`.`, exit: 5 });
  const policyFile = options.policy ?? join(proposal.folder, "..", "policy.yaml");
  const policy = await loadPolicy(policyFile);
  const pool = await poolOptions({ proposal, policy, policyFolder: dirname(policyFile), datasetDir: options.data, workers: 1 });
  const { hash, claimed, proof, holds } = await runLeaf(pool, proposal.evidence, task);
  const { root } = proposal.evidence;
  printResult({ leaf: name, match: holds, hash, claimed: claimed ?? null, proof, root }, options.json, () =>
    [
      holds
        ? `MATCH: ${name} replays to the leaf that stands under the result hash.`
        : `NO MATCH: ${name} ${claimed === undefined ? "is not in the evidence" : "replays to another leaf"}.`,
      `  replayed  ${hash}`,
      `  claimed   ${claimed ?? "none"}`,
      `  root      ${root}`,
      ...proof.map((sibling, i) => `  ${i === 0 ? "proof     " : "          "}${sibling}`),
    ].join("\n"),
  );
  if (!holds) process.exitCode = 6;
}

async function tableOf({ decoded }: Verification): Promise<string> {
  const [{ formatTable }, { specOf }, { formatAmount, formatDuration, formatRaw }] = await Promise.all([
    import("../output/table.ts"),
    import("../../sim/parameters/index.ts"),
    import("../proposal/units.ts"),
  ]);
  const both = (name: string, value: number) => {
    const spec = specOf(name);
    return spec === undefined ? String(value) : `${formatAmount(value, spec.unit, name)} (${formatRaw(value, spec.unit)})`;
  };
  return formatTable(
    [{ title: "parameter" }, { title: "from", align: "right" }, { title: "to", align: "right" }, { title: "over" }],
    decoded.changes.map(({ scope, name, from, to, rampSeconds }) => [
      `${scope}.${name}`,
      both(name, from),
      both(name, to),
      rampSeconds === 0 ? "at once" : formatDuration(rampSeconds),
    ]),
  );
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (/^[1-9][0-9]*$/.test(text) && value <= 1_024) return value;
  throw new InvalidArgumentError("It has to be a whole number from 1 to 1024.");
}
