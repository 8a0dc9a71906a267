import { join } from "node:path";
import { encodeFunctionData } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EVIDENCE_REGISTRY_ABI } from "../../chain/abi.ts";
import { encodeApply, type Proposal } from "../../chain/encode.ts";
import { connectLive } from "../../chain/live/client.ts";
import { type LiveRehearsal, rehearseLive } from "../../chain/live/rehearse.ts";
import { type LiveState, readLive } from "../../chain/live/state.ts";
import { standIns } from "../../chain/stand-ins.ts";
import { roles } from "../../cli/checks/roles.ts";
import type { Change } from "../../sim/parameters/index.ts";
import { contextOf, find, GOOD, proposalFolder, remove } from "../checks/world.ts";
import { type NodeProcess, startHardhatNode } from "./node.ts";
import { DAY, EVIDENCE, liveWorld, type World } from "./world.ts";

const CHANGE: Change = { scope: "SOL", name: "volBuffer", from: 2_500, to: 3_000, rampSeconds: 0 };

/** On a fork validators who have not signed yet are replaced by stand-ins: three of them, of whom one is enough. */
describe("what the rehearsal on a fork does to the validators is no finding of the proposal's", () => {
  let node: NodeProcess;
  let world: World;
  let live: LiveState;
  let judged: Awaited<ReturnType<typeof proposalFolder>>;
  beforeAll(async () => {
    node = await startHardhatNode();
    world = await liveWorld(node.url);
    live = await readLive(await connectLive(node.url, { chainId: 31_337, maxHeadAgeSeconds: 90 * DAY }), world.addresses, 0n);
    judged = await proposalFolder(GOOD);
  });
  afterAll(async () => {
    await node?.stop();
    if (judged !== undefined) await remove(join(judged.folder, ".."));
  });

  const calls = (...calldata: { target: keyof World["addresses"]; data: `0x${string}` }[]): Proposal => ({
    calls: calldata.map(({ target, data }) => ({ target: world.addresses[target], value: 0n, calldata: data })),
    description: "# New",
  });
  const change = { target: "parameters", data: encodeApply([CHANGE], EVIDENCE) } as const;
  const naming = (validators: typeof STAND_INS, threshold: bigint) =>
    ({
      target: "evidenceRegistry",
      data: encodeFunctionData({ abi: EVIDENCE_REGISTRY_ABI, functionName: "setValidators", args: [validators, threshold] }),
    }) as const;
  const STAND_INS = standIns();

  async function rehearsed(proposal: Proposal): Promise<LiveRehearsal & { ok: true }> {
    const rehearsal = await rehearseLive(live, proposal, 0n);
    if (!rehearsal.ok) throw new Error(`${rehearsal.failed}: ${rehearsal.message}`);
    return rehearsal;
  }
  const findings = async (rehearsal: LiveRehearsal) =>
    (await find(roles, contextOf(judged.proposal, { rehearsal: async () => rehearsal }))).map(({ message }) => message);

  it("a change of a parameter alone: stand-ins signed it, and `roles` says nothing", async () => {
    const rehearsal = await rehearsed(calls(change));
    expect(rehearsal.steps.map(({ name }) => name)).toContain("certify by stand-ins");
    expect(rehearsal.governance.after.certifiers).toEqual({ ...live.governance.certifiers, changes: 1 });
    expect(await findings(rehearsal)).toEqual([]);
  });

  it.each([
    ["other validators", () => naming([`0x${"11".repeat(20)}`], 1n), `1 of 0x${"11".repeat(20)}`],
    ["the very stand-ins, as the rehearsal names them", () => naming(STAND_INS, 1n), `1 of ${[...STAND_INS].sort().join(", ")}`],
    ["the same validators once more", () => naming(live.governance.certifiers.validators as typeof STAND_INS, 2n), "to 2 of"],
  ])("a proposal that names %s beside it is found all the same", async (_, call, named) => {
    const rehearsal = await rehearsed(calls(change, call()));
    expect(rehearsal.steps.map(({ name }) => name)).toContain("certify by stand-ins");
    expect(await findings(rehearsal)).toContainEqual(expect.stringMatching(new RegExp(`^Its execution changes who certifies evidence: from .*${named}`)));
  });
});
