import { type Address, type Hex, keccak256 } from "viem";
import type { Artifact, Artifacts, ContractName } from "./artifacts.ts";
import type { EmbeddedChain } from "./network.ts";
import { dangerousOpcodes } from "./opcodes.ts";

/** What stands at an address that a proposal calls. */
export interface TargetCode {
  readonly address: Address;
  /** Bytes of code; 0 where there is no contract. */
  readonly bytes: number;
  readonly codeHash: Hex;
  /** The contract of this system whose code it is, byte for byte but for its immutables; undefined for any other. */
  readonly pinned: ContractName | undefined;
  /** Instructions by which it can become other code, as `SELFDESTRUCT at byte 7`; none is looked for in code that is pinned. */
  readonly dangers: readonly string[];
}

/** What stands at an address now, held against the contracts of this checkout. */
export async function targetAt(chain: Pick<EmbeddedChain, "client">, artifacts: Artifacts, address: Address): Promise<TargetCode> {
  return targetOf(address, (await chain.client.getCode({ address })) ?? "0x", artifacts);
}

/**
 * Code held against the contracts of this checkout: which of them it is, if any, and if none, how it could become another.
 *
 * @example targetOf(address, code, await loadArtifacts()).pinned; // "RiskParameters"
 */
export function targetOf(address: Address, code: Hex, artifacts: Artifacts): TargetCode {
  const pinned = (Object.keys(artifacts) as ContractName[]).find((name) => isCodeOf(code, artifacts[name]));
  return {
    address,
    bytes: (code.length - 2) / 2,
    codeHash: keccak256(code),
    pinned,
    dangers: pinned === undefined ? dangerousOpcodes(code).map(({ name, at }) => `${name} at byte ${at}`) : [],
  };
}

/** Immutables are written into the code by the constructor: the same contract has others at another address. */
export function isCodeOf(code: Hex, { deployedBytecode, immutableReferences }: Artifact): boolean {
  if (code.length !== deployedBytecode.length || code === "0x") return false;
  const places = Object.values(immutableReferences).flat();
  return masked(code.toLowerCase(), places) === masked(deployedBytecode.toLowerCase(), places);
}

function masked(code: string, places: readonly { readonly start: number; readonly length: number }[]): string {
  const characters = code.split("");
  for (const { start, length } of places) characters.fill("0", 2 + 2 * start, 2 + 2 * (start + length));
  return characters.join("");
}
