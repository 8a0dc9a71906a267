import { basename, dirname, resolve } from "node:path";
import { BallastError } from "../../sim/errors.ts";
import { judge } from "../backtest/verdict.ts";
import { loadProposal, type Proposal } from "../proposal/load.ts";
import type { Policy } from "../proposal/policy.ts";
import { proposalFolders } from "../proposal/workspace.ts";

/** Another proposal of the workspace, as it stands in its folder. */
export interface Neighbour {
  /** Its folder's name. */
  readonly name: string;
  /** Undefined where it cannot be read. */
  readonly proposal: Proposal | undefined;
  /** Why it cannot come to a vote as it is; undefined where it can. */
  readonly notPending: string | undefined;
}

/**
 * Every proposal of a workspace. Pending is what could come to a vote today: with a payload, and with evidence that passes the policy's gates.
 * Whatever else is wrong with it is its own checks' to say; here it counts, because somebody may propose it all the same.
 *
 * @param root the folder that holds the proposals and the policy
 * @example (await neighboursIn("proposals", policy)).filter(({ notPending }) => notPending === undefined)
 */
export async function neighboursIn(root: string, policy: Policy): Promise<Neighbour[]> {
  const folders = await proposalFolders(root);
  return Promise.all(folders.map((folder) => neighbourIn(folder, policy)));
}

/** The neighbours of one proposal: all of its workspace but itself. */
export function othersThan(folder: string, neighbours: readonly Neighbour[]): Neighbour[] {
  return neighbours.filter(({ name }) => name !== basename(resolve(folder)));
}

/** The folder a proposal's workspace is. */
export function workspaceOf(folder: string): string {
  return dirname(resolve(folder));
}

async function neighbourIn(folder: string, policy: Policy): Promise<Neighbour> {
  const name = basename(folder);
  try {
    const proposal = await loadProposal(folder);
    return { name, proposal, notPending: obstacle(proposal, policy) };
  } catch (error) {
    if (!(error instanceof BallastError)) throw error;
    return { name, proposal: undefined, notPending: `it cannot be read: ${error.message}` };
  }
}

function obstacle({ payload, evidence }: Proposal, { gates }: Policy): string | undefined {
  if (payload === undefined) return "it has no payload";
  if (evidence === undefined) return "it has no evidence";
  return judge(gates, evidence).verdict === "pass" ? undefined : "its evidence fails the policy's gates";
}
