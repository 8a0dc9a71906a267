import { delegatesCsv, readDistribution } from "../../chain/live/delegates.ts";
import type { LiveState } from "../../chain/live/state.ts";
import { writeFile } from "../output/write.ts";

/**
 * Writes who holds the vote as CSV: `address,votes,delegators`, votes in whole tokens, most votes first.
 *
 * @param from the block of the deployment, or an earlier one
 * @returns how many delegates there are
 * @throws BallastError RPC_*, WRITE_FAILED
 */
export async function writeDelegates({ chain, addresses, governance }: LiveState, from: bigint, file: string): Promise<number> {
  const { delegates } = await readDistribution(chain, addresses, from);
  await chain.confirm();
  await writeFile(file, delegatesCsv(delegates, governance.decimals));
  return delegates.length;
}
