import type { Address, Hex, PublicClient } from "viem";
import { BallastError } from "../sim/errors.ts";
import { type ParameterSet, type Path, type Scope, specOf } from "../sim/parameters/index.ts";
import { RISK_PARAMETERS_ABI } from "./abi.ts";
import { KINDS } from "./specs.ts";
import { fromWord } from "./words.ts";

/** What a registry says. */
export interface OnChainParameters {
  /** The values in force at the block read. */
  readonly inForce: ParameterSet;
  /** The values once every running ramp has ended: what changes are drafted against. */
  readonly decided: ParameterSet;
  /** The last change of every value that was ever changed, by `scope.name`. */
  readonly lastChanged: Readonly<Record<string, Path>>;
  /** What the steward put over governed values, by `scope.name`, as far as it is still running; sunsets in seconds since 1970. */
  readonly overlays: Readonly<Record<string, { readonly value: number; readonly sunset: number }>>;
  readonly version: number;
}

/**
 * Reads the whole set from a `RiskParameters` contract, all at the same block.
 *
 * @throws PARAMETER_UNKNOWN when the contract has a parameter that the table does not: it is of another version.
 * @example
 * const { decided, version } = await readParameters(client, addresses.parameters);
 */
export async function readParameters(client: PublicClient, address: Address): Promise<OnChainParameters> {
  const { number: blockNumber, timestamp } = await client.getBlock();
  const contract = { address, abi: RISK_PARAMETERS_ABI, blockNumber } as const;
  const [readings, version, scopes] = await Promise.all([
    client.readContract({ ...contract, functionName: "readAll" }),
    client.readContract({ ...contract, functionName: "version" }),
    Promise.all(KINDS.map((_, kind) => client.readContract({ ...contract, functionName: "scopesOf", args: [kind] }))),
  ]);
  return parametersOf(readings, version, scopes, Number(timestamp));
}

/** One line of `RiskParameters.readAll`. */
export interface Reading {
  readonly scope: Hex;
  readonly name: Hex;
  readonly value: bigint;
  readonly change: { readonly from: number; readonly to: number; readonly start: number; readonly ramp: number; readonly version: number };
  /** What the steward put over it; a sunset that has passed says nothing any more. */
  readonly overlay: { readonly value: number; readonly sunset: number };
}

/**
 * The whole set from what `readAll`, `version` and `scopesOf` of each kind answer.
 *
 * @param time of the block that was read, seconds since 1970
 * @throws PARAMETER_UNKNOWN
 */
export function parametersOf(readings: readonly Reading[], version: bigint, scopes: readonly (readonly Hex[])[], time: number): OnChainParameters {
  const empty = () => scopes.map((words) => Object.fromEntries(words.map((word) => [fromWord(word), {} as Record<string, number>])));
  const [inForce, decided] = [empty(), empty()];
  const lastChanged: Record<string, Path> = {};
  const overlays: Record<string, { value: number; sunset: number }> = {};
  for (const reading of readings) {
    const [scope, name] = [fromWord(reading.scope), fromWord(reading.name)];
    const kind = kindOf(scope, name);
    const { from, to, start, ramp } = reading.change;
    Object.assign(inForce[kind]?.[scope] ?? {}, { [name]: Number(reading.value) });
    Object.assign(decided[kind]?.[scope] ?? {}, { [name]: to });
    if (reading.overlay.sunset > time) overlays[`${scope}.${name}`] = { ...reading.overlay };
    if (start !== 0) lastChanged[`${scope}.${name}`] = { from, to, at: start, rampSeconds: ramp };
  }
  return { inForce: setOf(inForce), decided: setOf(decided), lastChanged, overlays, version: Number(version) };
}

function kindOf(scope: string, name: string): number {
  const kind: Scope | undefined = specOf(name)?.scope;
  if (kind === undefined)
    throw new BallastError("PARAMETER_UNKNOWN", `The contract has a parameter ${scope}.${name} that this version does not know.`, {
      where: { field: `${scope}.${name}` },
    });
  return KINDS.indexOf(kind);
}

function setOf([protocol = {}, underlyings = {}, collaterals = {}]: readonly Record<string, Record<string, number>>[]): ParameterSet {
  return { protocol: protocol.protocol ?? {}, underlyings, collaterals };
}
