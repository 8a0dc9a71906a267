import { type Hex, toFunctionSelector } from "viem";

/** What somebody gains who gets such a call into a proposal. */
export type Power = "roles" | "code" | "money" | "votes" | "settings";

/** Functions everybody should recognise, by what they hand over; those without power are named only. */
const FUNCTIONS: Readonly<Record<Power | "none", readonly string[]>> = {
  roles: [
    "grantRole(bytes32,address)",
    "revokeRole(bytes32,address)",
    "renounceRole(bytes32,address)",
    "transferOwnership(address)",
    "renounceOwnership()",
    "acceptOwnership()",
    "setOwner(address)",
    "changeAdmin(address)",
    "setPendingAdmin(address)",
    "acceptAdmin()",
    "setProposalGuardian(address)",
    "updateTimelock(address)",
    "setAuthority(address)",
    "addOwnerWithThreshold(address,uint256)",
    "swapOwner(address,address,address)",
    "enableModule(address)",
  ],
  code: [
    "upgradeTo(address)",
    "upgradeToAndCall(address,bytes)",
    "upgrade(address,address)",
    "upgradeAndCall(address,address,bytes)",
    "setImplementation(address)",
    "diamondCut((address,uint8,bytes4[])[],address,bytes)",
    "initialize()",
    "initialize(address)",
  ],
  money: [
    "transfer(address,uint256)",
    "transferFrom(address,address,uint256)",
    "safeTransferFrom(address,address,uint256)",
    "safeTransferFrom(address,address,uint256,bytes)",
    "approve(address,uint256)",
    "increaseAllowance(address,uint256)",
    "setApprovalForAll(address,bool)",
    "permit(address,address,uint256,uint256,uint8,bytes32,bytes32)",
    "mint(address,uint256)",
    "burn(uint256)",
    "withdraw(uint256)",
    "withdrawTo(address,uint256)",
  ],
  votes: ["delegate(address)", "delegateBySig(address,uint256,uint256,uint8,bytes32,bytes32)", "castVote(uint256,uint8)"],
  settings: [
    "updateDelay(uint256)",
    "setVotingDelay(uint48)",
    "setVotingPeriod(uint32)",
    "setProposalThreshold(uint256)",
    "updateQuorumNumerator(uint256)",
    "setLateQuorumVoteExtension(uint48)",
    "cancel(bytes32)",
    "pause()",
    "unpause()",
  ],
  none: [
    "relay(address,uint256,bytes)",
    "schedule(address,uint256,bytes,bytes32,bytes32,uint256)",
    "scheduleBatch(address[],uint256[],bytes[],bytes32,bytes32,uint256)",
    "execute(address,uint256,bytes,bytes32,bytes32)",
    "executeBatch(address[],uint256[],bytes[],bytes32,bytes32)",
    "propose(address[],uint256[],bytes[],string)",
    "multicall(bytes[])",
    "addAsset(uint8,bytes32,uint256[],bytes32)",
    "applyChanges((bytes32,bytes32,uint256,uint256,uint32)[],bytes32)",
  ],
};

const KNOWN: ReadonlyMap<string, { readonly signature: string; readonly power: Power | undefined }> = new Map(
  Object.entries(FUNCTIONS).flatMap(([power, signatures]) =>
    signatures.map(
      (signature) => [toFunctionSelector(`function ${signature}`), { signature, power: power === "none" ? undefined : (power as Power) }] as const,
    ),
  ),
);

/** The signature behind a selector, where it is a well-known one: a hint, not a proof. */
export function signatureOf(selector: Hex): string | undefined {
  return KNOWN.get(selector.toLowerCase())?.signature;
}

/**
 * What a call with this selector hands over, or undefined where it hands over nothing anybody knows of.
 *
 * @example powerOf("0x2f2ff15d"); // "roles": grantRole(bytes32,address)
 */
export function powerOf(selector: Hex): Power | undefined {
  return KNOWN.get(selector.toLowerCase())?.power;
}

/** Every selector that hands something over, without its 0x. */
export const POWERFUL: readonly string[] = [...KNOWN].filter(([, { power }]) => power !== undefined).map(([selector]) => selector.slice(2));
