import type { Command } from "commander";

/** What every command that can look at a live chain takes. */
export interface RpcOptions {
  readonly rpc?: string;
  readonly maxHeadAge?: string;
}

/** Adds `--rpc` and `--max-head-age` to a command. */
export function withRpc(command: Command, what: string): Command {
  return command
    .option("--rpc <url>", `${what} (or set BALLAST_RPC_URL, which keeps the key out of the list of processes)`)
    .option("--max-head-age <duration>", "how old the chain's newest block may be, as in 5min or 1d", "5min");
}

/** The endpoint's URL: the option, else the environment's. An empty one is none. */
export function rpcUrl({ rpc }: RpcOptions): string | undefined {
  return [rpc, process.env.BALLAST_RPC_URL].find((url) => url !== undefined && url.trim() !== "");
}
