import { execFile } from "node:child_process";
import { readdir, readlink, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { BallastError } from "../../sim/errors.ts";
import { loadPolicy } from "../proposal/policy.ts";
import type { Comparison } from "./outcome.ts";

const run = promisify(execFile);

/** The folder of this checkout, whose own sources are a part of what a proposal is measured by when it is checked in it. */
const BALLAST = fileURLToPath(new URL("../../", import.meta.url));
const OWN_SOURCES = ["sim/", "data/", "chain/", "cli/", "contracts/", "package-lock.json"];
const NUMBERED = /^[0-9]{4}-/;
/** As many links as Linux follows in one path. */
const LONGEST_CHAIN = 40;

/** Which of the proposals of a run are to be checked, and what they were held against. */
export interface Changed {
  readonly folders: readonly string[];
  readonly compared: Comparison;
}

/**
 * Of some proposals those that differ from where this branch left another: a file in their folder was added, changed or removed since, committed or not.
 * Where a file changes that all of a workspace are measured by (policy, parameters, deployment, a book; this checkout's own sources), all of them are.
 *
 * @param ref any name of a commit: `origin/main`
 * @throws BallastError CHANGED_NO_REPOSITORY, CHANGED_UNKNOWN, CHANGED_NO_BASE, CHANGED_OUTSIDE
 * @example (await changedSince("origin/main", ["proposals/0001-a", "proposals/0002-b"])).folders // ["proposals/0002-b"]
 */
export async function changedSince(ref: string, folders: readonly string[]): Promise<Changed> {
  const [first] = folders;
  const top = await topLevel(dirname(resolve(first)));
  const paths = await differing(top, ref);
  const kinds = await Promise.all(folders.map(async (folder) => ({ folder, kind: await kindOf(folder) })));
  // A path that holds no proposal, a misspelt one say, is checked whatever changed: it is refused there, and not passed over here.
  const strange = kinds.filter(({ kind }) => kind === "neither").map(({ folder }) => folder);
  const placed = await Promise.all(kinds.filter(({ kind }) => kind === "proposal").map(async ({ folder }) => ({ folder, path: await within(top, folder) })));
  const workspaces = [...new Set(placed.map(({ path }) => dirname(path)))];
  const own = (await realpath(BALLAST)) === top ? paths.filter((path) => OWN_SOURCES.some((source) => path.startsWith(source))) : [];
  const yardsticks = new Map(
    await Promise.all(workspaces.map(async (workspace) => [workspace, [...own, ...(await yardstickOf(top, workspace, paths))]] as const)),
  );
  const selected = placed.filter(({ path }) => yardsticks.get(dirname(path))?.length || paths.some((one) => one.startsWith(`${path}/`)));
  const present = new Set(placed.map(({ path }) => path));
  const lost = paths.filter((path) => path.endsWith("/proposal.yaml")).map((path) => dirname(path));
  const gone = await Promise.all(
    lost.filter((path) => workspaces.includes(dirname(path)) && !present.has(path)).map(async (path) => ((await isThere(join(top, path))) ? [] : [path])),
  );
  return {
    folders: [...strange, ...selected.map(({ folder }) => folder)],
    compared: { ref, of: placed.length, yardstick: [...new Set([...yardsticks.values()].flat())].sort(), removed: gone.flat().sort() },
  };
}

/**
 * A folder of proposals as its proposals, every numbered folder and every one with a proposal.yaml; any other path as it is.
 *
 * @example await expanded(["proposals"]) // ["proposals/0001-raise-eth-vol-buffer", …]
 */
export async function expanded(paths: readonly string[]): Promise<string[]> {
  const all = await Promise.all(
    paths.map(async (path) => {
      if (await isThere(join(path, "proposal.yaml"))) return [path];
      const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
      const names = await Promise.all(
        entries
          // A link or an empty folder under a proposal's name is looked at too: what is wrong with it is to be said, not passed over.
          .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
          .map(async ({ name }) => (NUMBERED.test(name) || (await isThere(join(path, name, "proposal.yaml"))) ? [join(path, name)] : [])),
      );
      const inside = names.flat().sort();
      return inside.length === 0 ? [path] : inside;
    }),
  );
  const seen = new Set<string>();
  return all.flat().filter((path) => !seen.has(resolve(path)) && seen.add(resolve(path)));
}

/** What a path is that `expanded` gave: a proposal, sound or not; a workspace that has none yet; or neither. */
async function kindOf(path: string): Promise<"proposal" | "workspace" | "neither"> {
  if (NUMBERED.test(basename(resolve(path))) || (await isThere(join(path, "proposal.yaml")))) return "proposal";
  return (await isThere(join(path, "policy.yaml"))) ? "workspace" : "neither";
}

async function topLevel(folder: string): Promise<string> {
  try {
    return await realpath((await git(folder, ["rev-parse", "--show-toplevel"])).trim());
  } catch (cause) {
    throw new BallastError("CHANGED_NO_REPOSITORY", `${folder} is in no git repository: what changed cannot be told.`, {
      where: { file: folder },
      fix: "Run it in a checkout, or without --changed.",
      cause,
    });
  }
}

/** Every path that differs between the working tree and the commit where the two branches parted, from the top. */
async function differing(top: string, ref: string): Promise<string[]> {
  const commit = await git(top, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`]).catch((cause) => {
    throw new BallastError("CHANGED_UNKNOWN", `There is no commit ${ref} here.`, {
      where: { value: ref },
      fix: "Fetch it first (in GitHub Actions: actions/checkout with fetch-depth: 0), or name another, as in origin/main.",
      cause,
    });
  });
  const base = await git(top, ["merge-base", commit.trim(), "HEAD"]).catch((cause) => {
    throw new BallastError("CHANGED_NO_BASE", `${ref} and HEAD have no commit in common: is the clone shallow?`, {
      where: { value: ref },
      fix: "Fetch the whole history (in GitHub Actions: actions/checkout with fetch-depth: 0).",
      cause,
    });
  });
  const [tracked, untracked] = await Promise.all([
    git(top, ["diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", "--ignore-submodules=none", base.trim(), "--"]),
    git(top, ["ls-files", "-z", "--others", "--exclude-standard"]),
  ]);
  return [...new Set(`${tracked}${untracked}`.split("\0").filter((path) => path !== ""))];
}

/** Of a workspace: everything that changed in its folder, but not in a proposal's own; what links there lead to; and its book, wherever it stands. */
async function yardstickOf(top: string, workspace: string, paths: readonly string[]): Promise<string[]> {
  const inside = paths.filter((path) => isWithin(path, workspace) && proposalOf(path, [workspace]) === undefined);
  const policy = await loadPolicy(join(top, workspace, "policy.yaml")).catch(() => undefined);
  const book = policy !== undefined && "file" in policy.book ? [asGit(relative(top, resolve(top, workspace, policy.book.file)))] : [];
  const entries = await readdir(join(top, workspace), { withFileTypes: true }).catch(() => []);
  const links = entries.filter((entry) => entry.isSymbolicLink()).map(({ name }) => join(top, workspace, name));
  const behind = (await Promise.all([...links, ...book.map((path) => join(top, path))].map(linkedFrom))).flat().map((path) => asGit(relative(top, path)));
  return [...new Set([...inside, ...paths.filter((path) => book.includes(path) || behind.some((one) => path === one || isWithin(path, one)))])];
}

/** Every path that a link leads over, its end among them: to git each of them is a file of its own. A link that leads nowhere ends there. */
async function linkedFrom(path: string): Promise<string[]> {
  const found: string[] = [];
  for (let at = path; found.length < LONGEST_CHAIN; ) {
    const target = await readlink(at).catch(() => undefined);
    if (target === undefined) break;
    const folder = await realpath(resolve(dirname(at), dirname(target))).catch(() => undefined);
    if (folder === undefined) break;
    at = join(folder, basename(target));
    found.push(at);
  }
  return found;
}

/** The proposal's folder a path lies in: the folder below a workspace. */
function proposalOf(path: string, workspaces: readonly string[]): string | undefined {
  for (const workspace of workspaces) {
    if (!isWithin(path, workspace)) continue;
    const rest = workspace === "." ? path : path.slice(workspace.length + 1);
    const name = rest.split("/", 1)[0];
    if (rest !== name) return workspace === "." ? name : `${workspace}/${name}`;
  }
  return undefined;
}

function isWithin(path: string, folder: string): boolean {
  return folder === "." || path.startsWith(`${folder}/`);
}

async function within(top: string, folder: string): Promise<string> {
  const path = asGit(relative(top, join(await realpath(dirname(resolve(folder))), resolve(folder).slice(dirname(resolve(folder)).length))));
  if (path === "" || path.startsWith("../") || path === "..") {
    throw new BallastError("CHANGED_OUTSIDE", `${folder} is not inside the repository ${top}.`, {
      where: { file: folder },
      fix: "Check it in a run of its own.",
    });
  }
  return path;
}

function asGit(path: string): string {
  return path.split(sep).join("/");
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function git(folder: string, args: readonly string[]): Promise<string> {
  // Within a hook git names its own folder and index, relative to a folder that is not this one.
  const { GIT_DIR: _dir, GIT_WORK_TREE: _tree, GIT_INDEX_FILE: _index, GIT_PREFIX: _prefix, ...env } = process.env;
  return (await run("git", ["-C", folder, ...args], { maxBuffer: 1 << 28, encoding: "utf8", env })).stdout;
}
