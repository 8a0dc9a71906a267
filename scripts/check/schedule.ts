import { type Result, runStep, type Step } from "./step.ts";

/**
 * Runs every step, `width` at a time, each after the steps it names; live steps run last and alone.
 *
 * @param done told of each result as it comes
 * @returns the results in the order of `steps`
 */
export async function runAll(steps: readonly Step[], width: number, done: (result: Result) => void): Promise<Result[]> {
  const results = new Map<string, Result>();
  const waiting = steps.filter((step) => !step.live);
  const running = new Map<string, Promise<void>>();
  const run = async (step: Step) => {
    const result = await runStep(step);
    results.set(step.name, result);
    running.delete(step.name);
    done(result);
  };
  while (waiting.length > 0 || running.size > 0) {
    const ready = waiting.findIndex((step) => (step.after ?? []).every((name) => results.has(name)));
    if (ready >= 0 && running.size < width) {
      const [step] = waiting.splice(ready, 1);
      running.set(step.name, run(step));
    } else if (running.size > 0) {
      await Promise.race(running.values());
    } else {
      throw new Error(`Steps wait for steps that do not exist: ${waiting.map((step) => step.name).join(", ")}.`);
    }
  }
  for (const step of steps.filter(({ live }) => live)) await run(step);
  return steps.map((step) => results.get(step.name) as Result);
}
