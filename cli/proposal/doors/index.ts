import { castDoor } from "./cast.ts";
import type { DoorInput } from "./door.ts";
import { snapshotDoor } from "./snapshot.ts";
import { timelockDoor } from "./timelock.ts";
import { viemDoor } from "./viem.ts";

/** The files that lead a proposal through other doors than a Safe or an explorer's write tab, by name. */
const DOORS: Readonly<Record<string, (input: DoorInput) => string>> = {
  "timelock.json": timelockDoor,
  "cast.sh": castDoor,
  "viem.mjs": viemDoor,
  "snapshot.json": snapshotDoor,
};

export const DOOR_FILES: readonly string[] = Object.keys(DOORS);

/**
 * The files of every door, byte for byte: a pure function of governor.json and of the timelock.
 *
 * @example doorFiles({ ...payload.governor, timelock, calls })["timelock.json"]
 */
export function doorFiles(input: DoorInput): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(DOORS).map(([name, make]) => [name, make(input)]));
}

export type { DoorInput } from "./door.ts";
export { SNAPSHOT_SENDER_FIELDS, type SnapshotSender, snapshotTypedData } from "./snapshot.ts";
