import { proposalId, type Stack, type StackRun } from "../../chain/index.ts";
import { BallastError } from "../../sim/errors.ts";
import { applyChanges, type Change, type Key, keysOf, validateChanges, valueOf } from "../../sim/parameters/index.ts";
import type { Proposal } from "../proposal/load.ts";
import { onChainProposal } from "../proposal/payload.ts";
import { plural } from "../report/format.ts";
import type { Check, Emit } from "./check.ts";
import { conflictsOf } from "./conflicts.ts";
import { type CheckContext, payloadOf } from "./context.ts";
import { appliedChanges } from "./decode.ts";
import { EVERY_ORDER_UP_TO, ordersOf } from "./orders.ts";

/** More others than this are not put on the chain together: those that touch the same values come first, the rest is held against the rules alone. */
const MOST_OTHERS = 6;

interface Other {
  readonly name: string;
  readonly proposal: Proposal;
}

export const stacked: Check = {
  id: "stacked",
  title: "It works in any order with every other proposal that is pending",
  why: "Two proposals that are each sound can undo each other: the second one reverts after its vote, or both together leave what neither of them proposed.",
  incident: "Practice of Compound's Comet and of Optimism's superchain-ops, which run every pending proposal before the one they test.",
  fix: "Agree with the other proposal's authors which one goes first, and draft the second again once the first is executed.",
  severity: "warn",
  kind: "check",
  async run(context, emit) {
    const { proposal, folder } = context;
    const own = proposalId(onChainProposal(payloadOf(context)));
    const neighbours = await context.neighbours();
    const pending = neighbours.flatMap(({ name, proposal: other, notPending }): Other[] =>
      notPending !== undefined || other?.payload === undefined || proposalId(onChainProposal(other.payload)) === own ? [] : [{ name, proposal: other }],
    );
    const leftOut = neighbours.flatMap(({ name, notPending }) => (notPending === undefined ? [] : [`${name} was left out, ${notPending}`]));
    if (pending.length === 0) return [`no other proposal beside ${folder} is pending`, ...leftOut].join("; ");
    const [near, far] = nearestFirst(proposal, pending);
    for (const other of far) emitByRules(proposal, other, emit);
    const stack = await context.stack([proposal, ...near.map((other) => other.proposal)]);
    try {
      const looked = await executeInOrders(stack, context, near, own.toString(), emit);
      const rest = far.length === 0 ? "" : `; ${plural(far.length, "other")} held against the parameter rules alone: ${far.map(({ name }) => name).join(", ")}`;
      return [`${looked}${rest}`, ...leftOut].join("; ");
    } finally {
      await stack.close();
    }
  },
};

/** Those that touch an asset this one touches before the others, each in the order of their folders. */
function nearestFirst({ changes }: Proposal, others: readonly Other[]): readonly [Other[], Other[]] {
  const scopes = new Set(changes.map(({ scope }) => scope));
  const isNear = ({ proposal }: Other) => proposal.changes.some(({ scope }) => scopes.has(scope));
  const sorted = [...others.filter(isNear), ...others.filter((other) => !isNear(other))];
  return [sorted.slice(0, MOST_OTHERS), sorted.slice(MOST_OTHERS)];
}

async function executeInOrders(stack: Stack, { proposal }: CheckContext, others: readonly Other[], seed: string, emit: Emit): Promise<string> {
  const nameOf = (i: number) => (i === 0 ? "it" : (others[i - 1]?.name ?? ""));
  // Whoever reverts alone is no conflict with this one: its own checks say so.
  const alone = new Map<number, string>();
  for (let i = 0; i <= others.length; i++) {
    const reason = stack.stopped[i] ?? (await stack.execute([i])).refused[0];
    if (reason !== undefined) alone.set(i, reason);
  }
  if (alone.has(0))
    throw new BallastError("STACK_UNKNOWN", `The proposal itself does not come through its execution: ${alone.get(0)}.`, {
      fix: "Mend what the check of the life cycle found.",
      exit: 3,
    });
  const living = [0, ...others.map((_, i) => i + 1)].filter((i) => !alone.has(i));
  const orders = ordersOf(living.length, seed).map((order) => order.map((place) => living[place] ?? 0));
  const runs: (StackRun & { readonly order: readonly number[] })[] = [];
  for (const order of orders) runs.push({ order, ...(await stack.execute(order)) });
  for (const { refused, after, reason } of conflictsOf(runs))
    emit({ message: `After ${after.map(nameOf).join(", then ")}, ${nameOf(refused)} reverts: ${reason}.` });
  const messages = runs.filter(({ refused }) => refused.every((reason) => reason === undefined)).flatMap((run) => otherState(run, proposal, others, nameOf));
  for (const message of new Set(messages)) emit({ message });
  const tried =
    living.length <= EVERY_ORDER_UP_TO
      ? `all ${orders.length} orders`
      : `${orders.length} orders, each pair both ways round and the rest drawn by the proposal's id,`;
  const dead = [...alone].map(([i, reason]) => `${nameOf(i)} was left out, it reverts by itself (${reason})`);
  const beside = living.slice(1).map(nameOf).join(", ");
  return [beside === "" ? "it goes through alone" : `${tried} of it and ${beside}`, ...dead].join("; ");
}

/** What is decided in the end has to be what each of them declares, whoever goes last. */
function otherState(
  { order, decided }: StackRun & { readonly order: readonly number[] },
  proposal: Proposal,
  others: readonly Other[],
  nameOf: (i: number) => string,
): string[] {
  const changesOf = (i: number) => changesBy(i === 0 ? proposal : others[i - 1]?.proposal);
  const expected = order.reduce((set, i) => applyChanges(set, changesOf(i)), proposal.base);
  // An asset that another proposal adds is its own business.
  const moved = keysOf(expected).filter((key) => valueOf(decided, key) !== valueOf(expected, key));
  const overruled = changesOf(0).filter((change) => valueOf(decided, change) !== change.to && !moved.some((key) => isSame(key, change)));
  const text = (key: Key, rest: string) => `${key.scope}.${key.name} ${rest}`;
  return [
    ...moved.map((key) => text(key, `ends at ${valueOf(decided, key)} once ${order.map(nameOf).join(", ")} are executed, though none of them declares that.`)),
    ...overruled.map((change) =>
      text(change, `ends at ${valueOf(decided, change)} and not at ${change.to} where ${nameOf(order.at(-1) ?? 0)} is executed last.`),
    ),
  ];
}

/** What a payload applies; of one that does not decode, what its proposal declares: the chain may execute it all the same. */
function changesBy(proposal: Proposal | undefined): readonly Change[] {
  if (proposal?.payload === undefined) return [];
  try {
    return appliedChanges(proposal.payload, proposal.deployment.riskParameters);
  } catch {
    return proposal.changes;
  }
}

function isSame(a: Key, b: Key): boolean {
  return a.scope === b.scope && a.name === b.name;
}

/** Without a chain: the same rules in TypeScript, this one after the other, and the other after this one. */
function emitByRules({ base, changes }: Proposal, { name, proposal: other }: Other, emit: Emit): void {
  for (const [first, second, words] of [
    [other.changes, changes, `After ${name}, it`],
    [changes, other.changes, `After it, ${name}`],
  ] as const) {
    const [alone] = validateChanges(base, second);
    const [finding] = alone === undefined ? validateChanges(applyChanges(base, first), second) : [];
    if (finding !== undefined) emit({ message: `${words} would revert: ${finding.message} (${finding.revert.error})` });
  }
}
