import { dirname, join, resolve } from "node:path";
import { BallastError } from "../../sim/errors.ts";
import type { Change } from "../../sim/parameters/index.ts";
import { evidenceText } from "../backtest/assemble.ts";
import { type Decoded, decodeCalls } from "./decoded.ts";
import { loadDeployment } from "./deployment.ts";
import { evidenceOf } from "./description.ts";
import { type Evidence, readEvidence, readEvidenceText } from "./evidence.ts";
import { loadProposal, type Proposal } from "./load.ts";
import { loadParameters } from "./parameters.ts";
import { buildPayload, NO_EVIDENCE, onChainProposal, type Payload, payloadFiles, readPayloadTexts } from "./payload.ts";
import { proposalFolders } from "./workspace.ts";
import { departuresFrom, type Yardstick } from "./yardstick.ts";

/** What `verify` found out. */
export interface Verification {
  readonly match: boolean;
  readonly decoded: Decoded;
  /** The result hash: recomputed where a folder was found, else as the calldata names it; null where it names none. */
  readonly hash: string | null;
  /** Everything that differs or is missing, each as a sentence. */
  readonly differences: readonly string[];
  readonly exit: 0 | 5 | 6;
  /** The folder it was held against, where calldata alone was given. */
  readonly folder?: string;
}

/** Runs the backtest of a proposal again. */
export type Recompute = (proposal: Proposal) => Promise<Evidence>;

/**
 * Verifies a proposal's folder: the committed payload has to be, file by file, what the proposal and its evidence make, and the evidence what a
 * backtest finds today.
 *
 * @throws BallastError PAYLOAD_MISSING (exit 5), and what loading, decoding and the backtest throw
 */
export async function verifyFolder(folder: string, recompute: Recompute): Promise<Verification> {
  const proposal = await loadProposal(folder);
  const { payload, evidence } = proposal;
  if (payload === undefined) {
    throw new BallastError("PAYLOAD_MISSING", `${folder} has no payload/: there is nothing to verify yet.`, {
      where: { file: `${folder}/payload` },
      fix: `Run ballast build ${folder}.`,
      exit: 5,
    });
  }
  const decoded = decodeCalls(onChainProposal(payload), proposal.deployment.riskParameters);
  const named = decoded.evidence[0] ?? null;
  const differences = [
    ...payloadDifferences(proposal, payload, decoded, (await readPayloadTexts(folder)) ?? {}),
    ...departuresFrom(await besidePolicy(folder), proposal),
  ];
  if (evidence === undefined) {
    return { match: false, decoded, hash: named, differences: [...differences, "There is no evidence.json: nobody has crash-tested it."], exit: 5 };
  }
  if (named !== evidence.root) differences.push(`The calldata names the evidence ${named ?? "of nothing"}, evidence.json is ${evidence.root}.`);
  const again = await recompute(proposal);
  const { root } = again;
  if (root !== evidence.root) differences.push(`The backtest run again gives ${root}, evidence.json says ${evidence.root}.`);
  // The root is one field among others: the figures, the gates and the verdict beside it are what people read.
  else if (evidenceText(again) !== (await readEvidenceText(folder)))
    differences.push("evidence.json names the right root, but is not, byte for byte, what the backtest writes: somebody edited it.");
  return { match: differences.length === 0, decoded, hash: root, differences, exit: differences.length === 0 ? 0 : 6 };
}

/**
 * Verifies calldata somebody was asked to vote on or to send: its changes are decoded, and the proposal whose evidence it names is looked for and verified.
 *
 * @param proposals the folder with the workspace's proposals
 * @param given the proposal it is said to be; looked for where it is absent
 */
export async function verifyCalldata(decoded: Decoded, proposals: string, recompute: Recompute, given?: string): Promise<Verification> {
  const named = decoded.evidence[0] ?? null;
  const folder = given ?? (named === null ? undefined : await folderWith(proposals, named));
  if (folder === undefined) {
    const reason =
      named === null ? "The calldata changes no risk parameter." : `No proposal in ${proposals} has the evidence ${named} that the calldata names.`;
    return { match: false, decoded, hash: named, differences: [reason, ...othersIn(decoded)], exit: 5 };
  }
  const found = await verifyFolder(folder, recompute);
  const differences = [...found.differences];
  if (given !== undefined && named !== (found.decoded.evidence[0] ?? null))
    differences.push(`The calldata names the evidence ${named ?? "of nothing"}, that of ${folder} names ${found.decoded.evidence[0] ?? "none"}.`);
  const proposal = await loadProposal(folder);
  if (!sameChanges(decoded.changes, proposal.changes)) differences.push(`The calldata makes other changes than ${folder}, whose evidence it names.`);
  if (decoded.evidence.length !== 1) differences.push(`The calldata has ${decoded.evidence.length} batches of changes instead of one.`);
  for (const other of othersIn(decoded)) if (!differences.includes(other)) differences.push(other);
  return { match: differences.length === 0, decoded, hash: found.hash, differences, exit: differences.length === 0 ? 0 : found.exit === 5 ? 5 : 6, folder };
}

/** How the committed payload differs from the one its proposal makes with the evidence its own calldata names. */
function payloadDifferences(proposal: Proposal, payload: Payload, decoded: Decoded, texts: Readonly<Record<string, string | undefined>>): string[] {
  const differences = othersIn(decoded);
  if (!sameChanges(decoded.changes, proposal.changes)) differences.push("The calldata makes other changes than proposal.yaml.");
  const named = decoded.evidence[0];
  if (named !== undefined && evidenceOf(payload.description) !== named)
    differences.push("The description ends with another evidence hash than the calldata's.");
  const made = buildPayload(proposal, named ?? evidenceOf(payload.description) ?? NO_EVIDENCE);
  // The bytes, not what this reader makes of them: of a field written twice another reader may take the other.
  for (const [name, text] of Object.entries(payloadFiles(made))) if (texts[name] !== text) differences.push(`payload/${name} is not what the proposal makes.`);
  return differences;
}

/** What the proposal of a folder is held against, wherever its own file says to look. */
async function besidePolicy(folder: string): Promise<Yardstick> {
  const beside = (name: string) => join(dirname(resolve(folder)), name);
  const [parameters, deployment] = await Promise.all([loadParameters(beside("parameters.yaml")), loadDeployment(beside("deployment.yaml"))]);
  return { parameters, deployment };
}

function othersIn({ others }: Decoded): string[] {
  return others.map(({ target, signature, selector }) => `It also calls ${signature ?? `the unknown function ${selector}`} on ${target}.`);
}

function sameChanges(some: readonly Change[], others: readonly Change[]): boolean {
  const text = (changes: readonly Change[]) => JSON.stringify(changes.map(({ scope, name, from, to, rampSeconds }) => [scope, name, from, to, rampSeconds]));
  return text(some) === text(others);
}

async function folderWith(proposals: string, root: string): Promise<string | undefined> {
  const folders = await proposalFolders(proposals).catch((error) => {
    if (error instanceof BallastError && error.code === "WORKSPACE_NOT_FOUND") return [];
    throw error;
  });
  for (const folder of folders) {
    const evidence = await readEvidence(folder).catch((error) => {
      // Another proposal's broken evidence is not what was asked about.
      if (error instanceof BallastError && error.code === "EVIDENCE_MALFORMED") return undefined;
      throw error;
    });
    if (evidence?.root === root) return folder;
  }
  return undefined;
}
