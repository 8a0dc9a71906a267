import { SimpleMerkleTree } from "@openzeppelin/merkle-tree";
import { BallastError } from "../../sim/errors.ts";
import type { Evidence } from "../proposal/evidence.ts";
import type { Task, TaskOutcome } from "./assemble.ts";
import { leafHash, standsUnder } from "./merkle.ts";
import { type BacktestPool, replayTasks } from "./pool.ts";

/** One replay run again, held against a result hash. */
export interface LeafRun {
  readonly outcome: TaskOutcome;
  readonly hash: `0x${string}`;
  /** The hash the evidence gives for this replay; undefined where it names none. */
  readonly claimed: string | undefined;
  /** The siblings that carry the claimed leaf up to the root; empty where none is claimed. */
  readonly proof: readonly string[];
  /** Whether the replay is the one claimed and, by that proof, stands under the root. */
  readonly holds: boolean;
}

/**
 * Replays one crash again and checks it against the root, from the list of leaf hashes alone: nobody has to run the other replays, or
 * to have their outcomes.
 *
 * @param evidence the root that was voted on, and the list of its leaves
 * @throws like `replayTasks`
 * @example (await runLeaf(options, evidence, { crash: "2020-03-12-black-thursday", set: "proposed", seed: 1 })).holds
 */
export async function runLeaf(options: BacktestPool, evidence: Pick<Evidence, "root" | "leaves">, task: Task): Promise<LeafRun> {
  const [outcome] = (await replayTasks(options, [task])).outcomes;
  const leaf = { kind: "outcome", value: outcome } as const;
  const hashes = evidence.leaves.map(({ hash }) => hash);
  const at = evidence.leaves.findIndex(({ kind, crash, set, seed }) => kind === "outcome" && crash === task.crash && set === task.set && seed === task.seed);
  // The tree of the hashes is the standard one: only how a leaf is hashed tells the two of them apart.
  const proof = at < 0 ? [] : SimpleMerkleTree.of(hashes).getProof(hashes[at]);
  const hash = leafHash(leaf);
  // A forged hash that sorts into the true one's place has the true one's proof.
  return { outcome, hash, claimed: hashes[at], proof, holds: hashes[at] === hash && standsUnder(evidence.root, leaf, proof) };
}

/**
 * Reads the name of a leaf, `crash/set/seed`, as `ballast verify --leaf` takes it.
 *
 * @throws BallastError LEAF_UNKNOWN (exit 2)
 * @example leafNamed("2020-03-12-black-thursday/proposed/3").seed // 3
 */
export function leafNamed(name: string): Task {
  const [, crash, set, seed] = /^([a-z0-9-]+)\/(baseline|proposed)\/(0|[1-9][0-9]{0,9})$/.exec(name) ?? [];
  if (seed !== undefined) return { crash, set: set as Task["set"], seed: Number(seed) };
  throw new BallastError("LEAF_UNKNOWN", `${name} does not name a replay.`, {
    where: { field: "leaf", value: name },
    fix: "Write crash/set/seed, as in 2020-03-12-black-thursday/proposed/1.",
  });
}
