import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { encodeFunctionData, type Hex, padHex } from "viem";
import { expect, it } from "vitest";
import { GOVERNOR_ABI, RISK_STEWARD_ABI, TOKEN_ABI } from "../../chain/abi.ts";
import { ROOT } from "../../chain/artifacts.ts";
import { deployBallast } from "../../chain/deploy.ts";
import { encodeApply, encodeProposal, encodeStep, proposalId } from "../../chain/encode.ts";
import { startChain } from "../../chain/network.ts";
import { certifyByStandIns } from "../../chain/stand-ins.ts";
import { toWord } from "../../chain/words.ts";
import { type Change, initialParameters, keysOf, specOf, valueOf } from "../../sim/parameters/index.ts";

/** The committed snapshot. `BALLAST_WRITE_GAS=1` with this test writes it again; look at the difference before committing it. */
const SNAPSHOT = "contracts/gas-snapshot.txt";
const EVIDENCE = padHex("0xe1", { size: 32 });

it("costs as much gas as the snapshot says, step by step", async () => {
  const measured: string[] = [];
  const note = (what: string, gasUsed: number) => measured.push(`${what.padEnd(28)}${String(gasUsed).padStart(10)}`);
  for (const count of [1, 20]) {
    const chain = await startChain();
    try {
      const { addresses, holders } = await deployBallast(chain, initialParameters());
      const { governor, parameters, steward, token } = addresses;
      const from = holders.receiver;
      await chain.send({ from, to: token, data: encodeFunctionData({ abi: TOKEN_ABI, functionName: "delegate", args: [from] }) });
      const calls = [{ target: parameters, value: 0n, calldata: encodeApply(smallest(count), EVIDENCE) }];
      const proposal = { calls, description: `# ${count}` };
      const send = async (what: string, to: Hex, data: Hex, sender = from) => note(what, (await chain.send({ from: sender, to, data })).gasUsed);
      for (const { gasUsed } of await certifyByStandIns(chain, addresses, proposal)) note(`certify (2 of 3), ${count}`, gasUsed);
      await send(`propose, ${count}`, governor, encodeProposal(proposal));
      const id = proposalId(proposal);
      const ask = (functionName: "proposalSnapshot" | "proposalDeadline" | "proposalEta") =>
        chain.client.readContract({ address: governor, abi: GOVERNOR_ABI, functionName, args: [id] }).then(Number);
      await chain.travelTo((await ask("proposalSnapshot")) + 1);
      await send(`vote, ${count}`, governor, encodeFunctionData({ abi: GOVERNOR_ABI, functionName: "castVote", args: [id, 1] }));
      await chain.travelTo((await ask("proposalDeadline")) + 1);
      await send(`queue, ${count}`, governor, encodeStep("queue", proposal));
      await chain.travelTo(await ask("proposalEta"));
      // What the batch itself takes, as the timelock sends it; then the whole of it.
      const fresh = await chain.request("evm_snapshot");
      await send(`apply(${count})`, parameters, calls[0]?.calldata ?? "0x", addresses.timelock);
      await chain.request("evm_revert", [fresh]);
      await send(`execute, ${count}`, governor, encodeStep("execute", proposal));
      if (count > 1) continue;
      for (const [value, what] of [
        [6_000, "tighten"],
        [6_100, "tighten further"],
      ] as const) {
        const data = encodeFunctionData({ abi: RISK_STEWARD_ABI, functionName: "tighten", args: [toWord("ETH"), toWord("volRangeUp"), BigInt(value)] });
        await send(what, steward, data, holders.council);
      }
    } finally {
      await chain.close();
    }
  }
  const text = `${measured.sort().join("\n")}\n`;
  if (process.env.BALLAST_WRITE_GAS === "1") {
    const { writeFile } = await import("../../cli/output/write.ts");
    await writeFile(join(ROOT, SNAPSHOT), text);
  }
  expect(text).toBe(await readFile(join(ROOT, SNAPSHOT), "utf8"));
});

/** The smallest step of the first so many values that may each move alone: up, one unit. */
function smallest(count: number): Change[] {
  const set = initialParameters();
  return keysOf(set)
    .filter(({ name }) => specOf(name)?.unit === "bps" && !["liquidationTarget", "volFloor", "confidence"].includes(name))
    .slice(0, count)
    .map((key) => ({ ...key, from: valueOf(set, key), to: valueOf(set, key) + 1, rampSeconds: 86_400 }));
}
