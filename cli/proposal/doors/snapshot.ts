import type { DoorInput } from "./door.ts";

/** What only the sender knows, or the clock: it is asked for, and stands in no file. */
export interface SnapshotSender {
  /** Who signs. */
  readonly from: string;
  /** The space's name, `protocol.eth`. */
  readonly space: string;
  /** Seconds since 1970: now, when the vote begins, when it ends. */
  readonly timestamp: number;
  readonly start: number;
  readonly end: number;
  /** The block at which votes are counted. */
  readonly snapshot: number;
}

/** Snapshot's EIP-712 domain and `Proposal` type. */
const DOMAIN = { name: "snapshot", version: "0.1.4" } as const;
const TYPES = {
  Proposal: [
    { name: "from", type: "address" },
    { name: "space", type: "string" },
    { name: "timestamp", type: "uint64" },
    { name: "type", type: "string" },
    { name: "title", type: "string" },
    { name: "body", type: "string" },
    { name: "discussion", type: "string" },
    { name: "choices", type: "string[]" },
    { name: "start", type: "uint64" },
    { name: "end", type: "uint64" },
    { name: "snapshot", type: "uint64" },
    { name: "plugins", type: "string" },
    { name: "app", type: "string" },
  ],
} as const;

/** The fields the sender fills in, in the order of the type. */
export const SNAPSHOT_SENDER_FIELDS = ["from", "space", "timestamp", "start", "end", "snapshot"] as const;

/**
 * snapshot.json: the off-chain vote on this proposal, as typed data without what the sender fills in (`senderFills`). It is a question to holders and executes
 * nothing; its body ends with the id of the on-chain proposal it is about.
 */
export function snapshotDoor(input: DoorInput): string {
  const document = { domain: DOMAIN, types: TYPES, primaryType: "Proposal", senderFills: SNAPSHOT_SENDER_FIELDS, message: messageOf(input) };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/**
 * The typed data a sender signs.
 *
 * @example hashTypedData(snapshotTypedData(door, { from, space: "protocol.eth", timestamp, start, end, snapshot }))
 */
export function snapshotTypedData(input: DoorInput, sender: SnapshotSender) {
  return { domain: DOMAIN, types: TYPES, primaryType: "Proposal" as const, message: { ...messageOf(input), ...sender } };
}

function messageOf({ chainId, governor, description, proposalId }: DoorInput) {
  const [first = "", ...rest] = description.split("\n");
  return {
    type: "basic",
    title: first.replace(/^# /, ""),
    // The suffix that binds a proposer is for the governor's eyes.
    body: `${rest.join("\n").trim()}\n\nOn chain: proposal ${proposalId} of the governor ${governor} on chain ${chainId}.`,
    discussion: /^- (https?:\/\/\S+)$/m.exec(description)?.[1] ?? "",
    // What a basic vote asks, in the order its results are counted.
    choices: ["For", "Against", "Abstain"],
    plugins: "{}",
    app: "ballast",
  };
}
