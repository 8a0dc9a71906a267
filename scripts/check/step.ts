import { spawn } from "node:child_process";
import { globSync } from "node:fs";

/** One thing that has to be green: a command, and the files without which there is nothing for it to look at yet. */
export interface Step {
  readonly name: string;
  /** Program and arguments; programs of node_modules are on PATH (scripts/node sees to it). */
  readonly command: readonly [string, ...string[]];
  /** Patterns of the files it looks at; the step is left out, and said to be, while none exists. */
  readonly needs?: readonly string[];
  /** The steps that have to have ended before, whatever their result. */
  readonly after?: readonly string[];
  /** Shows its output as it comes. Such a step runs by itself, after all others. */
  readonly live?: boolean;
}

export interface Result {
  readonly step: Step;
  readonly outcome: "passed" | "failed" | "nothing to check";
  readonly seconds: number;
  /** stdout and stderr in the order they came; empty for a live step. */
  readonly output: string;
}

/** No step may hang for ever: a step that takes longer has failed. The longest takes five minutes here by itself, and a third of that machine may be all there is. */
const LIMIT_SECONDS = 1_800;

/** Runs one step to its end. A step that could not run has failed. */
export async function runStep(step: Step): Promise<Result> {
  if (step.needs && globSync([...step.needs]).length === 0) return { step, outcome: "nothing to check", seconds: 0, output: "" };
  const start = performance.now();
  const chunks: Buffer[] = [];
  const [program, ...args] = step.command;
  const child = spawn(program, args, { stdio: ["ignore", step.live ? "inherit" : "pipe", step.live ? "inherit" : "pipe"], env: environment() });
  child.stdout?.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.stderr?.on("data", (chunk: Buffer) => chunks.push(chunk));
  let why = "";
  const timer = setTimeout(() => {
    why = `stopped after ${LIMIT_SECONDS} s`;
    child.kill("SIGKILL");
  }, LIMIT_SECONDS * 1000);
  const code = await new Promise<number | null>((resolve) => {
    child.on("error", (error) => {
      why = error.message;
      resolve(null);
    });
    child.on("close", resolve);
  });
  clearTimeout(timer);
  const output = Buffer.concat(chunks).toString() + (why && `${step.name}: ${why}\n`);
  return { step, outcome: code === 0 ? "passed" : "failed", seconds: (performance.now() - start) / 1000, output };
}

/** Colours where a person looks on, none in a log. */
function environment(): NodeJS.ProcessEnv {
  if (process.env.NO_COLOR !== undefined) return process.env;
  return { ...process.env, ...(process.stdout.isTTY ? { FORCE_COLOR: "1" } : { NO_COLOR: "1" }) };
}
