import { decodeEventLog, type Hex, toEventSelector } from "viem";
import { BallastError } from "../../sim/errors.ts";
import { specOf, valueOn } from "../../sim/parameters/index.ts";
import { RISK_PARAMETERS_ABI } from "../abi.ts";
import type { Addresses } from "../deploy.ts";
import type { Reading } from "../read.ts";
import { fromWord } from "../words.ts";
import type { LiveChain } from "./client.ts";
import { logsOf } from "./logs.ts";

/** One version of the set: what made it, and what it changed. Version 1 is the deployment's, without evidence. */
export interface Batch {
  readonly version: number;
  readonly block: number;
  readonly evidence: Hex | undefined;
  readonly changes: readonly {
    readonly scope: string;
    readonly name: string;
    readonly from: number;
    readonly to: number;
    readonly start: number;
    readonly ramp: number;
  }[];
}

const EVENTS = RISK_PARAMETERS_ABI.filter((item) => item.type === "event");
const TOPICS = EVENTS.map((event) => toEventSelector(event));

/**
 * Every version of the parameters, rebuilt from the events of the registry.
 *
 * @param from the block of the deployment, or an earlier one
 * @throws RPC_* and LIVE_EVENT_UNKNOWN
 */
export async function readHistory(chain: LiveChain, { parameters }: Pick<Addresses, "parameters">, from: bigint): Promise<Batch[]> {
  const batches = new Map<number, { version: number; block: number; evidence: Hex | undefined; changes: Batch["changes"][number][] }>();
  for (const log of await logsOf(chain, { addresses: [parameters], topics: TOPICS }, from)) {
    const event = decoded(chain, log);
    // What the steward put over a value is no version of the set.
    if (event.eventName === "OverlaySet" || event.eventName === "OverlayEnded") continue;
    const version = Number(event.args.version);
    const batch = batches.get(version) ?? { version, block: Number(log.block), evidence: undefined, changes: [] };
    batches.set(version, batch);
    if (event.eventName === "BatchApplied") batch.evidence = event.args.evidence;
    if (event.eventName === "ValueChanged") {
      const { scope, name, from: before, to, start, ramp } = event.args;
      batch.changes.push({ scope: fromWord(scope), name: fromWord(name), from: Number(before), to: Number(to), start, ramp });
    }
  }
  return [...batches.values()].sort((a, b) => a.version - b.version);
}

/**
 * Two independent answers have to tell the same story: the state that `readAll` gives, and the one that the events lead to. An endpoint
 * that lies about one of them, lost an event, or answers from another block is caught here.
 *
 * @throws LIVE_HISTORY_INCOMPLETE when events are missing, RPC_CONTRADICTS_ITSELF when the two differ
 */
export function requireHistory(chain: LiveChain, history: readonly Batch[], readings: readonly Reading[], version: number): void {
  const versions = history.map((batch) => batch.version);
  const expected = Array.from({ length: version }, (_, i) => i + 1);
  const missing = expected.filter((one) => !versions.includes(one));
  const last = new Map(history.flatMap((batch) => batch.changes.map((change) => [`${change.scope}.${change.name}`, { ...change, version: batch.version }])));
  const unseen = readings.find(({ scope, name }) => !last.has(`${fromWord(scope)}.${fromWord(name)}`));
  if (missing.length > 0 || unseen !== undefined) {
    const what = unseen === undefined ? `version ${missing[0]} of ${version}` : `${fromWord(unseen.scope)}.${fromWord(unseen.name)}`;
    throw new BallastError("LIVE_HISTORY_INCOMPLETE", `${chain.host} gives no event for ${what}, up to block ${chain.block.number}.`, {
      where: { field: "block", value: chain.host },
      fix: "Let `block` in deployment.yaml be the block of the deployment, or an earlier one; else use an endpoint that keeps all events.",
      exit: 1,
    });
  }
  const contradiction = (what: string, state: unknown, events: unknown) =>
    new BallastError(
      "RPC_CONTRADICTS_ITSELF",
      `At block ${chain.block.number} ${chain.host} says ${what} is ${state}; the events it gives lead to ${events}.`,
      {
        where: { field: "readAll", value: chain.host },
        fix: "Do not rely on this endpoint: one of its two answers is wrong. Use another, or two.",
        exit: 1,
      },
    );
  if (versions.length !== version) throw contradiction("the version", version, Math.max(0, ...versions));
  for (const { scope, name, value, change, overlay } of readings) {
    const key = `${fromWord(scope)}.${fromWord(name)}`;
    const event = last.get(key);
    for (const field of ["to", "from", "start", "ramp", "version"] as const) {
      if (event?.[field] !== change[field]) throw contradiction(`${field === "to" ? key : `${key} (${field})`}`, change[field], event?.[field]);
    }
    const path = { from: change.from, to: change.to, at: change.start, rampSeconds: change.ramp };
    const tighter = specOf(fromWord(name))?.tighter ?? "neutral";
    const governed = valueOn(path, tighter, chain.block.time);
    const isOverlaid = overlay.sunset > chain.block.time && tighter !== "neutral";
    const expected = !isOverlaid ? governed : tighter === "up" ? Math.max(governed, overlay.value) : Math.min(governed, overlay.value);
    if (Number(value) !== expected) throw contradiction(`${key} (in force)`, value, expected);
  }
}

function decoded(chain: LiveChain, { topics, data, block }: { topics: readonly Hex[]; data: Hex; block: bigint }) {
  try {
    return decodeEventLog({ abi: EVENTS, topics: topics as [Hex, ...Hex[]], data, strict: true });
  } catch (cause) {
    throw new BallastError("LIVE_EVENT_UNKNOWN", `An event of RiskParameters in block ${block} cannot be read.`, {
      where: { field: "eth_getLogs", value: chain.host },
      fix: "Use the version of Ballast that deployed the contracts, and another endpoint.",
      exit: 1,
      cause,
    });
  }
}
