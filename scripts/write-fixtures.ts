/**
 * Makes the evidence, payload and report of the proposals kept as fixtures, with what the commands run. Needed after any change of the engine,
 * the market data, the policy or the parameters: their evidence is then stale, and `ballast check` says so. Takes some minutes; today's
 * parameters, which all of them start from, are replayed once.
 *
 *     ./scripts/node node scripts/write-fixtures.ts [folder …]
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeEvidence } from "../cli/backtest/folder.ts";
import { runBacktests } from "../cli/backtest/run.ts";
import { checkFolder } from "../cli/checks/folder.ts";
import { replaceFolder } from "../cli/output/replace-folder.ts";
import { loadDraft, loadProposal } from "../cli/proposal/load.ts";
import { buildPayload, payloadFiles } from "../cli/proposal/payload.ts";
import { loadPolicy } from "../cli/proposal/policy.ts";
import { writeReport } from "../cli/report/write.ts";
import { forge } from "./fixtures/forge.ts";

const PROPOSALS = fileURLToPath(new URL("../proposals/", import.meta.url));
/** The one whose payload is not what its proposal.yaml says. */
const MALICIOUS = "0003-raise-keeper-fee";
const ALL = ["0001-raise-eth-vol-buffer", "0002-free-trapped-margin", MALICIOUS];

const names = process.argv.length > 2 ? process.argv.slice(2) : ALL;
const drafts = await Promise.all(names.map((name) => loadDraft(join(PROPOSALS, name))));
const started = performance.now();
const evidence = await runBacktests({ policy: await loadPolicy(join(PROPOSALS, "policy.yaml")), policyFolder: PROPOSALS }, drafts);
process.stdout.write(`${names.length} proposals replayed in ${((performance.now() - started) / 1000).toFixed(0)} s\n`);

for (const [i, name] of names.entries()) {
  const folder = join(PROPOSALS, name);
  await writeEvidence(folder, evidence[i]);
  const proposal = await loadProposal(folder);
  const honest = buildPayload(proposal, evidence[i].root);
  const payload = name === MALICIOUS ? forge(honest, proposal.deployment.timelock) : honest;
  await replaceFolder(join(folder, "payload"), payloadFiles(payload));
}
// A report says how a proposal goes with the others of its folder: all of them have to be there.
for (const [i, name] of names.entries()) {
  const folder = join(PROPOSALS, name);
  const { sentence } = await writeReport(folder, undefined, await checkFolder(folder, { undated: true }));
  process.stdout.write(`${name}: ${evidence[i].root}\n  ${sentence}\n`);
}
