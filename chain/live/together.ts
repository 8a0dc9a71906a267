import { type Abi, type Address, BaseError, ContractFunctionExecutionError, ContractFunctionRevertedError } from "viem";
import { BallastError } from "../../sim/errors.ts";
import { TOKEN_ABI } from "../abi.ts";
import type { View } from "../views.ts";
import type { LiveChain } from "./client.ts";
import { unwrapped } from "./failure.ts";

/**
 * A call without an address runs as a creation does: nodes bound its question as creation code (EIP-3860), its answer as a contract's code
 * (EIP-170, 24 576 bytes). A view's answer has at most some 400 bytes; what has more is for `readAlone`.
 */
const MOST_AT_ONCE = 50;

/**
 * Asks many views in one `eth_call` at the pinned block, named by its hash: no view is answered from another state than its neighbour.
 * The token's clock is asked along, in the same execution: it has to be the pinned block's time, else the node answered from another block.
 *
 * @returns the answers, in the order of the views
 * @throws RPC_OTHER_BLOCK when the node's state is not that of the block; LIVE_VIEW_FAILED when a contract has no such view
 * @example
 * const [version] = await readTogether(chain, addresses.token, [{ address: addresses.parameters, abi: RISK_PARAMETERS_ABI, functionName: "version" }]);
 */
export async function readTogether(chain: LiveChain, token: Address, views: readonly View[]): Promise<readonly unknown[]> {
  const answers: unknown[] = [];
  for (let start = 0; start < views.length; start += MOST_AT_ONCE) answers.push(...(await inOneCall(chain, token, views.slice(start, start + MOST_AT_ONCE))));
  return answers;
}

/** One view with a long answer, at the pinned block. @throws like `readTogether` */
export async function readAlone(chain: LiveChain, { address, abi, functionName, args = [] }: View): Promise<unknown> {
  return await chain.client.readContract({ address, abi: abi as Abi, functionName, args, blockHash: chain.block.hash }).catch((error: unknown) => {
    throw viewError(chain, error);
  });
}

/** What a contract answered, or the custom error by which it refused to; undefined where it gave no reason. */
export type Attempt = { readonly answer: unknown } | { readonly refused: { readonly name: string; readonly args: readonly unknown[] } | undefined };

/**
 * Asks one view that a contract may refuse, at the pinned block as `readTogether` does: a refusal is an answer here, and a failure of the endpoint is none.
 *
 * @throws RPC_*, LIVE_VIEW_FAILED when the token gives no time
 */
export async function attempt(chain: LiveChain, token: Address, view: View): Promise<Attempt> {
  const contracts = [clockOf(token), view] as never;
  const found = await chain.client.multicall({ contracts, allowFailure: true, deployless: true, batchSize: 0, blockHash: chain.block.hash });
  const [time, one] = found as unknown as [Result, Result];
  if (time.status === "failure") throw viewError(chain, time.error);
  requireClock(chain, time.result);
  if (one.status === "success") return { answer: one.result };
  const reverted = one.error instanceof BaseError ? one.error.walk((error) => error instanceof ContractFunctionRevertedError) : undefined;
  const data = reverted instanceof ContractFunctionRevertedError ? reverted.data : undefined;
  return { refused: data === undefined ? undefined : { name: data.errorName, args: data.args ?? [] } };
}

type Result = { readonly status: "success"; readonly result: unknown } | { readonly status: "failure"; readonly error: Error };

function clockOf(token: Address): View {
  return { address: token, abi: TOKEN_ABI, functionName: "clock" };
}

async function inOneCall(chain: LiveChain, token: Address, views: readonly View[]): Promise<readonly unknown[]> {
  const contracts = [clockOf(token), ...views] as never;
  const [time, ...answers] = await chain.client
    .multicall({ contracts, allowFailure: false, deployless: true, batchSize: 0, blockHash: chain.block.hash })
    .then((found) => found as readonly unknown[])
    .catch((error: unknown) => {
      throw viewError(chain, error);
    });
  requireClock(chain, time);
  return answers;
}

function requireClock(chain: LiveChain, time: unknown): void {
  if (Number(time) === chain.block.time) return;
  throw new BallastError(
    "RPC_OTHER_BLOCK",
    `${chain.host} was asked for block ${chain.block.number} (time ${chain.block.time}) and answered from one whose time is ${String(time)}.`,
    {
      where: { field: "eth_call", value: chain.host },
      fix: "Use another endpoint: this one answers from an old state. (The token's clock has to count seconds, as RiskToken's does.)",
      exit: 1,
    },
  );
}

/** Errors of the endpoint as they are; what is left is a contract's: it reverted, or is not what the deployment says. */
function viewError(chain: LiveChain, error: unknown): unknown {
  const inner = unwrapped(error);
  if (inner instanceof BallastError || !(error instanceof BaseError)) return inner;
  const call = error.walk((one) => one instanceof ContractFunctionExecutionError);
  const view = call instanceof ContractFunctionExecutionError ? `${call.functionName} of ${call.contractAddress}` : "a view";
  const reverted = error.walk((one) => one instanceof ContractFunctionRevertedError);
  const reason = reverted instanceof ContractFunctionRevertedError ? (reverted.reason ?? reverted.data?.errorName ?? "no reason given") : error.shortMessage;
  return new BallastError("LIVE_VIEW_FAILED", `At block ${chain.block.number} of chain ${chain.chainId}, ${view} gives no answer: ${reason}`, {
    where: { field: "eth_call", value: chain.host },
    fix: "Check the addresses in deployment.yaml: is each the contract it is said to be?",
    exit: 3,
  });
}
