/**
 * What the policy's figures are today: every gate's metric under the parameters in force, before any change, with its 95 % interval over the
 * seeds. The reasons in proposals/policy.yaml quote these; who changes the engine, the data or the parameters measures them again.
 *
 *     ./scripts/node node scripts/measure-policy.ts [proposals] [--quick]
 */
import { join } from "node:path";
import type { Task, TaskOutcome } from "../cli/backtest/assemble.ts";
import { replayTasks } from "../cli/backtest/pool.ts";
import { poolOptions } from "../cli/backtest/run.ts";
import { settingsOf } from "../cli/backtest/settings.ts";
import { judge } from "../cli/backtest/verdict.ts";
import { formatTable } from "../cli/output/table.ts";
import { loadParameters } from "../cli/proposal/parameters.ts";
import { loadPolicy } from "../cli/proposal/policy.ts";
import { percent } from "../cli/report/format.ts";
import { gateRows } from "../cli/report/sections/gates.ts";
import { estimate, LEVELS } from "../sim/verdict/index.ts";

const quick = process.argv.includes("--quick");
const [folder = "proposals"] = process.argv.slice(2).filter((argument) => argument !== "--quick");
const [policy, parameters] = await Promise.all([loadPolicy(join(folder, "policy.yaml")), loadParameters(join(folder, "parameters.yaml"))]);
const settings = settingsOf(policy, { quick });
const pool = await poolOptions({ proposal: { base: parameters, after: parameters }, policy, policyFolder: folder, quick });

// Nothing changes, so one of the two sets is enough: the other would give the same.
const tasks = settings.crashes.flatMap((crash) => settings.seeds.map((seed): Task => ({ crash, set: "baseline", seed })));
const started = performance.now();
const { outcomes, shocks } = await replayTasks(pool, tasks, settings.seeds);
const seconds = (performance.now() - started) / 1000;
const both = outcomes.flatMap((outcome): TaskOutcome[] => [outcome, { ...outcome, set: "proposed" }]);
const { gates } = judge(settings.gates, { outcomes: both, executionShocks: settings.seeds.map((seed, i) => ({ seed, shock: { ...shocks[i] } })) });
const rows = gateRows({ gates: [...gates] }).map(({ id, value, interval, limit, room, word }) => [
  id,
  value,
  interval,
  limit,
  room,
  word,
  gates.find((gate) => gate.id === id)?.crash ?? "",
]);
const right = (title: string) => ({ title, align: "right" as const });
process.stdout.write(`${settings.crashes.length} crashes, ${settings.seeds.length} seeds, ${outcomes.length} replays in ${seconds.toFixed(1)} s\n\n`);
process.stdout.write(
  `${formatTable([{ title: "gate" }, right("today"), { title: "95 % interval" }, { title: "limit" }, { title: "" }, { title: "" }, { title: "from" }], rows)}\n\n`,
);

const levels = Object.entries(LEVELS);
const byCrash = settings.crashes.map((crash) => {
  const own = outcomes.filter((one) => one.crash === crash).map(({ seed, outcome }) => ({ crash, seed, baseline: outcome, proposed: outcome }));
  const cells = levels.map(([, { measure, range }]) => {
    const { value, interval } = estimate(
      own.map((pair) => measure([pair], "baseline").value),
      range,
    );
    return interval === undefined || interval.low === interval.high
      ? percent(value)
      : `${percent(value)} (${percent(interval.low)} – ${percent(interval.high)})`;
  });
  return [crash, ...cells];
});
process.stdout.write(`${formatTable([{ title: "crash" }, ...levels.map(([id]) => right(id))], byCrash)}\n`);
