import { Command } from "commander";

export function marginCommand(): Command {
  return new Command("margin")
    .description("margin one portfolio with the engine the backtest runs (schemas/margin-input.schema.json)")
    .argument("<input>", "JSON file with {model, parameters, market, portfolio}, or - for stdin")
    .option("--data <dir>", "another dataset folder")
    .option("--json", "print the result as JSON")
    .action(run);
}

async function run(input: string, options: { data?: string; json?: boolean }): Promise<void> {
  const [{ readText }, { parseJson }, { shapeOf }, { MARGIN_INPUT }, { marginOf }, { loadDataset }, { printResult }] = await Promise.all([
    import("../margin/read.ts"),
    import("../proposal/json.ts"),
    import("../proposal/shape.ts"),
    import("../margin/schema.ts"),
    import("../margin/margin.ts"),
    import("../dataset/load.ts"),
    import("../output/print.ts"),
  ]);
  const file = parseJson(await readText(input), input === "-" ? "<stdin>" : input);
  const shaped = shapeOf(file, MARGIN_INPUT);
  const result = marginOf(shaped, await loadDataset(options.data), file);
  const usd = (value: number) => value.toFixed(2).padStart(16);
  printResult(result, options.json, () =>
    [
      `maintenance margin  ${usd(result.maintenanceMargin)} USD`,
      `initial margin      ${usd(result.initialMargin)} USD`,
      `equity              ${usd(result.equity)} USD`,
      "",
      ...Object.entries(result.components).map(([name, value]) => `  ${name.padEnd(18)}${usd(value)} USD`),
      "",
      result.worstScenario === null
        ? "nothing moves with the market"
        : `worst scenario: ${result.worstScenario.family} ${result.worstScenario.name}, a loss of ${result.worstScenario.loss.toFixed(2)} USD`,
    ].join("\n"),
  );
}
