import { cp, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import { PEER_NAMES } from "../../sim/peers/index.ts";
import { backtestFolder, type FolderBacktest } from "../backtest/folder.ts";
import { settingsOf } from "../backtest/settings.ts";
import { checkFolder } from "../checks/folder.ts";
import { replaceFolder } from "../output/replace-folder.ts";
import { writeFile } from "../output/write.ts";
import { againstFolder, firstOf } from "../peers/folder.ts";
import type { AgainstDocument } from "../peers/output.ts";
import { writePeers } from "../peers/record.ts";
import { resultsOf } from "../peers/results.ts";
import { loadProposal } from "../proposal/load.ts";
import { buildPayload, type Payload, payloadFiles } from "../proposal/payload.ts";
import { loadPolicy } from "../proposal/policy.ts";
import { type FolderRehearsal, rehearseFolder } from "../rehearsal/folder.ts";
import { type WrittenReport, writeReport } from "../report/write.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** The proposal the demo takes: the fixture that passes. */
export const DEMO_PROPOSAL: string = join(ROOT, "proposals", "0001-raise-eth-vol-buffer");

/** Peers are shown on the first crashes and seeds only: the demo is to take seconds. */
const PEER_CRASHES = 2;
const PEER_SEEDS = 2;

export interface DemoOptions {
  /** Where the demo works; it is emptied first. */
  readonly workspace?: string;
  /** The policy's whole backtest instead of the quick one. */
  readonly full?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (text: string) => void;
}

/** A station of the demo as it ends, so that each can be shown while the next one runs. */
export type Station =
  | { readonly name: "backtest"; readonly backtest: FolderBacktest; readonly crashes: number; readonly accounts: string }
  | { readonly name: "peers"; readonly against: AgainstDocument }
  | { readonly name: "build"; readonly payload: Payload }
  | { readonly name: "check"; readonly checks: Awaited<ReturnType<typeof checkFolder>> }
  | { readonly name: "rehearse"; readonly rehearsal: FolderRehearsal }
  | { readonly name: "report"; readonly report: WrittenReport };

/**
 * The whole way of one proposal, for real, in a folder of its own: crash-tested, held against other margin models, turned into calldata, checked, voted through on an embedded chain,
 * read back, reported. Nothing that is committed is touched.
 *
 * The quick policy has fewer crashes, seeds, accounts and scenarios than the committed one, and of its gates those that fewer crashes can be held against.
 *
 * @example for await (const station of runDemo()) console.log(station.name)
 */
export async function* runDemo(options: DemoOptions = {}): AsyncGenerator<Station> {
  const { workspace = join(ROOT, ".cache", "demo"), signal, onProgress: say = () => undefined } = options;
  const folder = await prepare(workspace, options.full === true);

  say("replaying crashes");
  const policy = await loadPolicy(join(workspace, "proposals", "policy.yaml"));
  const accounts = "accounts" in policy.book ? `${policy.seeds.length} seeds of ${policy.book.accounts} accounts` : "the accounts of a file";
  const onProgress = (done: number, of: number) => say(`replaying crashes: ${done} of ${of}`);
  const backtest = await backtestFolder(folder, { signal, onProgress });
  yield { name: "backtest", backtest, crashes: policy.crashes.length, accounts };

  say("replaying under other margin models");
  const part = firstOf(backtest.evidence, PEER_CRASHES, PEER_SEEDS);
  const run = await againstFolder(folder, part, PEER_NAMES, { signal });
  await writePeers(folder, run, backtest.evidence.root);
  yield { name: "peers", against: resultsOf(run, part.outcomes) };

  const proposal = await loadProposal(folder);
  const payload = buildPayload(proposal, proposal.evidence?.root ?? "");
  await replaceFolder(join(folder, "payload"), payloadFiles(payload));
  yield { name: "build", payload };

  const checks = await checkFolder(folder, { undated: true, ...(signal === undefined ? {} : { signal }), onCheck: ({ id }) => say(`checking: ${id}`) });
  yield { name: "check", checks };

  say("voting on an embedded chain");
  yield { name: "rehearse", rehearsal: await rehearseFolder(folder) };

  say("writing the report");
  yield { name: "report", report: await writeReport(folder, undefined, checks) };
}

/** A workspace with the fixture's own words and numbers, and nothing that an earlier run computed. */
async function prepare(workspace: string, full: boolean): Promise<string> {
  const proposals = join(workspace, "proposals");
  const folder = join(proposals, basename(DEMO_PROPOSAL));
  await rm(workspace, { recursive: true, force: true });
  const committed = join(DEMO_PROPOSAL, "..");
  for (const name of ["parameters.yaml", "deployment.yaml", "governance.yaml", "delegates.csv"]) await cp(join(committed, name), join(proposals, name));
  for (const name of ["proposal.yaml", "rationale.md"]) await cp(join(DEMO_PROPOSAL, name), join(folder, name));
  const policy = await loadPolicy(join(committed, "policy.yaml"));
  const { crashes, seeds, book, counts, gates } = settingsOf(policy, { quick: !full });
  await writeFile(join(proposals, "policy.yaml"), stringify({ ...policy, crashes, seeds, book, counts, gates }));
  return folder;
}
