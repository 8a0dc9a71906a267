import { Command } from "commander";

export function demoCommand(): Command {
  return new Command("demo")
    .description("watch a proposal be crash-tested, turned into calldata, checked, voted through on an embedded chain, and read back")
    .option("--full", "the policy's whole backtest instead of 3 crashes")
    .action(run);
}

async function run(options: { full?: boolean }): Promise<void> {
  const [{ interruptible }, { runDemo }, { conclusion, introduction, isSuccess, stationText }, { startProgress }] = await Promise.all([
    import("../backtest/interrupted.ts"),
    import("../demo/run.ts"),
    import("../demo/text.ts"),
    import("../output/progress.ts"),
  ]);
  process.stdout.write(`${introduction()}\n\n`);
  const stations: Parameters<typeof conclusion>[0][number][] = [];
  await interruptible(async (signal) => {
    let progress = await startProgress("preparing");
    try {
      for await (const station of runDemo({ full: options.full, signal, onProgress: (text) => progress.say(text) })) {
        progress.done();
        stations.push(station);
        process.stdout.write(`${stationText(station)}\n\n`);
        progress = await startProgress("…");
      }
    } finally {
      progress.done();
    }
    process.stdout.write(`${conclusion(stations)}\n`);
    if (!isSuccess(stations)) process.exitCode = 1;
  });
}
