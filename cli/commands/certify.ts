import { dirname, join, resolve } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import type { LiveState } from "../../chain/live/state.ts";
import { type RpcOptions, rpcUrl, withRpc } from "../live/options.ts";

interface Options extends RpcOptions {
  readonly collect?: boolean;
  readonly versionBefore?: number;
  readonly expiry?: number;
  readonly keyFile?: string;
  readonly typedData?: string;
  readonly signer?: string;
  readonly signature?: string;
  readonly validators?: string;
  readonly data?: string;
  readonly workers?: number;
  readonly json?: boolean;
}

export function certifyCommand(): Command {
  const command = new Command("certify")
    .description("as a validator: run a proposal's backtest again, and sign the result if it is the committed one; or collect what validators signed")
    .argument("<folder>", "the proposal's folder");
  return withRpc(command, "a JSON-RPC endpoint: the version in force, and who may sign, are read there; contracts are asked whether they signed")
    .option(
      "--version-before <n>",
      "without --rpc: RiskParameters.version() of the parameters in force, what the certificate is for",
      wholeNumber(1, 2 ** 48 - 1),
    )
    .option("--expiry <seconds>", "the last second since 1970 at which it counts (default: as the others, else in 30 days)", wholeNumber(1, 2 ** 48 - 1))
    .option("--key-file <file>", "a file with the private key that only you can read (default: the environment's BALLAST_VALIDATOR_KEY)")
    .option("--typed-data <file>", "sign elsewhere: write what is to be signed into this file (EIP-712), for a hardware wallet, a keystore or a smart account")
    .option("--signature <hex>", "with --typed-data and --signer: add what was signed elsewhere; nothing is run again")
    .option("--signer <address>", "whose signature it is")
    .option("--collect", "check every certificate in the folder, and write the calldata that records them")
    .option("--validators <file>", "who may sign (default: validators.yaml beside the proposal's folder; with --rpc it has to agree with the registry)")
    .option("--data <dir>", "another dataset folder")
    .option("--workers <n>", "threads (the result does not depend on it)", wholeNumber(1, 1_024))
    .option("--json", "print the result as JSON")
    .action(run);
}

async function run(folder: string, options: Options): Promise<void> {
  if (options.collect) return collectAll(folder, options);
  if (options.signature !== undefined || options.signer !== undefined) return addSigned(folder, options);
  const [{ certify, requireBase }, { loadPolicy }, { interruptible }, { startProgress }] = await Promise.all([
    import("../certificate/certify.ts"),
    import("../proposal/policy.ts"),
    import("../backtest/interrupted.ts"),
    import("../output/progress.ts"),
  ]);
  const live = await openBeside(folder, options);
  if (live !== undefined) await requireBase(folder, live);
  const { versionBefore, expiry, keyFile, typedData } = options;
  const done = await interruptible(async (signal) => {
    const input: import("../certificate/certify.ts").CertifyInput = {
      folder,
      versionBefore,
      live,
      expiry,
      now: timeOf(live),
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
    };
    if (typedData === undefined) return { signed: await certify({ ...input, keyFile }) };
    const { writeTypedData } = await import("../certificate/external.ts");
    return { ready: await writeTypedData(input, typedData), file: typedData };
  });
  if (done === undefined) return;
  if (done.signed !== undefined) return printSigned(done.signed, options);
  await printReady(folder, done, options);
}

/** The words that are to be signed elsewhere, and how they come back. */
async function printReady(
  folder: string,
  { ready, file }: { ready: import("../certificate/certify.ts").Ready; file: string },
  { json }: Options,
): Promise<void> {
  const [{ certificateDigest }, { printResult }] = await Promise.all([import("../../chain/index.ts"), import("../output/print.ts")]);
  const { domain, certificate } = ready;
  const digest = certificateDigest(domain, certificate);
  printResult({ file, digest, ...domain, certificate: { ...certificate, versionBefore: Number(certificate.versionBefore) } }, json, () =>
    [
      `TO BE SIGNED: "${certificate.verdict}" for version ${certificate.versionBefore}, until ${isoOf(certificate.expiry)}.`,
      `  result  ${certificate.resultHash}`,
      `  digest  ${digest}`,
      `  wrote   ${file}`,
      `  sign    for one: cast wallet sign --data --from-file ${file} --ledger`,
      `  then    ballast certify ${folder} --typed-data ${file} --signer 0x… --signature 0x…`,
    ].join("\n"),
  );
  if (certificate.verdict === "fail") process.exitCode = 4;
}

async function addSigned(folder: string, options: Options): Promise<void> {
  const [{ addSignature }, { BallastError }] = await Promise.all([import("../certificate/external.ts"), import("../../sim/errors.ts")]);
  const { isAddress } = await import("viem");
  const { typedData, signer, signature, validators: validatorsFile } = options;
  if (typedData === undefined || signer === undefined || signature === undefined) {
    throw new BallastError("SIGNATURE_INCOMPLETE", "A signature made elsewhere needs the file that was signed, and who signed it.", {
      fix: "Give --typed-data FILE, --signer 0x… and --signature 0x… together.",
    });
  }
  if (!isAddress(signer))
    throw new BallastError("SIGNER_INVALID", `${signer} is no address.`, {
      where: { field: "--signer", value: signer },
      fix: "It is 0x and 40 hex digits, checksummed (EIP-55) or all lower case.",
    });
  const live = await openBeside(folder, options);
  await printSigned(await addSignature(folder, { typedData, signer, signature }, { validatorsFile, live, now: timeOf(live) }), options);
}

async function printSigned(signed: import("../certificate/files.ts").Signed, { json }: Options): Promise<void> {
  const { printResult } = await import("../output/print.ts");
  const { certificate, signer, file } = signed;
  printResult(signed, json, () =>
    [
      `SIGNED: ${signer} certifies "${certificate.verdict}" for version ${certificate.versionBefore}, until ${isoOf(certificate.expiry)}.`,
      `  result  ${certificate.resultHash}`,
      `  wrote   ${file}`,
    ].join("\n"),
  );
  if (certificate.verdict === "fail") process.exitCode = 4;
}

async function collectAll(folder: string, options: Options): Promise<void> {
  const [{ collect }, { printResult }] = await Promise.all([import("../certificate/collect.ts"), import("../output/print.ts")]);
  const live = await openBeside(folder, options);
  const found = await collect(folder, { validatorsFile: options.validators, live }, timeOf(live));
  printResult(found, options.json, () =>
    [`COLLECTED: ${found.signers.length} signatures.`, `  send    the calldata of ${found.file}`, `  to      ${found.to} on chain ${found.chainId}`].join("\n"),
  );
}

/** The live deployment that stands beside the proposal's folder, whichever the proposal names. */
async function openBeside(folder: string, options: Options): Promise<LiveState | undefined> {
  const url = rpcUrl(options);
  if (url === undefined) return undefined;
  const [{ openLive }, { loadDeployment }, { startProgress }] = await Promise.all([
    import("../live/open.ts"),
    import("../proposal/deployment.ts"),
    import("../output/progress.ts"),
  ]);
  const deployment = await loadDeployment(join(dirname(resolve(folder)), "deployment.yaml"));
  const progress = await startProgress("reading the chain");
  return await openLive(url, deployment, options).finally(() => progress.done());
}

/** Expiry is judged by the chain's clock, where one was asked. Seconds since 1970. */
function timeOf(live: LiveState | undefined): number {
  return live?.chain.block.time ?? Math.floor(Date.now() / 1000);
}

function isoOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^[0-9]{1,15}$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
  };
}
