import { SimpleMerkleTree } from "@openzeppelin/merkle-tree";
import type { Evidence } from "../proposal/evidence.ts";
import type { Task, TaskOutcome } from "./assemble.ts";
import { leafHash } from "./merkle.ts";
import { type PoolOptions, replayAll } from "./pool.ts";

/** One replay run again, held against a result hash. */
export interface LeafRun {
  readonly outcome: TaskOutcome;
  readonly hash: `0x${string}`;
  /** The hash the evidence gives for this replay; undefined where it names none. */
  readonly claimed: string | undefined;
  /** Whether the replay gives the leaf that is claimed, and the leaves claimed give the root. */
  readonly holds: boolean;
}

/**
 * Replays one crash again and checks it against the root, from the list of leaf hashes alone: nobody has to run the other replays, or
 * to have their outcomes.
 *
 * @param evidence the root that was voted on, and the list of its leaves
 * @throws like `replayAll`
 * @example (await runLeaf(options, evidence, { crash: "2020-03-12-black-thursday", set: "proposed", seed: 1 })).holds
 */
export async function runLeaf(options: PoolOptions, evidence: Pick<Evidence, "root" | "leaves">, task: Task): Promise<LeafRun> {
  const [outcome] = (await replayAll(options, [task])).outcomes;
  const hash = leafHash({ kind: "outcome", value: outcome });
  const claimed = evidence.leaves.find(
    ({ kind, crash, set, seed }) => kind === "outcome" && crash === task.crash && set === task.set && seed === task.seed,
  )?.hash;
  return { outcome, hash, claimed, holds: claimed === hash && rootOfHashes(evidence.leaves.map((leaf) => leaf.hash)) === evidence.root };
}

/** The root over leaf hashes. Their tree is the standard one: only how a leaf is hashed tells the two of them apart. */
export function rootOfHashes(hashes: readonly string[]): string {
  return SimpleMerkleTree.of([...hashes]).root;
}
