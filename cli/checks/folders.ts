import { BallastError } from "../../sim/errors.ts";
import { Interrupted } from "../backtest/interrupted.ts";
import type { Check } from "./check.ts";
import { checkFolder, type FolderCheckOptions } from "./folder.ts";
import { type FolderReport, INTERNAL, type Outcome, type Problem } from "./outcome.ts";

export interface FoldersOptions extends Omit<FolderCheckOptions, "onCheck"> {
  readonly onCheck?: (folder: string, check: Check) => void;
}

/**
 * Checks proposals one after the other. One that cannot be looked at is a problem of its own, and the others are checked all the same.
 *
 * @throws Interrupted
 * @example exitOf(await checkFolders(["proposals/0001-raise-eth-vol-buffer"]))
 */
export async function checkFolders(folders: readonly string[], { onCheck, ...options }: FoldersOptions = {}): Promise<Outcome> {
  const reports: FolderReport[] = [];
  const problems: Problem[] = [];
  for (const folder of folders) {
    try {
      reports.push(await checkFolder(folder, { ...options, onCheck: (check) => onCheck?.(folder, check) }));
    } catch (error) {
      if (error instanceof Interrupted) throw error;
      problems.push(problemOf(folder, error));
    }
  }
  return { reports, problems };
}

function problemOf(proposal: string, error: unknown): Problem {
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
