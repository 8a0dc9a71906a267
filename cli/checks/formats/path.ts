import { isAbsolute, relative, resolve, sep } from "node:path";

/**
 * A file's name relative to the checkout, with forward slashes; undefined for one that is outside it.
 *
 * @param root the checkout; a relative `file` is meant from where the command runs
 * @example pathIn("/home/me/risk", "/home/me/risk/proposals/0001-a/proposal.yaml") // "proposals/0001-a/proposal.yaml"
 */
export function pathIn(root: string, file: string): string | undefined {
  const path = relative(root, resolve(file));
  return path === ".." || path.startsWith(`..${sep}`) || isAbsolute(path) ? undefined : path.split(sep).join("/");
}
