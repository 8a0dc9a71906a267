import { Command, InvalidArgumentError } from "commander";

interface AttackCommandOptions {
  readonly json?: boolean;
  readonly value?: number;
  readonly delegates?: string;
  readonly data?: string;
}

export function attackCommand(): Command {
  return new Command("attack")
    .description("who could pass a harmful change, what it would cost and what it would bring (schemas/governance.schema.json)")
    .argument("[workspace]", "a folder with governance.yaml, or the file", "proposals")
    .option("--value <usd>", "what can be extracted, instead of what the margin engine finds", dollars)
    .option("--delegates <csv>", "another list of delegates: address, votes, delegators, and perhaps own")
    .option("--data <dir>", "another dataset folder")
    .option("--json", "print one JSON document on stdout")
    .action(run);
}

async function run(workspace: string, options: AttackCommandOptions): Promise<void> {
  const [{ attackFacts, governanceFile }, { attackDocument }, { attackText }, { printResult }, { startProgress }] = await Promise.all([
    import("../attack/facts.ts"),
    import("../attack/output.ts"),
    import("../attack/text.ts"),
    import("../output/print.ts"),
    import("../output/progress.ts"),
  ]);
  const file = governanceFile(workspace);
  const progress = await startProgress("looking for the cheapest way");
  const facts = await attackFacts(file, { valueUsd: options.value, delegatesFile: options.delegates, datasetDir: options.data }).finally(() => progress.done());
  printResult(attackDocument(facts), options.json, () => attackText(facts));
}

function dollars(text: string): number {
  const value = Number(text);
  if (/^[0-9]+(\.[0-9]+)?$/.test(text) && Number.isFinite(value)) return value;
  throw new InvalidArgumentError("Give US dollars in plain digits, as in 2500000.");
}
