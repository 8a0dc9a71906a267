import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { join } from "node:path";
import { ROOT } from "../../chain/artifacts.ts";

/** A node in a process of its own, on a port that was free. */
export interface NodeProcess {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** `hardhat node`, as a user starts it. */
export async function startHardhatNode(): Promise<NodeProcess> {
  const cli = join(ROOT, "node_modules/hardhat/dist/src/cli.js");
  return await started(async (port) => spawn(process.execPath, [cli, "node", "--hostname", "127.0.0.1", "--port", `${port}`], { cwd: ROOT, stdio: "ignore" }));
}

/** Foundry's anvil, the binary itself: killing its wrapper would leave it behind. */
export async function startAnvil(): Promise<NodeProcess> {
  const require = createRequire(join(ROOT, "node_modules/@foundry-rs/anvil/package.json"));
  const cpu = process.arch === "x64" ? "amd64" : process.arch;
  const binary = require.resolve(`@foundry-rs/anvil-${process.platform}-${cpu}/bin/anvil`);
  return await started(async (port) => spawn(binary, ["--host", "127.0.0.1", "--port", `${port}`, "--silent"], { stdio: "ignore" }));
}

async function started(start: (port: number) => Promise<ChildProcess>): Promise<NodeProcess> {
  const port = await freePort();
  const child = await start(port);
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  // Whatever ends this test's process ends its node.
  const kill = () => void child.kill("SIGKILL");
  process.once("exit", kill);
  const stop = async () => {
    kill();
    await ended;
    process.off("exit", kill);
  };
  const url = `http://127.0.0.1:${port}`;
  for (const until = Date.now() + 40_000; Date.now() < until && child.exitCode === null; await new Promise((resolve) => setTimeout(resolve, 50))) {
    if (await answers(url)) return { url, pid: child.pid!, stop };
  }
  await stop();
  throw new Error(`the node on port ${port} did not start`);
}

async function answers(url: string): Promise<boolean> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_chainId", params: [] });
  return await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body }).then(
    ({ ok }) => ok,
    () => false,
  );
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
