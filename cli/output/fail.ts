import { CommanderError } from "commander";
import { BallastError } from "../../sim/errors.ts";

/** Says what went wrong on stderr (and as JSON on stdout where a machine reads), and sets the exit code of DESIGN §8. */
export function fail(error: unknown, json: boolean): void {
  if (error instanceof CommanderError) {
    // commander has printed its own sentence; help and version are no failure.
    process.exitCode = error.exitCode === 0 ? 0 : 2;
    return;
  }
  if (error instanceof BallastError) {
    const { file, line, column, field, value } = error.where;
    const place = [file, line, column].filter((part) => part !== undefined).join(":");
    if (json) process.stdout.write(`${JSON.stringify({ error: { code: error.code, message: error.message, where: error.where, fix: error.fix } })}\n`);
    const lines = [`${error.code}: ${error.message}`];
    if (place) lines.push(`  at    ${place}`);
    if (field) lines.push(`  field ${field}`);
    if (value !== undefined) lines.push(`  value ${value}`);
    if (error.fix) lines.push(`  fix   ${error.fix}`);
    process.stderr.write(`${lines.join("\n")}\n`);
    process.exitCode = error.exit;
    return;
  }
  process.stderr.write(`INTERNAL: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
}
