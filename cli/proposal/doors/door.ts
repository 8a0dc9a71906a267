import type { Address, Hex } from "viem";
import type { Call } from "../../../chain/encode.ts";

/** What every door is made from: governor.json, and the timelock of the deployment. Nothing else: the same proposal always makes the same bytes. */
export interface DoorInput {
  readonly chainId: number;
  readonly governor: Address;
  readonly timelock: Address;
  readonly calls: readonly Call[];
  readonly description: string;
  readonly descriptionHash: Hex;
  readonly proposalId: string;
  /** Calldata of `propose`. */
  readonly propose: Hex;
}
