import type { Abi, Address, PublicClient } from "viem";

/** A view to be asked. */
export interface View {
  readonly address: Address;
  readonly abi: Abi | readonly unknown[];
  readonly functionName: string;
  readonly args?: readonly unknown[];
}

/** Asks views at one block, whichever way a chain is reached; the answers come in the order of the views. */
export type Ask = (views: readonly View[]) => Promise<readonly unknown[]>;

/** Asks a client whose answers need no second look, at one of its blocks. */
export function askingAt(client: PublicClient, blockNumber: bigint): Ask {
  return (views) => Promise.all(views.map(({ abi, ...view }) => client.readContract({ abi: abi as Abi, ...view, blockNumber })));
}

/** Views of one contract that take no argument. */
export function viewsOf(address: Address, abi: View["abi"], ...names: readonly string[]): View[] {
  return names.map((functionName) => ({ address, abi, functionName }));
}
