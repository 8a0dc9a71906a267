import { basename } from "node:path";
import type { Evidence } from "../../proposal/evidence.ts";
import { shortHash } from "../format.ts";
import { visibleLine } from "../text.ts";

/** How anyone gets the same result, and the hashes that say whether it is the same. */
export interface Reproduce {
  readonly commands: readonly { readonly command: string; readonly what: string }[];
  readonly hashes: readonly { readonly label: string; readonly short: string; readonly full: string }[];
}

export function reproduceOf(evidence: Evidence, folder: string): Reproduce {
  const { context, root } = evidence;
  const path = quoted(visibleLine(`proposals/${basename(folder)}`));
  const hash = (label: string, full: string) => ({ label, short: shortHash(full), full });
  return {
    commands: [
      { command: `./ballast verify ${path}`, what: "decodes the calldata, runs every replay again and compares the result hash" },
      { command: `./ballast check ${path}`, what: "runs every check, and a sample of the replays chosen by hash" },
    ],
    hashes: [
      hash("Result", root),
      hash("Parameters, today", context.parametersBefore),
      hash("Parameters, proposed", context.parametersAfter),
      hash("Engine", context.engine),
      hash("Dataset", context.dataset),
      hash("Book", context.book),
      hash("Policy", context.policy),
    ],
  };
}

/** A folder's name as a shell takes it: plain, or in single quotes. */
function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
