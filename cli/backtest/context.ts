import { DEFAULT_DATASET } from "../dataset/load.ts";
import { manifestHash, readManifest } from "../dataset/manifest.ts";
import type { Evidence } from "../proposal/evidence.ts";
import type { Proposal } from "../proposal/load.ts";
import type { Policy } from "../proposal/policy.ts";
import { bookSource, booksHash } from "./book.ts";
import { hashOf } from "./canonical.ts";
import { engineHash } from "./engine.ts";
import { type Settings, settingsOf } from "./settings.ts";

/** What a backtest is of: everything whose hash stands in its evidence. */
export interface Subject {
  readonly proposal: Pick<Proposal, "base" | "after">;
  readonly policy: Policy;
  /** The folder of the policy: what a book's file name is relative to. */
  readonly policyFolder: string;
  readonly datasetDir?: string | undefined;
}

/**
 * The hashes of everything a result depends on, as of now: two backtests with the same context have the same result.
 *
 * @example (await contextOf(subject)).engine
 */
export async function contextOf(subject: Subject, settings: Settings = settingsOf(subject.policy)): Promise<Evidence["context"]> {
  const { proposal, policy, policyFolder, datasetDir = DEFAULT_DATASET } = subject;
  const [manifest, engine, book] = await Promise.all([readManifest(datasetDir), engineHash(), bookSource(settings.book, policyFolder)]);
  return {
    dataset: manifestHash(manifest),
    engine,
    book: booksHash(book, settings.seeds),
    policy: hashOf(policy),
    parametersBefore: hashOf(proposal.base),
    parametersAfter: hashOf(proposal.after),
    counts: { ...settings.counts },
    seeds: [...settings.seeds],
    drawn: "book" in book ? "answers" : "accounts",
  };
}
