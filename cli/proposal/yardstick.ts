import { keysOf, type ParameterSet, valueOf } from "../../sim/parameters/index.ts";
import type { Deployment } from "./deployment.ts";
import type { Proposal } from "./load.ts";

/** What a proposal is held against: the parameters and the deployment that stand beside the policy. */
export interface Yardstick {
  readonly parameters: ParameterSet;
  readonly deployment: Deployment;
}

export const ADDRESSES = ["chainId", "token", "governor", "timelock", "riskParameters", "evidenceRegistry", "riskSteward"] as const;

/**
 * How the base and the deployment that a proposal names differ from the workspace's own, each as a sentence. One that brings its own chooses
 * what it is compared with, or where it acts.
 *
 * @example departuresFrom({ parameters, deployment }, proposal) // []
 */
export function departuresFrom({ parameters, deployment }: Yardstick, { base, deployment: own }: Pick<Proposal, "base" | "deployment">): string[] {
  const found: string[] = [];
  const keys = keysOf(parameters);
  const known = new Set(keysOf(base).map(({ scope, name }) => `${scope}.${name}`));
  for (const key of keys) {
    const name = `${key.scope}.${key.name}`;
    if (!known.has(name)) found.push(`Its base has no ${name}, which is in force here.`);
    else if (valueOf(base, key) !== valueOf(parameters, key)) {
      found.push(`Its base says ${name} is ${valueOf(base, key)}; in force here is ${valueOf(parameters, key)}.`);
    }
  }
  const extra = known.size - keys.length;
  if (extra > 0) found.push(`Its base has ${extra} values this workspace does not have.`);
  for (const field of ADDRESSES) {
    if (own[field] !== deployment[field]) found.push(`Its deployment says ${field} is ${own[field]}; here it is ${deployment[field]}.`);
  }
  return found;
}
