import { keysOf } from "../../sim/parameters/index.ts";
import { ADDRESSES, departuresFrom } from "../proposal/yardstick.ts";
import type { Check } from "./check.ts";

export const workspace: Check = {
  id: "workspace",
  title: "It is measured against this workspace's parameters and deployment",
  why: "A proposal that brings its own idea of today's values chooses what it is compared with; one that brings its own addresses is rehearsed where it likes.",
  incident: "No incident is known: a gate that takes its yardstick from what it measures would not notice one.",
  fix: "Let `base` and `deployment` in proposal.yaml name the files beside policy.yaml, or leave both out.",
  severity: "error",
  kind: "check",
  async run({ proposal, workspace: read }, emit) {
    const own = await read();
    for (const message of departuresFrom(own, proposal)) emit({ message });
    return `${keysOf(own.parameters).length} values and ${ADDRESSES.length} fields of the deployment, held against the workspace's own`;
  },
};
