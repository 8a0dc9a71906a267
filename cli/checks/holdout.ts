import { judgedValue } from "../../sim/verdict/index.ts";
import { type Task, type TaskOutcome, tasksOf } from "../backtest/assemble.ts";
import { sampleBy } from "../backtest/sample.ts";
import { judge } from "../backtest/verdict.ts";
import { heldOutCount } from "../proposal/holdout-policy.ts";
import type { Policy } from "../proposal/policy.ts";
import { plural } from "../report/format.ts";
import type { Check } from "./check.ts";
import { type CheckContext, committedEvidence } from "./context.ts";
import type { NotChecked } from "./not-checked.ts";

/** Gates that say something of a single crash. */
const PER_CRASH = ["shortfall.worst", "shortfall.increase", "coverage.worst", "coverage.decrease"];

export const holdout: Check = {
  id: "holdout",
  title: "It does no harm in crashes that its verdict does not rest on",
  why: "Whoever knows the ten crashes of the policy can search for values that pass in just these. The crashes that are not on the list tell.",
  incident: "Practice, not one incident: models judged on the data they were fitted to, as critics said of Gauntlet's in 2022.",
  fix: "Look at the crash named, and propose a change that holds there too; or put the crash on the policy's list.",
  severity: "warn",
  kind: "gate",
  file: "evidence.json",
  async run(context, emit) {
    const { crashes, tasks, wanted } = await heldOut(context);
    if (crashes.length < wanted) {
      emit({ message: `The policy wants ${plural(wanted, "crash", "crashes")} held out, but its list leaves ${crashes.length} of the data's.` });
      if (crashes.length === 0) return "no crash was replayed: every one of the data's is on the policy's list";
    }
    if (crashes.length === 0) return "no crash was replayed: the policy asks for none";
    const outcomes = await context.replayHeldOut(tasks);
    for (const crash of crashes) {
      const own = outcomes.filter((one) => one.crash === crash);
      for (const { id, without, with: value, limit } of breachedByChange(context.policy, own)) {
        emit({ message: `In ${crash}, which is not on the policy's list, ${id} is ${value} with the change and ${without} without; the limit is ${limit}.` });
      }
    }
    return `${plural(outcomes.length, "replay")} of ${crashes.join(", ")}, none on the policy's list`;
  },
};

/** Which crashes and replays: drawn by the result hash, so that the same evidence is always asked the same; all of them where every replay is run again. */
async function heldOut(context: CheckContext): Promise<{ readonly crashes: readonly string[]; readonly tasks: readonly Task[]; readonly wanted: number }> {
  const { policy, sampling } = context;
  const { root } = committedEvidence(context);
  const others = (await context.crashIds()).filter((crash) => !policy.crashes.includes(crash));
  const isAll = sampling.replays === Number.POSITIVE_INFINITY;
  const wanted = isAll ? others.length : heldOutCount(policy);
  const crashes = isAll ? others : sampleBy(`${root}:holdout`, others, wanted);
  return { crashes, tasks: tasksOf(crashes, isAll ? policy.seeds : policy.seeds.slice(0, 1)), wanted: Math.max(wanted, heldOutCount(policy)) };
}

/** Gates that hold under today's parameters and not under the proposed ones: what a crash does by itself is not the change's fault. */
function breachedByChange({ gates }: Policy, outcomes: readonly TaskOutcome[]) {
  const perCrash = Object.fromEntries(Object.entries(gates).filter(([id]) => PER_CRASH.includes(id)));
  const unchanged = outcomes.flatMap((one) => (one.set === "baseline" ? [one, { ...one, set: "proposed" as const }] : []));
  const [changed, today] = [outcomes, unchanged].map((found) => judge(perCrash, { outcomes: [...found], executionShocks: [] }).gates);
  return changed.flatMap((gate, i) => {
    if (gate.pass || today[i]?.pass === false) return [];
    const digits = (value: number | null) => (value === null ? "unknown" : String(Number(value.toPrecision(4))));
    return [{ id: gate.id, with: digits(judgedValue(gate)), without: digits(judgedValue(today[i] ?? gate)), limit: gate.limit }];
  });
}

/** What holdout leaves out, for the list of what was not checked. */
export function unseenCrashes({ policy, sampling }: Pick<CheckContext, "policy" | "sampling">, all: readonly string[]): NotChecked[] {
  if (sampling.replays === Number.POSITIVE_INFINITY) return [];
  const others = all.filter((crash) => !policy.crashes.includes(crash)).length;
  const left = Math.max(0, others - heldOutCount(policy));
  if (left === 0) return [];
  return [
    {
      what: `${left} of the ${others} crashes outside the policy's list`,
      why: "Of those the verdict does not rest on, the result hash draws one or a few, with one seed each: `ballast check --all` replays every one with all seeds.",
    },
  ];
}
