/**
 * Runs action.yml here, without GitHub: the same steps, in a checkout of yours.
 *
 *     ./scripts/node node scripts/action/run.ts [checkout] [--base main] [--input name=value …]
 *
 * `--base` does what a pull request against that branch does: only proposals that differ from it are checked. Leaves with the action's exit code; prints what
 * a log would show, and where the summary and the files are that a workflow would publish.
 */

import { writeFileSync } from "node:fs";
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

try {
  const run = await runAction({ action: resolve(import.meta.dirname, "../.."), repository: positionals[0] ?? ".", inputs: { ...base, ...inputs }, github });
  writeFileSync(join(run.temp, "summary.md"), run.summary);
  process.stdout.write(`\nsummary    ${join(run.temp, "summary.md")}\n`);
  for (const [name, value] of Object.entries(run.outputs)) process.stdout.write(`${name.padEnd(10)} ${value}\n`);
  process.exitCode = run.exit;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
