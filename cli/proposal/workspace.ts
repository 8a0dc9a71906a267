import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { BallastError } from "../../sim/errors.ts";

/** Where a workspace keeps its proposals, unless it is told otherwise. */
export const PROPOSALS = "proposals";

/** The slug of a proposal: what its folder is called after the number. */
const SLUG = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const NUMBERED = /^([0-9]{4})-/;

/**
 * The folder the next proposal of a workspace gets: one number after the highest there is.
 *
 * @throws BallastError WORKSPACE_NOT_FOUND, SLUG_INVALID, PROPOSAL_EXISTS
 * @example await nextFolder("proposals", "raise-eth-vol-buffer") // "proposals/0004-raise-eth-vol-buffer"
 */
export async function nextFolder(proposals: string, slug: string): Promise<string> {
  if (!SLUG.test(slug) || slug.length > 60) {
    throw new BallastError("SLUG_INVALID", `${slug} is not a name for a proposal.`, {
      where: { value: slug },
      fix: "Use small letters, digits and single dashes, at most 60, as in raise-eth-vol-buffer.",
    });
  }
  const names = await folders(proposals);
  const taken = names.find((name) => name.replace(NUMBERED, "") === slug);
  if (taken !== undefined)
    throw new BallastError("PROPOSAL_EXISTS", `There is a proposal of that name: ${join(proposals, taken)}.`, {
      where: { file: join(proposals, taken) },
      fix: "Choose another name, or edit that one.",
    });
  const highest = Math.max(0, ...names.map((name) => Number(NUMBERED.exec(name)?.[1] ?? 0)));
  return join(proposals, `${String(highest + 1).padStart(4, "0")}-${slug}`);
}

/** The folders of a workspace that hold a proposal, in the order of their numbers. */
export async function proposalFolders(proposals: string): Promise<string[]> {
  const paths = (await folders(proposals)).map((name) => join(proposals, name));
  const whole = await Promise.all(
    paths.map((path) =>
      stat(join(path, "proposal.yaml")).then(
        () => true,
        () => false,
      ),
    ),
  );
  return paths.filter((_, index) => whole[index]);
}

async function folders(proposals: string): Promise<string[]> {
  const entries = await readdir(proposals, { withFileTypes: true }).catch((cause) => {
    throw new BallastError("WORKSPACE_NOT_FOUND", `There is no folder ${proposals}.`, {
      where: { file: proposals },
      fix: "Run `ballast init` first, or name the folder with --proposals.",
      cause,
    });
  });
  return entries
    .filter((entry) => entry.isDirectory() && NUMBERED.test(entry.name))
    .map((entry) => entry.name)
    .sort();
}
