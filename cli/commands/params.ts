import { dirname, join } from "node:path";
import { Command } from "commander";
import { type RpcOptions, rpcUrl, withRpc } from "../live/options.ts";

interface Options extends RpcOptions {
  readonly base: string;
  readonly update?: boolean;
  readonly delegates?: string;
  readonly json?: boolean;
}

export function paramsCommand(): Command {
  const command = new Command("params")
    .description("show the risk parameters in force, or explain one of them; with --rpc those on chain, and what is under way there")
    .argument("[key]", "a parameter to explain, as in ETH.volBuffer or volBuffer")
    .option("--base <file>", "parameter file; the deployment.yaml beside it says where --rpc looks", "proposals/parameters.yaml");
  return withRpc(command, "a JSON-RPC endpoint: show what is in force on chain")
    .option("--update", "with --rpc: bring the parameter file up to what the chain has decided")
    .option("--delegates <file>", "with --rpc: write who holds the vote as CSV (address,votes,delegators)")
    .option("--json", "print the result as JSON")
    .action(run);
}

async function run(key: string | undefined, options: Options): Promise<void> {
  const url = rpcUrl(options);
  if (url !== undefined) return showLive(url, key, options);
  if (options.update === true || options.delegates !== undefined)
    (await import("../live/require.ts")).requireRpc(url, "--update and --delegates read the chain.");
  const [{ loadParameters, parameterRows }, { printResult }] = await Promise.all([import("../proposal/parameters.ts"), import("../output/print.ts")]);
  const set = await loadParameters(options.base);
  if (key !== undefined) return explain(key, set, options);
  const { formatTable } = await import("../output/table.ts");
  const rows = parameterRows(set);
  printResult(rows, options.json, () =>
    formatTable(
      [
        { title: "parameter" },
        { title: "value", align: "right" },
        { title: "unit" },
        { title: "in words", align: "right" },
        { title: "bounds" },
        { title: "tighter" },
      ],
      rows.map((row) => [
        `${row.scope}.${row.name}`,
        String(row.value),
        row.unit,
        row.human,
        `${row.min} to ${row.max}`,
        { up: "up ↑", down: "down ↓", neutral: "neither" }[row.tighter],
      ]),
    ),
  );
}

/** The deployment that stands beside the parameter file, as the chain has it, and that file's values. */
async function readLiveBeside(url: string, options: Options) {
  const [{ openLive }, { loadDeployment }, { loadParameters }, { startProgress }] = await Promise.all([
    import("../live/open.ts"),
    import("../proposal/deployment.ts"),
    import("../proposal/parameters.ts"),
    import("../output/progress.ts"),
  ]);
  const [file, deployment] = await Promise.all([loadParameters(options.base), loadDeployment(join(dirname(options.base), "deployment.yaml"))]);
  const progress = await startProgress("reading the chain");
  const live = await openLive(url, deployment, options).finally(() => progress.done());
  return { live, file, deployment };
}

async function showLive(url: string, key: string | undefined, options: Options): Promise<void> {
  const [{ liveDocument }, { liveText }, { printResult, note }] = await Promise.all([
    import("../live/document.ts"),
    import("../live/text.ts"),
    import("../output/print.ts"),
  ]);
  const { live, file, deployment } = await readLiveBeside(url, options);
  const document = liveDocument(live, file);
  if (key !== undefined) await explain(key, live.parameters.decided, options);
  else printResult(document, options.json, () => liveText(document));
  if (options.delegates !== undefined) {
    const [{ writeDelegates }, { firstBlock }] = await Promise.all([import("../live/delegates.ts"), import("../live/open.ts")]);
    note(`wrote ${await writeDelegates(live, firstBlock(deployment), options.delegates)} delegates to ${options.delegates}`);
  }
  if (options.update === true) {
    const { updateParametersFile } = await import("../live/update.ts");
    const updated = await updateParametersFile(options.base, live.parameters.decided);
    note(updated.length === 0 ? `${options.base} says what the chain says` : `updated ${options.base}: ${updated.length} values`);
  }
}

async function explain(text: string, set: import("../../sim/parameters/index.ts").ParameterSet, options: { json?: boolean }): Promise<void> {
  const [
    { parameterKey },
    { furthest, keysOf, specOf, valueOf },
    { formatAmount, formatDuration, formatRaw, unitMeaning, unitName },
    { labelOf },
    { printResult },
  ] = await Promise.all([
    import("../proposal/load.ts"),
    import("../../sim/parameters/index.ts"),
    import("../proposal/units.ts"),
    import("../proposal/labels.ts"),
    import("../output/print.ts"),
  ]);
  // A bare name stands for that parameter of everything that has it.
  const keys = specOf(text) === undefined ? [parameterKey(text, set, { value: text })] : keysOf(set).filter((key) => key.name === text);
  const name = keys[0].name;
  const spec = specOf(name);
  if (spec === undefined) return;
  const both = (value: number) =>
    spec.unit === "days" ? formatAmount(value, spec.unit) : `${formatAmount(value, spec.unit, name)} (${formatRaw(value, spec.unit)})`;
  const values = keys.map((key) => {
    const value = valueOf(set, key);
    return {
      scope: key.scope,
      value,
      lowestNext: Math.max(spec.min, furthest(spec, value, "down")),
      highestNext: Math.min(spec.max, furthest(spec, value, "up")),
    };
  });
  printResult({ ...spec, values }, options.json, () =>
    [
      `${name}: ${spec.doc}`,
      "",
      `unit      ${unitName(spec.unit)} (${unitMeaning(spec.unit)})`,
      `bounds    ${both(spec.min)} to ${both(spec.max)}`,
      `tighter   ${spec.tighter === "neutral" ? "neither way" : spec.tighter}`,
      `cooldown  ${formatDuration(spec.cooldown)} between two changes`,
      `read by   ${{ engine: "the margin engine", replay: "the crash replay", registry: "the registry only, so far" }[spec.reach]}`,
      "",
      ...values.map(
        ({ scope, value, lowestNext, highestNext }) =>
          `${labelOf({ scope, name })} is ${both(value)}; one batch may take it to anything from ${both(lowestNext)} to ${both(highestNext)}`,
      ),
    ].join("\n"),
  );
}
