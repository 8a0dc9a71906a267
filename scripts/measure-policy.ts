/**
 * What the policy's figures are today: every gate's metric under the parameters in force, before any change, with its 95 % interval over the
 * seeds. The reasons in proposals/policy.yaml quote these; who changes the engine, the data or the parameters measures them again.
 *
 *     ./scripts/node node scripts/measure-policy.ts [proposals] [--quick]
 */
import { join } from "node:path";
import { runBacktest } from "../cli/backtest/run.ts";
import { settingsOf } from "../cli/backtest/settings.ts";
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
const started = performance.now();
// Nothing changes: the two sets are one, and are replayed once.
const { outcomes, gates } = await runBacktest({ proposal: { base: parameters, after: parameters }, policy, policyFolder: folder, quick });
const seconds = (performance.now() - started) / 1000;
const rows = gateRows({ gates }).map(({ id, value, interval, limit, room, word }) => [
  id,
  value,
  interval,
  limit,
  room,
  word,
  gates.find((gate) => gate.id === id)?.crash ?? "",
]);
const right = (title: string) => ({ title, align: "right" as const });
process.stdout.write(`${settings.crashes.length} crashes, ${settings.seeds.length} seeds, ${outcomes.length / 2} replays in ${seconds.toFixed(1)} s\n\n`);
process.stdout.write(
  `${formatTable([{ title: "gate" }, right("today"), { title: "95 % interval" }, { title: "limit" }, { title: "" }, { title: "" }, { title: "from" }], rows)}\n\n`,
);

const levels = Object.entries(LEVELS);
const byCrash = settings.crashes.map((crash) => {
  const own = outcomes
    .filter((one) => one.crash === crash && one.set === "baseline")
    .map(({ seed, outcome }) => ({ crash, seed, baseline: outcome, proposed: outcome }));
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
