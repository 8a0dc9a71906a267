import type { Check } from "../../checks/check.ts";
import { visibleLine } from "../../report/text.ts";
import { liveOf } from "./context.ts";

export const liveDeployment: Check = {
  id: "live-deployment",
  title: "What stands on chain is the system that was rehearsed and reviewed",
  why: "A proposal is judged by this checkout's contracts and bounds; what counts is the code and the bounds that are really there.",
  incident: "Tornado, May 2023: the code at the address was not the code that had been read. Compound 117: what was deployed had changed after its audit.",
  fix: "Mend deployment.yaml, or use the version of Ballast that deployed these contracts.",
  severity: "error",
  kind: "check",
  async run(context, emit) {
    const { chain, addresses, bounds, history, governance } = await liveOf(context);
    for (const { name, field, chain: live, table } of bounds) emit({ message: `${name}: ${field} is ${live} on chain, ${table} in this version's table.` });
    return `the code of ${Object.keys(addresses).length} contracts, who they belong to, every bound, and ${history.length} versions rebuilt from events, at block ${chain.block.number} of chain ${chain.chainId} (${visibleLine(governance.name)})`;
  },
};
