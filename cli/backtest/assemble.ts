import type { ParameterSet } from "../../sim/parameters/index.ts";
import type { Evidence, GateResult } from "../proposal/evidence.ts";
import { canonicalJson } from "./canonical.ts";
import { type Leaf, leafHash, rootOver } from "./merkle.ts";

/** Which parameter set a replay ran under: the one in force, or the one proposed. */
export type SetName = "baseline" | "proposed";

/** One replay of a backtest. */
export interface Task {
  readonly crash: string;
  readonly set: SetName;
  readonly seed: number;
}

/** A replay with its record, as it stands in the evidence. */
export type TaskOutcome = Evidence["outcomes"][number];

export interface ParametersBySet {
  readonly baseline: ParameterSet;
  readonly proposed: ParameterSet;
}

/** All replays of a backtest: crashes in the policy's order, both sets, all seeds. */
export function tasksOf(crashes: readonly string[], seeds: readonly number[]): Task[] {
  return crashes.flatMap((crash) => (["baseline", "proposed"] as const).flatMap((set) => seeds.map((seed) => ({ crash, set, seed }))));
}

/** Everything that was found, and what it was found with. */
type Found = Pick<Evidence, "context" | "outcomes" | "executionShocks" | "attribution">;

/** What the root stands over: the context, every outcome, every execution shock, and the attribution where there is one (DESIGN §8). */
export function leavesOf({ context, outcomes, executionShocks, attribution }: Found): Leaf[] {
  return [
    { kind: "context", value: context },
    ...outcomes.map((value): Leaf => ({ kind: "outcome", value })),
    ...executionShocks.map((value): Leaf => ({ kind: "shock", value })),
    ...(attribution === undefined ? [] : [{ kind: "attribution" as const, value: attribution }]),
  ];
}

/** The result hash of evidence, recomputed from its leaves. */
export function rootOf(evidence: Found): `0x${string}` {
  return rootBy(entriesOf(evidence));
}

/** The result hash by the list of leaves, whose hashes it takes as they stand there. */
export function rootBy(entries: Evidence["leaves"]): `0x${string}` {
  return rootOver(entries.map(({ hash }) => hash as `0x${string}`));
}

/**
 * Puts evidence together. The order of the outcomes is that of the tasks, whichever worker came in first.
 *
 * @param gates what the outcomes mean under the policy; not a leaf, because it follows from the leaves
 */
export function assembleEvidence(found: Found & { readonly gates: readonly GateResult[]; readonly verdict: Evidence["verdict"] }): Evidence {
  const { context, outcomes, executionShocks, attribution, gates, verdict } = found;
  const leaves = entriesOf(found);
  return {
    version: 2,
    root: rootBy(leaves),
    context,
    leaves,
    outcomes,
    gates: [...gates],
    executionShocks,
    ...(attribution === undefined ? {} : { attribution }),
    verdict,
  };
}

/** The list of leaves by name and hash: who has one outcome finds its place in the tree without the others. */
export function entriesOf(found: Found): Evidence["leaves"] {
  const names = [
    {},
    ...found.outcomes.map(({ crash, set, seed }) => ({ crash, set, seed })),
    ...found.executionShocks.map(({ seed }) => ({ seed })),
    ...(found.attribution === undefined ? [] : [{}]),
  ];
  return leavesOf(found).map((leaf, i) => ({ kind: leaf.kind, ...names[i], hash: leafHash(leaf) }));
}

/**
 * The text of `evidence.json`: one line per leaf, outcome and gate, so that a diff shows which replay changed, each as canonical JSON. The
 * same evidence always makes the same bytes, whatever the order its fields were read in.
 */
export function evidenceText(evidence: Evidence): string {
  const { version, root, verdict, context, leaves, gates, executionShocks, attribution, outcomes } = evidence;
  const lines = (items: readonly string[]) => items.map((item) => `    ${item}`).join(",\n");
  const list = (items: readonly unknown[]) => `[\n${lines(items.map(canonicalJson))}\n  ]`;
  const fields = [
    ["version", canonicalJson(version)],
    ["root", canonicalJson(root)],
    ["verdict", canonicalJson(verdict)],
    ["context", `{\n${lines(CONTEXT_FIELDS.map((name) => `"${name}": ${canonicalJson(context[name])}`))}\n  }`],
    ["gates", list(gates)],
    ["executionShocks", list(executionShocks)],
    ...(attribution === undefined ? [] : [["attribution", canonicalJson(attribution)] as const]),
    ["leaves", list(leaves)],
    ["outcomes", list(outcomes)],
  ];
  return `{\n${fields.map(([name, value]) => `  "${name}": ${value}`).join(",\n")}\n}\n`;
}

const CONTEXT_FIELDS = ["dataset", "engine", "book", "policy", "parametersBefore", "parametersAfter", "counts", "seeds", "drawn"] as const;
