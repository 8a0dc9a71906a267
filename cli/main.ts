import { Command } from "commander";
import { attackCommand } from "./commands/attack.ts";
import { backtestCommand } from "./commands/backtest.ts";
import { buildCommand } from "./commands/build.ts";
import { certifyCommand } from "./commands/certify.ts";
import { checkCommand } from "./commands/check.ts";
import { dataCommand } from "./commands/data.ts";
import { demoCommand } from "./commands/demo.ts";
import { draftCommand } from "./commands/draft.ts";
import { initCommand } from "./commands/init.ts";
import { marginCommand } from "./commands/margin.ts";
import { paramsCommand } from "./commands/params.ts";
import { rehearseCommand } from "./commands/rehearse.ts";
import { reportCommand } from "./commands/report.ts";
import { validateCommand } from "./commands/validate.ts";
import { verifyCommand } from "./commands/verify.ts";
import { fail } from "./output/fail.ts";

// Each command's file declares its options and imports its work only when it runs: `--help` stays fast.
const program = new Command("ballast")
  .description("Crash-tests every change of a margin engine's risk parameters before anyone votes on it.")
  .showHelpAfterError("(run with --help for the options)")
  .exitOverride();

for (const command of [
  initCommand(),
  paramsCommand(),
  draftCommand(),
  backtestCommand(),
  buildCommand(),
  checkCommand(),
  rehearseCommand(),
  validateCommand(),
  verifyCommand(),
  certifyCommand(),
  reportCommand(),
  marginCommand(),
  attackCommand(),
  dataCommand(),
  demoCommand(),
])
  program.addCommand(inheriting(command, program));

try {
  await program.parseAsync(process.argv);
} catch (error) {
  fail(error, /(^|\0)--(json|format[=\0]json)(\0|$)/.test(process.argv.slice(2).join("\0")));
}

/** A usage error leaves with exit code 2 whatever command it happens in. */
function inheriting(command: Command, parent: Command): Command {
  command.copyInheritedSettings(parent);
  for (const child of command.commands) inheriting(child, command);
  return command;
}
