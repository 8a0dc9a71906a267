import { type Abi, decodeErrorResult, type Hex, hexToString } from "viem";
import type { Artifacts } from "./artifacts.ts";

/** Why a transaction was refused: the custom error and its arguments as text. */
export interface DecodedError {
  readonly name: string;
  readonly args: readonly string[];
}

/**
 * The custom error behind revert data, looked up in every contract of the system.
 *
 * @example
 * decodeRevert(artifacts, data); // { name: "RiskParameters_Stale", args: ["ETH", "volBuffer", "2500", "3000"] }
 */
export function decodeRevert(artifacts: Artifacts, data: Hex): DecodedError {
  const abi = Object.values(artifacts).flatMap((artifact) => artifact.abi.filter((item) => item.type === "error"));
  try {
    const { errorName, args } = decodeErrorResult({ abi: abi as Abi, data });
    return { name: errorName, args: (args ?? []).map(text) };
  } catch {
    return { name: data === "0x" ? "no reason given" : "unknown error", args: data === "0x" ? [] : [data] };
  }
}

/** Scopes and names are shown as the text they are. */
function text(arg: unknown): string {
  if (typeof arg === "string" && /^0x(?:[0-9a-f]{2}){1,31}(?:00)+$/i.test(arg) && arg.length === 66) {
    const word = hexToString(arg as Hex, { size: 32 });
    if (/^[A-Za-z0-9]+$/.test(word)) return word;
  }
  return String(arg);
}
