import { type Hex, keccak256 } from "viem";
import { BallastError } from "../../sim/errors.ts";
import { type Artifacts, loadArtifacts } from "../artifacts.ts";
import type { Addresses } from "../deploy.ts";
import { isCodeOf } from "../pinned.ts";
import { CONTRACT_OF } from "../storage-diff.ts";
import type { LiveChain } from "./client.ts";

/**
 * What stands at the addresses of a deployment has to be the code of this version, byte for byte but for the immutables, which are
 * put into it at deployment (what they are is read through their views).
 *
 * @throws LIVE_NO_CODE, LIVE_CODE_DIFFERS, both exit 3
 * @example
 * await requireCode(chain, addresses);
 */
export async function requireCode(chain: LiveChain, addresses: Addresses): Promise<void> {
  const artifacts: Artifacts = await loadArtifacts();
  for (const [role, address] of Object.entries(addresses) as [keyof Addresses, Hex][]) {
    const code = (await chain.request("eth_getCode", [address, { blockHash: chain.block.hash }])) as Hex;
    const name = CONTRACT_OF[role];
    const where = { field: role, value: address };
    if (typeof code !== "string" || code === "0x") {
      throw new BallastError("LIVE_NO_CODE", `There is no contract at ${address}, where deployment.yaml has ${name}, on chain ${chain.chainId}.`, {
        where,
        fix: "Check the address, and that the endpoint is one of the right network.",
        exit: 3,
      });
    }
    if (isCodeOf(code, artifacts[name])) continue;
    throw new BallastError("LIVE_CODE_DIFFERS", `What stands at ${address} is not this version's ${name}: its code hashes to ${keccak256(code)}.`, {
      where,
      fix: "Use the version of Ballast that deployed it. If nobody changed the deployment, distrust the address or the endpoint.",
      exit: 3,
    });
  }
}
