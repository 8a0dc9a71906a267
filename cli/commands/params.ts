import { Command } from "commander";

export function paramsCommand(): Command {
  return new Command("params")
    .description("show the risk parameters in force, or explain one of them")
    .argument("[key]", "a parameter to explain, as in ETH.volBuffer or volBuffer")
    .option("--base <file>", "parameter file", "proposals/parameters.yaml")
    .option("--json", "print the result as JSON")
    .action(run);
}

async function run(key: string | undefined, options: { base: string; json?: boolean }): Promise<void> {
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
