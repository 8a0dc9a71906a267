/**
 * Makes the evidence, payload and report of the proposals kept as fixtures, with what the commands run. Needed after any change of the engine,
 * the market data, the policy or the parameters: their evidence is then stale, and `ballast check` says so. Takes some minutes.
 *
 *     ./scripts/node node scripts/write-fixtures.ts [folder …]
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { backtestFolder } from "../cli/backtest/folder.ts";
import { checkFolder } from "../cli/checks/folder.ts";
import { replaceFolder } from "../cli/output/replace-folder.ts";
import { loadProposal } from "../cli/proposal/load.ts";
import { buildPayload, payloadFiles } from "../cli/proposal/payload.ts";
import { writeReport } from "../cli/report/write.ts";
import { forge } from "./fixtures/forge.ts";

const PROPOSALS = fileURLToPath(new URL("../proposals/", import.meta.url));
/** The one whose payload is not what its proposal.yaml says. */
const MALICIOUS = "0003-raise-keeper-fee";
const ALL = ["0001-raise-eth-vol-buffer", "0002-free-trapped-margin", MALICIOUS];

for (const name of process.argv.length > 2 ? process.argv.slice(2) : ALL) {
  const folder = join(PROPOSALS, name);
  const { evidence, seconds } = await backtestFolder(folder, {});
  const proposal = await loadProposal(folder);
  const honest = buildPayload(proposal, evidence.root);
  const payload = name === MALICIOUS ? forge(honest, proposal.deployment.timelock) : honest;
  await replaceFolder(join(folder, "payload"), payloadFiles(payload));
  const { sentence } = await writeReport(folder, undefined, await checkFolder(folder));
  process.stdout.write(`${name}: ${evidence.root} (${seconds.toFixed(0)} s)\n  ${sentence}\n`);
}
