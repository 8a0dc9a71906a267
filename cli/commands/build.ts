import { join } from "node:path";
import { Command } from "commander";

export function buildCommand(): Command {
  return new Command("build")
    .description("build the payload of a proposal: the calldata to vote on, bound to its evidence")
    .argument("<folder>", "the proposal's folder")
    .option("--without-evidence", "build a preview, which the chain refuses to execute")
    .option("--json", "print the result as JSON")
    .action(run);
}

async function run(folder: string, options: { withoutEvidence?: boolean; json?: boolean }): Promise<void> {
  const [
    { BallastError },
    { validateChanges },
    { replaceFolder },
    { note, printResult },
    { loadDraft },
    { readEvidence },
    { refuseFindings },
    { buildPayload, NO_EVIDENCE, payloadFiles },
    { changeSentence },
    { requireFresh },
  ] = await Promise.all([
    import("../../sim/errors.ts"),
    import("../../sim/parameters/index.ts"),
    import("../output/replace-folder.ts"),
    import("../output/print.ts"),
    import("../proposal/load.ts"),
    import("../proposal/evidence.ts"),
    import("../proposal/findings.ts"),
    import("../proposal/payload.ts"),
    import("../proposal/description.ts"),
    import("../proposal/fresh.ts"),
  ]);
  // The payload that stands there is replaced, so it need not be whole.
  const [proposal, found] = await Promise.all([loadDraft(folder), options.withoutEvidence ? undefined : readEvidence(folder)]);
  refuseFindings(validateChanges(proposal.base, proposal.changes), { file: join(folder, "proposal.yaml") }, proposal.places);
  if (found === undefined && !options.withoutEvidence) {
    throw new BallastError("EVIDENCE_MISSING", `${folder} has no evidence.json: nobody has crash-tested it yet.`, {
      where: { file: join(folder, "evidence.json") },
      fix: `Run ballast backtest ${folder} first; --without-evidence builds a preview that the chain refuses.`,
      exit: 5,
    });
  }
  if (found !== undefined) requireFresh(proposal, found);
  const evidence = found?.root ?? NO_EVIDENCE;
  const payload = buildPayload(proposal, evidence);
  const target = join(folder, "payload");
  const files = payloadFiles(payload);
  await replaceFolder(target, files);
  if (options.withoutEvidence) note("warning: built without evidence; the chain refuses to execute it (RiskParameters_EvidenceMissing)");

  const { proposalId, governor, chainId } = payload.governor;
  const sentences = proposal.changes.map(changeSentence);
  printResult(
    { folder, evidence, proposalId, governor, chainId, calldata: payload.calldata, files: Object.keys(files).map((name) => join(target, name)) },
    options.json,
    () =>
      [
        ...sentences,
        "",
        `evidence     ${evidence}`,
        `proposal id  ${proposalId}`,
        `governor     ${governor} on chain ${chainId}`,
        ...Object.keys(files).map((name) => `wrote        ${join(target, name)}`),
      ].join("\n"),
  );
}
