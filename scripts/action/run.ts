/**
 * Runs action.yml here, without GitHub: the same steps, in a checkout of yours.
 *
 *     ./scripts/node node scripts/action/run.ts [checkout] [--base main] [--input name=value …]
 *
 * `--base` does what a pull request against that branch does: only proposals that differ from it are checked. Leaves with the action's exit code; prints what
 * a log would show, and where the summary and the files are that a workflow would publish: in `.cache/action` here, until the next run.
 */

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { runAction } from "./steps.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { base: { type: "string" }, input: { type: "string", multiple: true, default: [] }, event: { type: "string" } },
});
const inputs = Object.fromEntries(values.input.map((text) => [text.split("=", 1)[0], text.slice(text.indexOf("=") + 1)]));
const base = values.base === undefined || inputs.changed !== undefined ? {} : { changed: values.base };
const { GITHUB_API_URL: api, GITHUB_REPOSITORY: repository, GITHUB_TOKEN: token } = process.env;
const github = {
  ...(values.event === undefined ? {} : { event_path: resolve(values.event) }),
  ...(api === undefined ? {} : { api_url: api }),
  ...(repository === undefined ? {} : { repository }),
  ...(token === undefined ? {} : { token }),
};

const action = resolve(import.meta.dirname, "../..");
// One place for all runs, and not a new one in the machine's: the files outlive the run, for whoever reads them, but not the next.
const temp = join(action, ".cache/action");

try {
  rmSync(temp, { recursive: true, force: true });
  mkdirSync(temp, { recursive: true });
  const run = await runAction({ action, repository: positionals[0] ?? ".", temp, inputs: { ...base, ...inputs }, github });
  writeFileSync(join(temp, "summary.md"), run.summary);
  process.stdout.write(`\nsummary    ${join(temp, "summary.md")}\n`);
  for (const [name, value] of Object.entries(run.outputs)) process.stdout.write(`${name.padEnd(10)} ${value}\n`);
  process.exitCode = run.exit;
} catch (error) {
  rmSync(temp, { recursive: true, force: true });
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
