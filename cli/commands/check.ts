import { Command, InvalidArgumentError, Option } from "commander";
import { FORMAT_NAMES, type FormatName } from "../checks/formats/names.ts";
import { type RpcOptions, rpcUrl, withRpc } from "../live/options.ts";

interface CheckOptions extends RpcOptions {
  readonly json?: boolean;
  readonly format: FormatName;
  readonly write: readonly Written[];
  readonly workers?: number;
  readonly all?: boolean;
  readonly at?: number;
  readonly data?: string;
  readonly changed?: string;
}

/** `sarif=findings.sarif`: a format, and the file it is written into. */
interface Written {
  readonly format: FormatName;
  readonly file: string;
}

export function checkCommand(): Command {
  const command = new Command("check")
    .description(
      "check proposals: what they say, do and rest on; exit 3 when a check fails, 4 when a risk gate is breached, 5 when evidence is missing or stale",
    )
    .argument("<folder...>", "proposals' folders, or folders that hold proposals");
  return withRpc(command, "a JSON-RPC endpoint: hold them against the live chain, too, and rehearse on a fork of it")
    .addOption(new Option("--json", "the same as --format json").conflicts("format"))
    .addOption(
      new Option("--format <format>", "what is printed on stdout; github: annotations and, where there is one, the job's summary")
        .choices(FORMAT_NAMES)
        .default("text"),
    )
    .option("--write <format=file>", "write the same run in another format into a file; may be given several times", written, [])
    .option("--all", "run every replay again, not a sample, and every crash off the policy's list: twice as long as a backtest, and what a gate should rest on")
    .option("--at <time>", "the day the check is made for, as 2026-12-01 or 2026-12-01T09:00Z (default: now)", moment)
    .option("--data <dir>", "a dataset with newer prices, to say how far the market has moved since the evidence")
    .option("--changed <ref>", "only proposals that differ from where this branch left that commit; all of them where what they are measured by differs")
    .option("--workers <n>", "threads for the replays that are run again", (text) => {
      if (/^[1-9][0-9]{0,2}$/.test(text)) return Number(text);
      throw new InvalidArgumentError("Give a whole number from 1 on.");
    })
    .action(run);
}

function written(text: string, before: readonly Written[]): Written[] {
  const [format, ...rest] = text.split("=");
  const file = rest.join("=");
  if (!(FORMAT_NAMES as readonly string[]).includes(format) || file === "")
    throw new InvalidArgumentError(`Give a format (${FORMAT_NAMES.join(", ")}), = and a file.`);
  return [...before, { format: format as FormatName, file }];
}

async function run(paths: string[], options: CheckOptions): Promise<void> {
  const [{ interruptible }, { changedSince, expanded }, { checkFolders }, { exitOf }, { startProgress }, { printOutcome }] = await Promise.all([
    import("../backtest/interrupted.ts"),
    import("../checks/changed.ts"),
    import("../checks/folders.ts"),
    import("../checks/outcome.ts"),
    import("../output/progress.ts"),
    import("../checks/formats/print.ts"),
  ]);
  const all = await expanded(paths);
  const { folders, compared } = options.changed === undefined ? { folders: all, compared: undefined } : await changedSince(options.changed, all);
  // Told at once, not as a check that could not run after all the others.
  if (options.data !== undefined) await (await import("../dataset/manifest.ts")).readManifest(options.data);
  const open = await opener(options);
  const progress = await startProgress("reading the proposal");
  const found = await interruptible((signal) =>
    checkFolders(folders, {
      workers: options.workers,
      all: options.all,
      at: options.at,
      newerDataset: options.data,
      open,
      signal,
      onCheck: (folder, { id }) => progress.say(`${folder}: ${id}`),
    }),
  ).finally(() => progress.done());
  if (found === undefined) return;
  const outcome = { ...found, compared };
  await printOutcome(outcome, options.json === true ? "json" : options.format, options.write);
  const exit = exitOf(outcome);
  if (exit !== 0) process.exitCode = exit;
}

/** A day, at noon of which somebody is awake nearly everywhere, or a minute of it; always UTC. */
function moment(text: string): number {
  const whole = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text) ? `${text}T12:00Z` : text;
  const time = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}Z$/.test(whole) ? Date.parse(whole) : Number.NaN;
  // Date.parse takes the 31st of February for a day in March.
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== whole.slice(0, 10)) {
    throw new InvalidArgumentError("Give a day as 2026-12-01, or a minute as 2026-12-01T09:00Z.");
  }
  return time / 1000;
}

/** Reads each deployment once, so that all proposals are held against the same block. */
async function opener(options: CheckOptions) {
  const url = rpcUrl(options);
  if (url === undefined) return undefined;
  const { openLive } = await import("../live/open.ts");
  const read = new Map<string, ReturnType<typeof openLive>>();
  return (deployment: Parameters<typeof openLive>[1]) => {
    const key = JSON.stringify(deployment);
    const live = read.get(key) ?? openLive(url, deployment, options);
    read.set(key, live);
    return live;
  };
}
