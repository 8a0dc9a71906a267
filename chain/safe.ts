import { type Address, type Hex, keccak256, stringToHex } from "viem";
import type { Call } from "./encode.ts";

/** A batch for Safe's Transaction Builder, version 1.0 of its format. `data` is always filled: nothing is left to its encoder. */
export interface SafeBatch {
  readonly version: "1.0";
  readonly chainId: string;
  readonly createdAt: number;
  readonly meta: SafeMeta;
  readonly transactions: readonly SafeTransaction[];
}

interface SafeMeta {
  readonly name: string | null;
  readonly description: string;
  readonly txBuilderVersion: string;
  readonly createdFromSafeAddress: Address | "";
  readonly createdFromOwnerAddress: Address | "";
  readonly checksum?: Hex;
}

interface SafeTransaction {
  readonly to: Address;
  readonly value: string;
  readonly data: Hex | null;
  readonly contractMethod: unknown;
  readonly contractInputsValues: unknown;
}

/**
 * Calls as a file that Safe's Transaction Builder imports, checksum included.
 *
 * @param createdAt Milliseconds since 1970: given, so that the same proposal makes the same bytes.
 * @example
 * safeBatch([{ target: governor, value: 0n, calldata: encodeProposal(proposal) }], { chainId: 1, name: "…", description: "…", createdAt: 0 });
 */
export function safeBatch(
  calls: readonly Call[],
  options: { readonly chainId: number; readonly name: string; readonly description: string; readonly createdAt: number; readonly safe?: Address },
): SafeBatch {
  const batch: SafeBatch = {
    version: "1.0",
    chainId: String(options.chainId),
    createdAt: options.createdAt,
    meta: {
      name: options.name,
      description: options.description,
      txBuilderVersion: "1.18.2",
      createdFromSafeAddress: options.safe ?? "",
      createdFromOwnerAddress: "",
    },
    transactions: calls.map(({ target, value, calldata }) => ({
      to: target,
      value: value.toString(),
      data: calldata,
      contractMethod: null,
      contractInputsValues: null,
    })),
  };
  return { ...batch, meta: { ...batch.meta, checksum: safeChecksum(batch) } };
}

/** The checksum Transaction Builder computes: keccak256 of its own serialisation, the name and the checksum left out. */
export function safeChecksum(batch: SafeBatch): Hex {
  const { checksum: _, ...meta } = batch.meta;
  return keccak256(stringToHex(serialize({ ...batch, meta: { ...meta, name: null } })));
}

/** Transaction Builder's form: the sorted keys as a JSON list, then every value followed by a comma. */
function serialize(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(serialize).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value ?? null);
  const keys = Object.keys(value).sort();
  const values = keys.map((key) => `${serialize((value as Record<string, unknown>)[key])},`);
  return `{${JSON.stringify(keys)}${values.join("")}}`;
}
