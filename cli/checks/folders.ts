import { BallastError } from "../../sim/errors.ts";
import { Interrupted } from "../backtest/interrupted.ts";
import type { Check } from "./check.ts";
import { checkFolder, type FolderCheckOptions, sharedWork } from "./folder.ts";
import { type FolderReport, INTERNAL, type Outcome, type Problem } from "./outcome.ts";

export interface FoldersOptions extends Omit<FolderCheckOptions, "onCheck"> {
  readonly onCheck?: (folder: string, check: Check) => void;
}

/** So many proposals are under way at once; each holds its evidence in memory. */
const AT_ONCE = 64;

/**
 * Checks proposals side by side: while one is on the embedded chain, the replays of others run on the threads. One that cannot be looked at is a problem of
 * its own, and the others are checked all the same. Neither the order of the result nor anything in it depends on which was done first.
 *
 * @throws Interrupted
 * @example exitOf(await checkFolders(["proposals/0001-raise-eth-vol-buffer"]))
 */
export async function checkFolders(folders: readonly string[], { onCheck, ...options }: FoldersOptions = {}): Promise<Outcome> {
  const shared = { ...sharedWork(options.workers), turn: turns(options.signal) };
  const found: (FolderReport | Problem)[] = new Array(folders.length);
  const waiting = [...folders.entries()];
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [at, folder] = next;
      options.signal?.throwIfAborted();
      found[at] = await checkFolder(folder, { ...options, shared, onCheck: (check) => onCheck?.(folder, check) }).catch((error) => problemOf(folder, error));
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, folders.length) }, work));
  } finally {
    await shared.close();
  }
  return { reports: found.filter((one) => "findings" in one), problems: found.filter((one) => "error" in one) };
}

/** Gives turns one after the other, in the order they are asked for, until somebody interrupts. */
function turns(signal: AbortSignal | undefined): () => Promise<() => void> {
  let last = Promise.resolve();
  return async () => {
    const before = last;
    const { promise, resolve } = Promise.withResolvers<void>();
    last = promise;
    await before;
    if (signal?.aborted === true) resolve();
    signal?.throwIfAborted();
    return resolve;
  };
}

function problemOf(proposal: string, error: unknown): Problem {
  // Ctrl-C says nothing about the proposal.
  if (error instanceof Interrupted) throw error;
  if (error instanceof BallastError) {
    const { file, line, column } = error.where;
    return { proposal, code: error.code, message: error.message, fix: error.fix, where: { file: file ?? proposal, line, column }, exit: error.exit, error };
  }
  const message = error instanceof Error ? error.message : String(error);
  return {
    proposal,
    code: INTERNAL,
    message,
    fix: "This is a defect of Ballast: please report it with what stands on stderr.",
    where: { file: proposal },
    exit: 1,
    error,
  };
}
