import { zeroHash } from "viem";
import { GOVERNANCE } from "../../../chain/settings.ts";
import { encodeExecuteBatch, encodeScheduleBatch, governorSalt, operationId } from "../../../chain/timelock.ts";
import type { DoorInput } from "./door.ts";

/**
 * timelock.json: the batch as TimelockController takes it. `governed` is what the governor schedules when the vote is won, under its own salt: it can be looked
 * up by its id, and executed by anyone. `bare` is the same batch for a timelock whose proposer is no governor, under the hash of the description as salt.
 *
 * The delay is the one Ballast deploys a timelock with; a timelock that asks for more refuses it. It is no part of the id.
 */
export function timelockDoor({ chainId, governor, timelock, calls, descriptionHash }: DoorInput): string {
  const delaySeconds = GOVERNANCE.timelockDelay;
  const under = (salt: `0x${string}`) => ({
    salt,
    operationId: operationId(calls, salt),
    scheduleBatch: encodeScheduleBatch(calls, salt, delaySeconds),
    executeBatch: encodeExecuteBatch(calls, salt),
  });
  const document = {
    chainId,
    timelock,
    targets: calls.map(({ target }) => target),
    values: calls.map(({ value }) => value.toString()),
    payloads: calls.map(({ calldata }) => calldata),
    predecessor: zeroHash,
    delaySeconds,
    governed: under(governorSalt(governor, descriptionHash)),
    bare: under(descriptionHash),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
