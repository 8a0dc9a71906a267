import { CommanderError } from "commander";
import { BallastError, type Where } from "../../sim/errors.ts";
import { visible } from "../report/text.ts";

/** Says what went wrong on stderr (and as JSON on stdout where a machine reads), and sets the exit code of DESIGN §8. */
export function fail(error: unknown, json: boolean): void {
  if (error instanceof CommanderError) {
    // commander has printed its own sentence; help and version are no failure.
    process.exitCode = error.exitCode === 0 ? 0 : 2;
    if (json && error.exitCode !== 0) document("USAGE", error.message.replace(/^error: /, ""), {}, "Run with --help for the options.");
    return;
  }
  if (error instanceof BallastError) {
    const { file, line, column, field, value } = error.where;
    const place = [file, line, column].filter((part) => part !== undefined).join(":");
    if (json) document(error.code, error.message, error.where, error.fix);
    const lines = [`${error.code}: ${error.message}`];
    if (place) lines.push(`  at    ${place}`);
    if (field) lines.push(`  field ${field}`);
    if (value !== undefined) lines.push(`  value ${value}`);
    if (error.fix) lines.push(`  fix   ${error.fix}`);
    // What was read from a file may try to speak to the terminal.
    process.stderr.write(`${lines.map(visible).join("\n")}\n`);
    process.exitCode = error.exit;
    return;
  }
  const message = error instanceof Error ? error.message : String(error);
  if (json) document("INTERNAL", message, {}, "This is a defect of Ballast: please report it with what stands on stderr.");
  process.stderr.write(`INTERNAL: ${visible(error instanceof Error ? (error.stack ?? message) : message)}\n`);
  process.exitCode = 1;
}

/** One JSON document, whatever went wrong: a machine that reads stdout never gets nothing. */
function document(code: string, message: string, where: Where, fix: string): void {
  process.stdout.write(`${JSON.stringify({ error: { code, message, where, fix } })}\n`);
}
