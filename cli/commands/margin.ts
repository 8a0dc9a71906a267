import { Command } from "commander";

export function marginCommand(): Command {
  return new Command("margin")
    .description("margin one portfolio with the engine the backtest runs, or as a peer would (schemas/margin-input*.schema.json)")
    .argument("<input>", "JSON file with {model, parameters, market, portfolio}, or - for stdin")
    .option("--data <dir>", "another dataset folder")
    .option("--explain", "say which moves and which positions the requirement comes from")
    .option("--json", "print the result as JSON")
    .action(run);
}

async function run(input: string, options: { data?: string; explain?: boolean; json?: boolean }): Promise<void> {
  const [{ readText }, { parseJson }, { marginByModel }, { printResult }] = await Promise.all([
    import("../margin/read.ts"),
    import("../proposal/json.ts"),
    import("../margin/model.ts"),
    import("../output/print.ts"),
  ]);
  const file = parseJson(await readText(input), input === "-" ? "<stdin>" : input);
  const { result, text } = await marginByModel(file, options);
  printResult(result, options.json, text);
}
