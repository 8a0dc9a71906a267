import type { LiveState } from "../../../chain/live/state.ts";
import { BallastError } from "../../../sim/errors.ts";
import type { CheckContext } from "../../checks/context.ts";

/** The live deployment. @throws BallastError RPC_MISSING where none was asked for, and what reading it throws */
export async function liveOf({ live }: CheckContext): Promise<LiveState> {
  if (live !== undefined) return await live();
  throw new BallastError("RPC_MISSING", "There is no chain to look at.", { where: { field: "--rpc" }, fix: "Give --rpc or set BALLAST_RPC_URL.", exit: 3 });
}
