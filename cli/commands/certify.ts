import { dirname, join } from "node:path";
import { Command, InvalidArgumentError } from "commander";

interface Options {
  readonly collect?: boolean;
  readonly versionBefore?: number;
  readonly expiry?: number;
  readonly keyFile?: string;
  readonly validators?: string;
  readonly data?: string;
  readonly workers?: number;
  readonly json?: boolean;
}

export function certifyCommand(): Command {
  return new Command("certify")
    .description("as a validator: run a proposal's backtest again, and sign the result if it is the committed one; or collect what validators signed")
    .argument("<folder>", "the proposal's folder")
    .option("--version-before <n>", "RiskParameters.version() of the parameters in force: what the certificate is for", wholeNumber(1, 2 ** 48 - 1))
    .option("--expiry <seconds>", "the last second since 1970 at which it counts (default: as the others, else in 30 days)", wholeNumber(1, 2 ** 48 - 1))
    .option("--key-file <file>", "a file with the private key that only you can read (default: the environment's BALLAST_VALIDATOR_KEY)")
    .option("--collect", "check every certificate in the folder, and write the calldata that records them")
    .option("--validators <file>", "with --collect: who may sign (default: validators.yaml beside the proposal's folder)")
    .option("--data <dir>", "another dataset folder")
    .option("--workers <n>", "threads (the result does not depend on it)", wholeNumber(1, 1_024))
    .option("--json", "print the result as JSON")
    .action(run);
}

async function run(folder: string, options: Options): Promise<void> {
  if (options.collect) return collectAll(folder, options);
  const [{ certify }, { loadPolicy }, { interruptible }, { startProgress }, { printResult }, { BallastError }] = await Promise.all([
    import("../certificate/certify.ts"),
    import("../proposal/policy.ts"),
    import("../backtest/interrupted.ts"),
    import("../output/progress.ts"),
    import("../output/print.ts"),
    import("../../sim/errors.ts"),
  ]);
  if (options.versionBefore === undefined) {
    throw new BallastError("VERSION_MISSING", "A certificate is for one version of the parameters, and none was given.", {
      fix: "Read RiskParameters.version() where it is deployed, and give it as --version-before.",
    });
  }
  const { versionBefore, expiry, keyFile } = options;
  const signed = await interruptible((signal) =>
    certify({
      folder,
      versionBefore,
      expiry,
      keyFile,
      now: Math.floor(Date.now() / 1000),
      recompute: async (proposal) => {
        const { runBacktest } = await import("../backtest/run.ts");
        const policyFile = join(proposal.folder, "..", "policy.yaml");
        const progress = await startProgress("running the backtest again");
        const onProgress = (done: number, of: number) => progress.say(`running the backtest again: ${done} of ${of}`);
        const attribute = proposal.evidence?.attribution !== undefined;
        const { data: datasetDir, workers } = options;
        const subject = { proposal, policy: await loadPolicy(policyFile), policyFolder: dirname(policyFile) };
        return await runBacktest({ ...subject, datasetDir, workers, attribute, signal, onProgress }).finally(() => progress.done());
      },
    }),
  );
  if (signed === undefined) return;
  const { certificate, signer, file } = signed;
  printResult(signed, options.json, () =>
    [
      `SIGNED: ${signer} certifies "${certificate.verdict}" for version ${certificate.versionBefore}, until ${new Date(certificate.expiry * 1000).toISOString()}.`,
      `  result  ${certificate.resultHash}`,
      `  wrote   ${file}`,
    ].join("\n"),
  );
  if (certificate.verdict === "fail") process.exitCode = 4;
}

async function collectAll(folder: string, { validators, json }: Options): Promise<void> {
  const [{ collect }, { printResult }] = await Promise.all([import("../certificate/collect.ts"), import("../output/print.ts")]);
  const found = await collect(folder, validators ?? join(folder, "..", "validators.yaml"), Math.floor(Date.now() / 1000));
  printResult(found, json, () =>
    [`COLLECTED: ${found.signers.length} signatures.`, `  send    the calldata of ${found.file}`, `  to      ${found.to} on chain ${found.chainId}`].join("\n"),
  );
}

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^[0-9]{1,15}$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
  };
}
