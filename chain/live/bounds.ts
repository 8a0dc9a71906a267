import type { Hex } from "viem";
import { RISK_PARAMETERS_ABI } from "../abi.ts";
import type { Addresses } from "../deploy.ts";
import { KINDS, type NamedSpec, namedSpecs } from "../specs.ts";
import { fromWord } from "../words.ts";
import type { LiveChain } from "./client.ts";
import { readTogether } from "./together.ts";

/** A bound of a parameter that the chain has otherwise than the table of this version. `field` is "parameter" where one side has none. */
export interface BoundDifference {
  readonly name: string;
  readonly field: string;
  readonly chain: string;
  readonly table: string;
}

/**
 * How the bounds, step limits and cooldowns on chain differ from this version's table. Empty when they are the same, in the same order.
 *
 * @example
 * await readBoundDifferences(chain, addresses); // [{ name: "volBuffer", field: "max", chain: "9000", table: "10000" }]
 */
export async function readBoundDifferences(chain: LiveChain, { parameters, token }: Addresses): Promise<BoundDifference[]> {
  const registry = { address: parameters, abi: RISK_PARAMETERS_ABI };
  const lists = await readTogether(
    chain,
    token,
    KINDS.map((_, kind) => ({ ...registry, functionName: "namesOf", args: [kind] })),
  );
  const names = (lists as readonly (readonly Hex[])[]).flat();
  const specs = (await readTogether(
    chain,
    token,
    names.map((name) => ({ ...registry, functionName: "specOf", args: [name] })),
  )) as readonly NamedSpec["spec"][];
  const onChain = new Map(names.map((name, i) => [fromWord(name), specs[i]]));
  const table = new Map(namedSpecs().map(({ name, spec }) => [fromWord(name), spec]));
  return [...new Set([...onChain.keys(), ...table.keys()])].flatMap((name) => differencesOf(name, onChain.get(name), table.get(name)));
}

function differencesOf(name: string, chain: NamedSpec["spec"] | undefined, table: NamedSpec["spec"] | undefined): BoundDifference[] {
  if (chain === undefined || table === undefined) {
    const words = (spec: unknown) => (spec === undefined ? "absent" : "present");
    return [{ name, field: "parameter", chain: words(chain), table: words(table) }];
  }
  return (Object.keys(table) as (keyof NamedSpec["spec"])[])
    .filter((field) => chain[field] !== table[field])
    .map((field) => ({ name, field, chain: String(chain[field]), table: String(table[field]) }));
}
