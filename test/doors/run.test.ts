import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { delimiter, dirname, join, resolve } from "node:path";
import { type Address, encodeFunctionData, parseAbi, zeroHash } from "viem";
import { describe, expect, it } from "vitest";
import { GOVERNOR_ABI, RISK_PARAMETERS_ABI } from "../../chain/abi.ts";
import { ROLES } from "../../chain/deploy.ts";
import { toWord } from "../../chain/words.ts";
import { temporary } from "../temporary.ts";
import { accountOf, live, payload, type World, world } from "./world.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const PROPOSER = accountOf(3);
const EXECUTED = 7;

/** The payload as a folder of files, with the repository's packages beside it. */
async function folder(): Promise<string> {
  const dir = await temporary("doors");
  for (const [name, text] of Object.entries(payload.doors)) await writeFile(join(dir, name), text);
  await symlink(join(ROOT, "node_modules"), join(dir, "node_modules"));
  return dir;
}

function run(cwd: string, file: string, args: readonly string[], env: Record<string, string>): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((done) => {
    execFile(file, args, { cwd, env: { PATH: process.env.PATH ?? "", HOME: cwd, ...env } }, (error, stdout, stderr) =>
      done({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr }),
    );
  });
}

async function outcomeOf({ chain, deployment: { addresses } }: World): Promise<{ state: number; target: bigint }> {
  const state = await chain.client.readContract({
    address: addresses.governor,
    abi: GOVERNOR_ABI,
    functionName: "state",
    args: [BigInt(payload.governor.proposalId)],
  });
  return { state, target: await targetOf(chain.client, addresses.parameters) };
}

function targetOf(client: World["chain"]["client"], address: Address): Promise<bigint> {
  return client.readContract({ address, abi: RISK_PARAMETERS_ABI, functionName: "targetOf", args: [toWord("ETH"), toWord("volBuffer")] });
}

/** Foundry's own program, from its package for this machine. */
function castFolder(): string {
  const cpu = process.arch === "x64" ? "amd64" : process.arch;
  const system = process.platform === "win32" ? "win32" : process.platform;
  return dirname(createRequire(import.meta.url).resolve(`@foundry-rs/cast-${system}-${cpu}/bin/cast`));
}

describe.each([
  ["viem.mjs", (url: string, step: string) => ["node", ["viem.mjs", step], { RPC_URL: url, PRIVATE_KEY: PROPOSER.key }] as const],
  [
    "cast.sh",
    (url: string, step: string) =>
      [
        "sh",
        ["cast.sh", step, ...(step === "state" ? [] : ["--private-key", PROPOSER.key])],
        { ETH_RPC_URL: url, PATH: `${castFolder()}${delimiter}${process.env.PATH}` },
      ] as const,
  ],
])("%s", { timeout: 180_000 }, (_, command) => {
  it("takes the proposal through its whole life, and runs nothing that its title says", async () => {
    const chain = await world(PROPOSER.address);
    const dir = await folder();
    const there = (await readdir(dir)).sort();
    try {
      const send = async (step: string) => {
        const [file, args, env] = command(chain.url, step);
        const { code, stdout, stderr } = await run(dir, file, args, env);
        expect(code, `${step}: ${stdout}${stderr}`).toBe(0);
        return stdout;
      };
      await live(chain, async (step) => void (await send(step)));
      expect(await outcomeOf(chain)).toEqual({ state: EXECUTED, target: 3_000n });
      expect(await send("state")).toMatch(/^(7|Executed)\s*$/);
      expect((await readdir(dir)).sort()).toEqual(there);
      expect(existsSync(join(dir, "owned"))).toBe(false);

      // A step that would revert, and a chain it is not for.
      const [file, args, env] = command(chain.url, "execute");
      expect((await run(dir, file, args, env)).code).not.toBe(0);
      expect(
        (
          await run(
            dir,
            file,
            args.map((arg) => (arg === "execute" ? "no-such-step" : arg)),
            env,
          )
        ).code,
      ).toBe(2);
    } finally {
      await chain.close();
    }
  });
});

describe("timelock.json", { timeout: 120_000 }, () => {
  const file = JSON.parse(payload.doors["timelock.json"]);
  const abi = parseAbi([
    "function isOperationPending(bytes32 id) view returns (bool)",
    "function isOperationDone(bytes32 id) view returns (bool)",
    "function grantRole(bytes32 role, address account)",
  ]);

  it("governed: the governor schedules exactly this operation, and anyone executes it with this calldata", async () => {
    const chain = await world(PROPOSER.address);
    const { timelock, governor } = chain.deployment.addresses;
    try {
      const calldata = { propose: payload.governor.propose, queue: "0x", "vote-for": "0x", execute: file.governed.executeBatch } as const;
      const lists = [payload.governor.targets, payload.governor.values.map(BigInt), payload.governor.calldatas, payload.governor.descriptionHash] as const;
      await live(chain, async (step) => {
        const data =
          step === "queue"
            ? encodeFunctionData({ abi: GOVERNOR_ABI, functionName: "queue", args: [...lists] })
            : step === "vote-for"
              ? encodeFunctionData({ abi: GOVERNOR_ABI, functionName: "castVote", args: [BigInt(payload.governor.proposalId), 1] })
              : calldata[step];
        if (step === "execute") {
          const pending = await chain.chain.client.readContract({
            address: timelock,
            abi,
            functionName: "isOperationPending",
            args: [file.governed.operationId],
          });
          expect(pending).toBe(true);
        }
        const stranger = accountOf(7).address;
        await chain.chain.request("eth_sendTransaction", [
          { from: step === "execute" ? stranger : PROPOSER.address, to: step === "execute" ? timelock : governor, data },
        ]);
        if (step === "queue") {
          // What the governor sent is, to the byte, what the file says.
          const { hash } = await chain.chain.client.getBlock().then(({ transactions: [hash] }) => ({ hash }));
          const trace = (await chain.chain.request("debug_traceTransaction", [hash, { tracer: "callTracer" }])) as { calls?: { to: string; input: string }[] };
          expect(trace.calls?.map(({ input }) => input)).toContain(file.governed.scheduleBatch);
        }
      });
      expect(await outcomeOf(chain)).toEqual({ state: EXECUTED, target: 3_000n });
    } finally {
      await chain.close();
    }
  });

  it("bare: a proposer of the timelock schedules it, it is under this id, and executes after the delay", async () => {
    const chain = await world(PROPOSER.address);
    const { timelock, parameters } = chain.deployment.addresses;
    const council = accountOf(6).address;
    try {
      // Only the timelock itself can make another proposer: here it is made to.
      await chain.chain.send({
        from: timelock,
        to: timelock,
        data: encodeFunctionData({ abi, functionName: "grantRole", args: [ROLES.PROPOSER_ROLE, council] }),
      });
      await chain.chain.send({ from: council, to: timelock, data: file.bare.scheduleBatch });
      const ask = (functionName: "isOperationPending" | "isOperationDone") =>
        chain.chain.client.readContract({ address: timelock, abi, functionName, args: [file.bare.operationId] });
      expect(await ask("isOperationPending")).toBe(true);
      await expect(chain.chain.send({ from: council, to: timelock, data: file.bare.executeBatch })).rejects.toThrow();
      await chain.chain.travelTo(chain.chain.now() + file.delaySeconds);
      await chain.chain.send({ from: accountOf(7).address, to: timelock, data: file.bare.executeBatch });
      expect(await ask("isOperationDone")).toBe(true);
      expect(await targetOf(chain.chain.client, parameters)).toBe(3_000n);
      expect(file.predecessor).toBe(zeroHash);
    } finally {
      await chain.close();
    }
  });
});
