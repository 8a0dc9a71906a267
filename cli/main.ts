import { Command } from "commander";
import { dataCommand } from "./commands/data.ts";
import { fail } from "./output/fail.ts";

// Each command's file declares its options and imports its work only when it runs: `--help` stays fast.
const program = new Command("ballast")
  .description("Crash-tests every change of a margin engine's risk parameters before anyone votes on it.")
  .showHelpAfterError("(run with --help for the options)")
  .exitOverride()
  .addCommand(dataCommand());

try {
  await program.parseAsync(process.argv);
} catch (error) {
  fail(error, process.argv.includes("--json"));
}
