import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { holds, type Lookup, substitute } from "./expressions.ts";

/** A composite action, as far as this runner knows it. */
interface Action {
  readonly inputs?: Readonly<Record<string, { readonly default?: string; readonly required?: boolean }>>;
  readonly outputs?: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

interface Step {
  readonly name?: string;
  readonly id?: string;
  readonly if?: string;
  readonly shell?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface ActionRun {
  /** Of the first step that failed; 0 when none did. */
  readonly exit: number;
  readonly outputs: Readonly<Record<string, string>>;
  /** What the steps wrote for the job's summary. */
  readonly summary: string;
}

const SHELL = ["--noprofile", "--norc", "-eo", "pipefail"];
/** A runner's own: nothing of the caller's settings for GitHub or CI may leak in. */
const KEPT = /^(PATH|HOME|USER|LANG|LC_.*|TMPDIR|TZ|NODE_.*|BALLAST_NODE|npm_config_.*|NO_COLOR|.*_proxy|.*_PROXY)$/;

/**
 * Runs the steps of a composite action in a checkout, as GitHub's runner would: bash with -eo pipefail, GITHUB_* and inputs in place, outputs and summary
 * through files. Steps that use other actions, other shells or other expressions are refused.
 *
 * @param options.action folder of action.yml. @param options.repository the checkout it runs in
 * @param options.temp what RUNNER_TEMP says: an empty folder of the caller's, who removes it once what the outputs point to has been read
 * @param options.inputs by name; others have their default. @param options.github what `github.…` and GITHUB_* say, beside what is known
 * @param options.write gets what the steps print
 * @throws Error where the action, or an input, is not one this runner can run
 */
export async function runAction(options: {
  readonly action: string;
  readonly repository: string;
  readonly temp: string;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly github?: Readonly<Record<string, string>>;
  readonly write?: (text: string) => void;
}): Promise<ActionRun> {
  const { write = (text) => void process.stdout.write(text) } = options;
  const folder = resolve(options.action);
  const action = parse(readFileSync(join(folder, "action.yml"), "utf8")) as Action;
  if (action.runs.using !== "composite") throw new Error(`${folder}/action.yml is no composite action.`);
  const temp = resolve(options.temp);
  const github: Lookup = { action_path: folder, workspace: resolve(options.repository), ...options.github };
  const known: Record<string, string> = Object.fromEntries(Object.entries(github).map(([name, value]) => [`github.${name}`, value]));
  for (const [name, value] of Object.entries(inputsOf(action, options.inputs ?? {}, known))) known[`inputs.${name}`] = value;

  const summary = join(temp, "summary.md");
  writeFileSync(summary, "");
  let exit = 0;
  for (const [index, step] of action.runs.steps.entries()) {
    const name = step.name ?? step.id ?? `step ${index + 1}`;
    if (step.run === undefined || step.shell !== "bash") throw new Error(`${name}: this runner knows steps of bash only.`);
    if (!holds(step.if, known, exit === 0)) {
      write(`— ${name}: skipped\n`);
      continue;
    }
    write(`— ${name}\n`);
    const output = join(temp, `output-${index}`);
    const script = join(temp, `step-${index}.sh`);
    writeFileSync(output, "");
    writeFileSync(script, substitute(step.run, known));
    const files = { GITHUB_OUTPUT: output, GITHUB_STEP_SUMMARY: summary, RUNNER_TEMP: temp, GITHUB_ACTIONS: "true", CI: "true" };
    const settings = Object.fromEntries(Object.entries(github).map(([key, value]) => [`GITHUB_${key.toUpperCase()}`, value]));
    const own = Object.fromEntries(Object.entries(step.env ?? {}).map(([key, value]) => [key, substitute(String(value), known)]));
    const code = await bash(script, resolve(options.repository), { ...inherited(), ...settings, ...files, ...own }, write);
    if (step.id !== undefined) for (const [key, value] of outputsOf(readFileSync(output, "utf8"))) known[`steps.${step.id}.outputs.${key}`] = value;
    if (code !== 0 && exit === 0) exit = code;
  }
  const outputs = Object.fromEntries(Object.entries(action.outputs ?? {}).map(([name, { value }]) => [name, substitute(value, known)]));
  return { exit, outputs, summary: readFileSync(summary, "utf8") };
}

function inputsOf(action: Action, given: Readonly<Record<string, string>>, known: Lookup): Record<string, string> {
  const declared = action.inputs ?? {};
  const unknown = Object.keys(given).find((name) => declared[name] === undefined);
  if (unknown !== undefined) throw new Error(`The action has no input ${unknown}; it has ${Object.keys(declared).join(", ")}.`);
  return Object.fromEntries(
    Object.entries(declared).map(([name, { default: usual, required }]) => {
      if (given[name] === undefined && required === true) throw new Error(`The action needs the input ${name}.`);
      return [name, given[name] ?? substitute(String(usual ?? ""), known)];
    }),
  );
}

/** `name=value` lines; the form of several lines is refused. */
function outputsOf(text: string): (readonly [string, string])[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const at = line.indexOf("=");
      if (at < 1 || line.slice(0, at).includes("<<")) throw new Error(`This runner does not know the output ${line}.`);
      return [line.slice(0, at), line.slice(at + 1)] as const;
    });
}

function inherited(): Record<string, string> {
  return Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => KEPT.test(entry[0]) && entry[1] !== undefined));
}

function bash(script: string, cwd: string, env: Record<string, string>, write: (text: string) => void): Promise<number> {
  return new Promise((done, reject) => {
    const child = spawn("bash", [...SHELL, script], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", write);
    child.on("error", reject);
    child.on("close", (code) => done(code ?? 1));
  });
}
