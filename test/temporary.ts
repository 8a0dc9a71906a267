import { mkdtempSync, rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

// Every test file runs in a process with modules of its own: this is one folder per file, and its end is the file's end.
const folder = mkdtempSync(join(tmpdir(), "ballast-test-"));
// Hooks end in the reverse order of their registration: this one, of an import, after those of the file itself.
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));

/**
 * A new, empty folder outside the checkout, which is removed when the test file that asked for it has ended.
 *
 * @param name what its name starts with; a space in it makes a path with a space
 * @returns its absolute path
 * @example const root = await temporary("proposals");
 */
export function temporary(name: string): Promise<string> {
  return mkdtemp(join(folder, `${name}-`));
}
