import { join } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import type { LiquidationLook } from "../proposal/liquidation.ts";

interface BacktestOptions {
  readonly json?: boolean;
  readonly crash?: string[];
  readonly workers?: number;
  readonly seed?: number;
  readonly seeds?: number;
  readonly data?: string;
  readonly quick?: boolean;
  readonly liquidation?: LiquidationLook;
  readonly attribute?: boolean;
  readonly against?: string;
}

/** Written out, so that asking for help loads no engine; a test holds them against `LIQUIDATION_LOOKS`. */
const LOOKS: readonly LiquidationLook[] = ["outage", "deleveraging"];

export function backtestCommand(): Command {
  return new Command("backtest")
    .description("replay real crashes under today's parameters and under the proposed ones; exit 4 when a risk gate is breached")
    .argument("<folder>", "the proposal's folder")
    .option("--json", "print one JSON document on stdout")
    .option("--crash <id>", "replay this crash instead of the policy's, or `all` of the dataset; may be given again", (id: string, before: string[] = []) => [
      ...before,
      id,
    ])
    .option("--workers <n>", "threads; the result does not depend on it", wholeNumber(1, 256))
    .addOption(new Option("--seed <n>", "one seed, instead of the policy's").argParser(wholeNumber(0, 0xffff_ffff)).conflicts("seeds"))
    .option("--seeds <n>", "the seeds 1 to n, instead of the policy's", wholeNumber(1, 1_000))
    .option("--data <dir>", "another dataset folder")
    .option("--quick", "3 crashes, 4 seeds of 60 accounts, 128 scenarios: to draft with, not to vote on")
    .addOption(new Option("--liquidation <how>", "as if most keepers were offline around the crash, or winners bore what the fund cannot pay").choices(LOOKS))
    .option("--attribute", "find out which of several changes does what (Shapley), from quick replays of their combinations")
    .option("--against <peers>", "replay the same books under other margin models too, at equal capital: static,span,deribit-pm,derive-pmrm2, or all")
    .action(run);
}

async function run(folder: string, options: BacktestOptions): Promise<void> {
  const [{ interruptible }, { backtestFolder }, { note, printResult }, { startProgress }, { peersOf }, { againstFolder }, { writePeers }, { resultsOf }] =
    await Promise.all([
      import("../backtest/interrupted.ts"),
      import("../backtest/folder.ts"),
      import("../output/print.ts"),
      import("../output/progress.ts"),
      import("../peers/names.ts"),
      import("../peers/folder.ts"),
      import("../peers/record.ts"),
      import("../peers/results.ts"),
    ]);
  const { crash, workers, seed, seeds, data, quick, liquidation, attribute } = options;
  const peers = options.against === undefined ? [] : peersOf(options.against);
  const progress = await startProgress("reading the proposal");
  const result = await interruptible(async (signal) => {
    const own = { crashes: crash, workers, seed, seeds, datasetDir: data, quick, liquidation, attribute, signal };
    const found = await backtestFolder(folder, { ...own, onProgress: (done, of) => progress.say(`replaying crashes: ${done} of ${of}`) });
    if (peers.length === 0) return found;
    const onProgress = (done: number, of: number) => progress.say(`replaying under peers: ${done} of ${of}`);
    const run = await againstFolder(folder, found.evidence, peers, { ...own, onProgress });
    if (found.departures.length === 0) await writePeers(folder, run, found.evidence.root);
    return { ...found, against: resultsOf(run, found.evidence.outcomes) };
  }).finally(() => progress.done());
  if (result === undefined) return;

  const { evidence, departures, seconds, view } = result;
  const against = "against" in result ? result.against : undefined;
  const [{ documentOf }, { backtestText }] = await Promise.all([import("../backtest/summary.ts"), import("../backtest/text.ts")]);
  const command = [
    "ballast backtest",
    folder,
    ...(crash ?? []).map((id) => `--crash ${id}`),
    ...(seed === undefined ? [] : [`--seed ${seed}`]),
    ...(seeds === undefined ? [] : [`--seeds ${seeds}`]),
    ...(quick ? ["--quick"] : []),
    ...(liquidation === undefined ? [] : [`--liquidation ${liquidation}`]),
    ...(attribute ? ["--attribute"] : []),
    ...(peers.length > 0 ? [`--against ${peers.join(",")}`] : []),
  ];
  if (data !== undefined) command.push(`--data ${data}`);
  const { againstSection } = await import("../peers/text.ts");
  printResult({ ...documentOf(evidence, result), ...(against === undefined ? {} : { against }) }, options.json, () =>
    [backtestText(view, evidence.root, { seconds, command: command.join(" ") }), ...(against === undefined ? [] : [againstSection(against)])].join("\n\n"),
  );
  const file = join(folder, "evidence.json");
  note(
    departures.length === 0
      ? `wrote ${file}${against === undefined ? "" : ` and ${join(folder, "peers.json")}`}`
      : `${file} was not written: ${departures.join(", ")} departs from the policy, and evidence is the policy's whole run`,
  );
  if (result.peersDropped && against === undefined) note(`removed ${join(folder, "peers.json")}: it was made beside other evidence; --against makes it again`);
  if (attribute === true && evidence.attribution === undefined) note("there is nothing to attribute: fewer than two of the changes are read by a replay");
  if (evidence.verdict === "fail") process.exitCode = 4;
}

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^[0-9]{1,10}$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
  };
}
