import { keysOf, valueOf } from "../../sim/parameters/index.ts";
import type { Check } from "./check.ts";

const ADDRESSES = ["chainId", "token", "governor", "timelock", "riskParameters"] as const;

export const workspace: Check = {
  id: "workspace",
  title: "It is measured against this workspace's parameters and deployment",
  why: "A proposal that brings its own idea of today's values chooses what it is compared with; one that brings its own addresses is rehearsed where it likes.",
  incident: "No incident is known: a gate that takes its yardstick from what it measures would not notice one.",
  fix: "Let `base` and `deployment` in proposal.yaml name the files beside policy.yaml, or leave both out.",
  severity: "error",
  kind: "check",
  async run({ proposal, workspace: read }, emit) {
    const { parameters, deployment } = await read();
    const keys = keysOf(parameters);
    for (const key of keys) {
      const name = `${key.scope}.${key.name}`;
      const own = keysOf(proposal.base).some(({ scope, name: other }) => scope === key.scope && other === key.name);
      if (!own) emit({ message: `Its base has no ${name}, which is in force here.` });
      else if (valueOf(proposal.base, key) !== valueOf(parameters, key)) {
        emit({ message: `Its base says ${name} is ${valueOf(proposal.base, key)}; in force here is ${valueOf(parameters, key)}.` });
      }
    }
    const extra = keysOf(proposal.base).length - keys.length;
    if (extra > 0) emit({ message: `Its base has ${extra} values this workspace does not have.` });
    for (const field of ADDRESSES) {
      if (proposal.deployment[field] !== deployment[field]) {
        emit({ message: `Its deployment says ${field} is ${proposal.deployment[field]}; here it is ${deployment[field]}.` });
      }
    }
    return `${keys.length} values and ${ADDRESSES.length} fields of the deployment, held against the workspace's own`;
  },
};
