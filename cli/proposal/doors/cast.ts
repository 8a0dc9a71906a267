import { encodeStep } from "../../../chain/encode.ts";
import type { DoorInput } from "./door.ts";

/**
 * cast.sh: the proposal's whole life with Foundry's `cast`, one step a call. What is sent is calldata, every byte of it: nothing is left to cast's encoder, and no
 * text that somebody wrote gets into the script.
 */
export function castDoor({ chainId, governor, calls, description, proposalId, propose }: DoorInput): string {
  return `#!/bin/sh
# This proposal with Foundry's cast, step by step. ETH_RPC_URL says where; what follows the step goes to \`cast send\`, a wallet for one:
#   ETH_RPC_URL=http://127.0.0.1:8545 sh cast.sh propose --account NAME
set -eu
chain=${chainId}
governor=${governor}
id=${proposalId}
propose=${propose}
queue=${encodeStep("queue", { calls, description })}
execute=${encodeStep("execute", { calls, description })}

usage() { echo "usage: sh cast.sh propose|vote-for|vote-against|queue|execute|state [options of cast send]" >&2; exit 2; }
[ $# -ge 1 ] || usage
step=$1
shift
found=$(cast chain-id)
[ "$found" = "$chain" ] || { echo "this proposal is for chain $chain; ETH_RPC_URL is chain $found" >&2; exit 2; }
case $step in
  propose) cast send "$@" "$governor" "$propose" ;;
  vote-against) cast send "$@" "$governor" "castVote(uint256,uint8)" "$id" 0 ;;
  vote-for) cast send "$@" "$governor" "castVote(uint256,uint8)" "$id" 1 ;;
  queue) cast send "$@" "$governor" "$queue" ;;
  execute) cast send "$@" "$governor" "$execute" ;;
  state) cast call "$governor" "state(uint256)(uint8)" "$id" ;;
  *) usage ;;
esac
`;
}
