import { dirname, join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import type { Verification } from "../proposal/verify.ts";

interface Options {
  readonly proposals: string;
  readonly policy?: string;
  readonly data?: string;
  readonly workers?: number;
  readonly json?: boolean;
}

export function verifyCommand(): Command {
  return new Command("verify")
    .description("decode a proposal or raw calldata, run its backtest again, and say whether the evidence is what it claims")
    .argument("<subject>", "a proposal's folder, calldata (0x…), or a file that holds it")
    .option("--proposals <dir>", "where the proposal that raw calldata names is looked for", "proposals")
    .option("--policy <file>", "the policy (default: policy.yaml beside the proposal's folder)")
    .option("--data <dir>", "another dataset folder")
    .option("--workers <n>", "threads (the result does not depend on it)", wholeNumber)
    .option("--json", "print the result as JSON")
    .action(run);
}

async function run(text: string, options: Options): Promise<void> {
  const [
    { readSubject, decodeCalldata, shownChanges },
    { verifyCalldata, verifyFolder },
    { loadDeployment },
    { loadPolicy },
    { interruptible },
    { startProgress },
    { note, printResult },
  ] = await Promise.all([
    import("../proposal/decoded.ts"),
    import("../proposal/verify.ts"),
    import("../proposal/deployment.ts"),
    import("../proposal/policy.ts"),
    import("../backtest/interrupted.ts"),
    import("../output/progress.ts"),
    import("../output/print.ts"),
  ]);
  const subject = await readSubject(text);
  const found = await interruptible(async (signal) => {
    const recompute = async (proposal: import("../proposal/load.ts").Proposal) => {
      const { runBacktest } = await import("../backtest/run.ts");
      const policyFile = options.policy ?? join(proposal.folder, "..", "policy.yaml");
      const policyFolder = dirname(policyFile);
      const policy = await loadPolicy(policyFile);
      const progress = await startProgress("running the backtest again");
      const onProgress = (done: number, of: number) => progress.say(`running the backtest again: ${done} of ${of}`);
      try {
        return await runBacktest({ proposal, policy, policyFolder, datasetDir: options.data, workers: options.workers, signal, onProgress });
      } finally {
        progress.done();
      }
    };
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
