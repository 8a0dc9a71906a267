import { LineCounter, parseDocument } from "yaml";
import { BallastError } from "../../sim/errors.ts";
import { placesIn, type YamlFile } from "./yaml.ts";

/**
 * Parses a JSON file that a person or a program wrote, with the place of every field. A field written twice is refused: JSON.parse
 * would keep the last and say nothing.
 *
 * @throws BallastError JSON_MALFORMED, YAML_DUPLICATE_KEY, with line and column
 * @example parseJson('{"model": "ballast"}', "input.json").at(["model"]) // { file: "input.json", line: 1, column: 11, … }
 */
export function parseJson(text: string, file: string): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { schema: "json", strict: true, uniqueKeys: true, prettyErrors: false, lineCounter: lines });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const message = (cause as Error).message;
    const position = positionOf(message, text);
    const { line, column } = lineOf(text, position);
    const reason = message.replace(/\s*(in JSON )?at position.*$/s, "").replace(/, ".*$/s, "");
    throw new BallastError("JSON_MALFORMED", `${file} is not whole JSON: ${reason}.`, {
      where: { file, line, column },
      fix:
        position >= text.trimEnd().length
          ? "The file ends too early: is it truncated?"
          : "JSON has no comments, no trailing commas, no NaN, and its names stand in double quotes.",
      cause,
    });
  }
  const twice = document.errors.find((error) => error.code === "DUPLICATE_KEY");
  if (twice !== undefined) {
    const { line, column } = lineOf(text, twice.pos[0]);
    const field = /^"([^"]*)"/.exec(text.slice(twice.pos[0]))?.[1] ?? "";
    throw new BallastError("JSON_DUPLICATE_KEY", `The field ${field} is written twice.`, { where: { file, line, column, field }, fix: "Keep one of the two." });
  }
  return { file, value, ...placesIn(document, file, lines) };
}

/** Node names the place of most mistakes, but of a text that is no JSON from its first character on only that character. */
function positionOf(message: string, text: string): number {
  const said = /position ([0-9]+)/.exec(message)?.[1];
  if (said !== undefined) return Number(said);
  const token = /^Unexpected token '(.)'/su.exec(message)?.[1];
  return token === undefined ? text.length : Math.max(0, text.indexOf(token));
}

function lineOf(text: string, position: number): { line: number; column: number } {
  const before = text.slice(0, position).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
