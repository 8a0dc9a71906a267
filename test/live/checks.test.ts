import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeProposal } from "../../chain/encode.ts";
import { connectLive } from "../../chain/live/client.ts";
import { type LiveState, readLive } from "../../chain/live/state.ts";
import { certifyByStandIns } from "../../chain/stand-ins.ts";
import type { Check } from "../../cli/checks/check.ts";
import { runChecks } from "../../cli/checks/run.ts";
import { checkText } from "../../cli/checks/text.ts";
import { liveDeployment } from "../../cli/live/checks/deployment.ts";
import { LIVE_CHECKS } from "../../cli/live/checks/index.ts";
import { livePending } from "../../cli/live/checks/pending.ts";
import { liveValues } from "../../cli/live/checks/values.ts";
import { loadProposal, type Proposal } from "../../cli/proposal/load.ts";
import { parametersText } from "../../cli/proposal/parameters.ts";
import { buildPayload, onChainProposal, payloadFiles } from "../../cli/proposal/payload.ts";
import { BallastError } from "../../sim/errors.ts";
import { applyChanges, initialParameters } from "../../sim/parameters/index.ts";
import { contextOf, GOOD, proposalFolder, ROOT, remove, writePayload } from "../checks/world.ts";
import { type NodeProcess, startHardhatNode } from "./node.ts";
import { CHANGES, DAY, liveWorld, type World } from "./world.ts";

let node: NodeProcess;
let world: World;
let live: LiveState;
const folders: string[] = [];
beforeAll(async () => {
  node = await startHardhatNode();
  world = await liveWorld(node.url);
  live = await read();
});
afterAll(async () => {
  await node?.stop();
  for (const folder of folders) await remove(join(folder, ".."));
});

const read = async () => readLive(await connectLive(node.url, { chainId: 31_337, maxHeadAgeSeconds: 90 * DAY }), world.addresses, 0n);

/** A proposal of a workspace whose parameters.yaml says what the chain has decided, or what it said at the deployment. */
async function proposal(changes: string, file: "as decided" | "as deployed" = "as decided"): Promise<Proposal> {
  const { folder, proposal: made } = await proposalFolder(GOOD.replace("ETH.volBuffer: 30 %", changes));
  folders.push(folder);
  if (file === "as deployed") return made;
  await writeFile(join(folder, "../parameters.yaml"), parametersText(applyChanges(initialParameters(), [CHANGES.executed])));
  await writePayload(folder, payloadFiles(buildPayload(await loadProposal(folder), ROOT)));
  return await loadProposal(folder);
}

async function findings(check: Check, subject: Proposal, state: LiveState = live): Promise<string[]> {
  return (await runChecks([check], contextOf(subject, { live: async () => state }))).findings.map(({ message }) => message);
}

describe("what a live chain says about a proposal", () => {
  it("nothing, about one that starts from its values and has no rival; and each check says what it looked at", async () => {
    const sound = await proposal("SOL.volBuffer: 30 %");
    const report = await runChecks(LIVE_CHECKS, contextOf(sound, { live: async () => live }));
    expect(report.findings).toEqual([]);
    expect(report.checked.map(({ looked }) => looked)).toEqual([
      expect.stringContaining("2 versions rebuilt from events"),
      expect.stringContaining("1 changes against version 2"),
      expect.stringContaining("4 proposals at block"),
    ]);
    expect(checkText({ ...report, notChecked: [] })).toMatch(/✓ live-deployment .*2 versions rebuilt/);
    expect(report.checked[2]?.looked).toContain('queued "queued", active "active", pending "pending"');
  });

  it("that parameters.yaml is behind, and that the call would revert", async () => {
    const stale = await proposal("ETH.volBuffer: 28 %", "as deployed");
    const report = await runChecks(LIVE_CHECKS, contextOf(stale, { live: async () => live }));
    expect(checkText({ ...report, notChecked: [] })).toContain("error parameters.yaml says ETH.volBuffer is 2500; on chain it is 3000.");
    expect(await findings(liveValues, stale)).toEqual([
      "parameters.yaml says ETH.volBuffer is 2500; on chain it is 3000.",
      "It starts ETH.volBuffer from 2500; on chain it is 3000: the call would revert.",
    ]);
  });

  it("that a cooldown still runs when it could execute, which no file knows", async () => {
    // The world's clock has gone on by one day since the change; a new proposal executes eight days from now, after the cooldown of seven.
    const again = await proposal("ETH.volBuffer: 32 %");
    expect(await findings(liveValues, again)).toEqual([]);
    // With a governor that votes within the hour it would come too early.
    const hasty: LiveState = { ...live, governance: { ...live.governance, votingDelay: 600, votingPeriod: 600, timelockDelay: 600 } };
    expect(await findings(liveValues, again, hasty)).toEqual([expect.stringMatching(/^At its earliest execution, .* RiskParameters_CooldownRunning\.$/)]);
  });

  it("that proposals on their way change the same", async () => {
    expect(await findings(livePending, await proposal("BTC.volBuffer: 30 %"))).toEqual([
      expect.stringMatching(/^A proposal that is active also changes BTC\.volBuffer: "active" \(id \d+\)\.$/),
    ]);
    // One that was executed is no rival any more.
    expect(await findings(livePending, await proposal("ETH.volBuffer: 32 %"))).toEqual([]);
  });

  it("not that it is its own rival, once it is proposed; its earliest execution is then the chain's", async () => {
    const own = await proposal("LINK.volBuffer: 30 %");
    await certifyByStandIns(world.chain, world.addresses, onChainProposal(own.payload!));
    await world.chain.send({ from: world.holders[1]!, to: world.addresses.governor, data: encodeProposal(onChainProposal(own.payload!)) });
    const later = await read();
    const report = await runChecks(LIVE_CHECKS, contextOf(own, { live: async () => later }));
    expect(report.findings).toEqual([]);
    expect(report.checked[2]?.looked).toContain("it is itself on chain, pending");
  });

  it("that its bounds are not this version's", async () => {
    const other: LiveState = { ...live, bounds: [{ name: "volBuffer", field: "max", chain: "9000", table: "10000" }] };
    expect(await findings(liveDeployment, await proposal("SOL.volBuffer: 30 %"), other)).toEqual([
      "volBuffer: max is 9000 on chain, 10000 in this version's table.",
    ]);
  });

  it("nothing good, when it cannot be read: each check that could not run has failed, whatever the policy says", async () => {
    const broken = new BallastError("RPC_TIMEOUT", "node.example did not answer in time.", { exit: 1 });
    const context = contextOf(await proposal("SOL.volBuffer: 30 %"), { live: () => Promise.reject(broken) });
    const report = await runChecks(LIVE_CHECKS, context, { "live-pending": "warn" });
    expect(report.findings.map(({ check, severity }) => [check, severity])).toEqual(LIVE_CHECKS.map(({ id }) => [id, "error"]));
    expect(report.checked).toEqual([]);
  });
});
