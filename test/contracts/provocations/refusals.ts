import { type Abi, type Address, encodeFunctionData, type Hex, padHex } from "viem";
import { afterAll } from "vitest";
import { loadArtifacts } from "../../../chain/artifacts.ts";
import { deployBallast, localAddresses } from "../../../chain/deploy.ts";
import { encodeApply } from "../../../chain/encode.ts";
import { type EmbeddedChain, Reverted, startChain } from "../../../chain/network.ts";
import { type DecodedError, decodeRevert } from "../../../chain/revert.ts";
import { certifyByStandIns } from "../../../chain/stand-ins.ts";
import { type Change, initialParameters } from "../../../sim/parameters/index.ts";

export const artifacts = await loadArtifacts();
export const addresses = localAddresses();
const { timelock, parameters } = addresses;
export const EVIDENCE = padHex("0xe1", { size: 32 });
export const DAY = 86_400;

/** A chain of this file's own, with Ballast on it and one batch of BTC's done, whose cooldown runs. */
export const chain: EmbeddedChain = await startChain();
afterAll(() => chain.close());
await deployBallast(chain, initialParameters());

/** What is done to provoke an error, and the arguments it has to carry; by the error's name. */
export type Provocations = Record<string, [provoke: () => Promise<DecodedError>, args: string[]]>;

export function change(scope: string, name: string, from: number, to: number, rampSeconds = 0): Change {
  return { scope, name, from, to, rampSeconds };
}

export async function refused(call: { from?: Address; to?: Address; data: Hex }): Promise<DecodedError> {
  const thrown: unknown = await chain.request("eth_call", [{ from: timelock, ...call }]).catch((error: unknown) => error);
  if (!(thrown instanceof Reverted)) throw new Error(`was not refused: ${String(thrown)}`);
  return decodeRevert(artifacts, thrown.data);
}

export const certify = (calldata: Hex, of: Address = parameters) =>
  certifyByStandIns(chain, { ...addresses, parameters: of }, { calls: [{ target: of, value: 0n, calldata }] });
/** A call on the parameters that validators certified, and which is refused all the same. */
export const refusedThoughCertified = async (data: Hex, to: Address = parameters) => {
  await certify(data, to);
  return await refused({ to, data });
};
export const call = (abi: Abi, to: Address, functionName: string, ...args: unknown[]) => refused({ to, data: encodeFunctionData({ abi, functionName, args }) });

await certify(encodeApply([change("BTC", "volBuffer", 2_500, 2_600)], EVIDENCE));
await chain.send({ from: timelock, to: parameters, data: encodeApply([change("BTC", "volBuffer", 2_500, 2_600)], EVIDENCE) });
