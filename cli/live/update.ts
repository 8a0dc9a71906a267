import { readFile } from "node:fs/promises";
import { isScalar, parseDocument } from "yaml";
import type { ParameterSet } from "../../sim/parameters/index.ts";
import { writeFile } from "../output/write.ts";
import { loadParameters, parametersText } from "../proposal/parameters.ts";
import { type FileDifference, fileDifferences } from "./rows.ts";

/**
 * Brings a parameter file up to what the chain has decided: only the values that differ are written over, comments and order stay. Where
 * the assets themselves differ the file is written anew.
 *
 * @returns what was changed; nothing is written when nothing differs
 * @throws BallastError FILE_*, YAML_*, WRITE_FAILED
 * @example await updateParametersFile("proposals/parameters.yaml", live.parameters.decided)
 */
export async function updateParametersFile(file: string, decided: ParameterSet): Promise<FileDifference[]> {
  const before = await loadParameters(file);
  const differences = fileDifferences(decided, before);
  if (differences.length === 0) return [];
  const text = await readFile(file, "utf8");
  const generated = text === parametersText(before) || differences.some((one) => one.chain === null || one.file === null);
  await writeFile(file, generated ? parametersText(decided) : spliced(text, differences, decided));
  return differences;
}

/** The same text with other numbers in the places of the values. */
function spliced(text: string, differences: readonly FileDifference[], { underlyings }: ParameterSet): string {
  const document = parseDocument(text, { schema: "failsafe" });
  const places = differences.map(({ scope, name, chain }) => {
    const group = scope === "protocol" ? [scope] : [underlyings[scope]?.[name] === undefined ? "collaterals" : "underlyings", scope];
    const node = document.getIn([...group, name], true);
    const [start, end] = isScalar(node) && node.range ? node.range : [0, 0];
    return { start, end, value: String(chain) };
  });
  return places.sort((a, b) => b.start - a.start).reduce((whole, { start, end, value }) => whole.slice(0, start) + value + whole.slice(end), text);
}
