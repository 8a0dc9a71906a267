import { readFile } from "node:fs/promises";
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument, type Scalar, type YAMLParseError } from "yaml";
import { BallastError, type Where } from "../../sim/errors.ts";
import { deceptions } from "../checks/deceptive.ts";
import { oddNumber } from "./number.ts";

/** Where in a file: map keys and list indices from the root. */
export type Path = readonly (string | number)[];

/** A value kept as it is written, for fields that are read with a unit (`30 %`): see `readAmount`. */
export interface Written {
  readonly written: string;
  /** Whether it stands in quotes or in a block: text, not a number, to YAML. */
  readonly quoted: boolean;
}

/** A YAML file as plain values, and the place of each of them. */
export interface YamlFile {
  readonly file: string;
  readonly value: unknown;
  /** Line, column, field and text of the value at a path; of its nearest parent if nothing is there. */
  at(path: Path): Where;
  /** The same for the key of a map entry. */
  keyAt(path: Path): Where;
}

const LARGEST_FILE_BYTES = 1 << 20;
const INTEGER = /^-?(0|[1-9][0-9]*)$/;
const DECIMAL = /^-?(0|[1-9][0-9]*)\.[0-9]+$/;
const HEX_BYTES = /^0x([0-9a-fA-F]{40}|[0-9a-fA-F]{64})$/;

/**
 * Reads a YAML file strictly: one document of maps, lists and plain scalars. Anchors, aliases, tags, merge keys and duplicate
 * keys are refused, and so is every number that two readers could read differently (hex, octal, exponents, separators).
 *
 * @param amounts whether the value at a path is read later with its unit; such values come as `Written`
 * @throws BallastError FILE_NOT_FOUND, FILE_NOT_UTF8, FILE_TOO_LARGE, YAML_*, NUMBER_*
 * @example (await readYaml("proposals/policy.yaml")).value
 */
export async function readYaml(file: string, amounts: (path: Path) => boolean = () => false): Promise<YamlFile> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    throw new BallastError("FILE_NOT_FOUND", unreadable(file, code), {
      where: { file },
      fix:
        code === "EACCES" || code === "EPERM"
          ? "Check its permissions."
          : "Check the path; `ballast init` creates a new workspace, `ballast draft` a new proposal.",
      cause,
    });
  }
  if (bytes.length > LARGEST_FILE_BYTES)
    throw new BallastError("FILE_TOO_LARGE", `${file} has ${bytes.length} bytes; at most ${LARGEST_FILE_BYTES} are read.`, { where: { file } });
  try {
    return parseYaml(new TextDecoder("utf-8", { fatal: true }).decode(bytes), file, amounts);
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new BallastError("FILE_NOT_UTF8", `${file} is not UTF-8 text.`, { where: { file }, fix: "Save it as UTF-8.", cause });
  }
}

/** Why a file could not be read, in words. */
export function unreadable(file: string, code: string | undefined): string {
  if (code === "ENOENT") return `There is no file ${file}.`;
  if (code === "EISDIR") return `${file} is a folder, not a file.`;
  if (code === "EACCES" || code === "EPERM") return `${file} may not be read by this user.`;
  return `Could not read ${file}: ${code}.`;
}

/**
 * The same for text already at hand.
 *
 * @example parseYaml("ramp: 1d", "proposal.yaml").value // { ramp: "1d" }
 */
export function parseYaml(text: string, file: string, amounts: (path: Path) => boolean = () => false): YamlFile {
  const lines = new LineCounter();
  // "failsafe" reads every scalar as text: what counts as a number is decided here, not by a version of YAML.
  const document = parseDocument(text, { schema: "failsafe", strict: true, uniqueKeys: true, prettyErrors: false, lineCounter: lines });
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem !== undefined) throw malformed(problem as YAMLParseError, text, place(problem.pos[0]));
  refuseDeceptiveComments(text, file);
  if (document.contents === null)
    throw new BallastError("YAML_EMPTY", `${file} is empty.`, { where: { file, line: 1, column: 1 }, fix: "It has to hold a map of fields." });

  const plain = (node: Node | null, path: Path): unknown => {
    const where = () => ({ ...place(node?.range?.[0] ?? 0), field: fieldName(path) });
    if (isAlias(node))
      throw new BallastError("YAML_ALIAS", `An alias (*${node.source}) stands for a value written elsewhere.`, { where: where(), fix: "Write the value out." });
    if (isMap(node) || isSeq(node) || isScalar(node)) {
      const anchor = (node as { anchor?: string }).anchor;
      if (anchor !== undefined)
        throw new BallastError("YAML_ANCHOR", `An anchor (&${anchor}) names a value for use elsewhere.`, {
          where: where(),
          fix: "Remove it and write each value out.",
        });
      if (node.tag?.startsWith("!") && node.tag !== "!")
        throw new BallastError("YAML_TAG", `A tag (${node.tag}) changes what the value is read as.`, { where: where(), fix: "Remove it." });
    }
    if (isMap(node)) return Object.fromEntries(node.items.map((pair) => entry(pair, path)));
    if (isSeq(node)) return node.items.map((item, index) => plain(item as Node, [...path, index]));
    if (isScalar(node)) return amounts(path) ? written(node) : scalarValue(node, where);
    return null;
  };
  const entry = (pair: Pair, path: Path): [string, unknown] => {
    const key = pair.key;
    const where = place((key as Node | null)?.range?.[0] ?? 0);
    if (!isScalar(key)) throw new BallastError("YAML_KEY", "A key has to be a plain word.", { where: { ...where, field: fieldName(path) } });
    const name = String(key.value);
    if ((key as { anchor?: string }).anchor !== undefined)
      throw new BallastError("YAML_ANCHOR", `An anchor stands on the key ${name}.`, { where, fix: "Remove it." });
    if (name === "<<") throw new BallastError("YAML_MERGE", "A merge key (<<) takes fields from elsewhere.", { where, fix: "Write the fields out." });
    if (name === "__proto__") throw new BallastError("YAML_KEY", "__proto__ is not a field of anything.", { where });
    return [name, plain(pair.value as Node | null, [...path, name])];
  };

  const value = plain(document.contents as Node, []);
  return { file, value, ...placesIn(document, file, lines) };
}

/**
 * No field holds a comment, so no check reads it; but whoever reviews the file reads lines, and a mark in one that turns the direction of the text
 * around, or hides a part of it, changes how its fields look (CVE-2021-42574).
 */
function refuseDeceptiveComments(text: string, file: string): void {
  for (const [index, line] of text.split("\n").entries()) {
    const start = /(?:^|\s)#/.exec(line)?.index;
    const found = start === undefined ? undefined : deceptions(line.slice(start).trimEnd()).find(({ kind }) => kind !== "lookalike");
    if (start === undefined || found === undefined) continue;
    throw new BallastError("YAML_DECEPTIVE", `A comment has a character that no reader sees (${found.kind}, ${found.codePoint}).`, {
      where: { file, line: index + 1, column: start + found.column, value: found.excerpt },
      fix: "Retype the comment in plain letters.",
    });
  }
}

/** Where the values and keys of a parsed document stand, for whoever finds one of them wrong. */
export function placesIn(document: Document, file: string, lines: LineCounter): Pick<YamlFile, "at" | "keyAt"> {
  const describe = (path: Path, node: Node | null | undefined): Where => {
    const found = node ?? nearest(document, path);
    const text = isScalar(node) ? node.source : undefined;
    const { line, col } = lines.linePos(found?.range?.[0] ?? 0);
    return { file, line, column: col, ...(path.length > 0 ? { field: fieldName(path) } : {}), ...(text ? { value: text } : {}) };
  };
  return {
    at: (path) => describe(path, path.length === 0 ? (document.contents as Node) : (document.getIn(path, true) as Node | undefined)),
    keyAt: (path) => {
      const map = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
      const pair = isMap(map) ? map.items.find((item) => isScalar(item.key) && item.key.value === path.at(-1)) : undefined;
      return { ...describe(path, pair?.key as Node | undefined), value: String(path.at(-1)) };
    },
  };
}

/** `changes.ETH.volBuffer`, `crashes[2]`: a path as people write it. */
export function fieldName(path: Path): string {
  return path.map((part, index) => (typeof part === "number" ? `[${part}]` : index === 0 ? part : `.${part}`)).join("");
}

function nearest(document: Document, path: Path): Node | undefined {
  for (let length = path.length - 1; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true) as Node | undefined;
    if (node?.range) return node;
  }
  return document.contents as Node;
}

function written(node: Scalar): Written {
  return { written: node.source ?? String(node.value ?? ""), quoted: node.type !== "PLAIN" };
}

function scalarValue(node: Scalar, where: () => Where): unknown {
  const text = String(node.value ?? "");
  if (node.type !== "PLAIN") return text;
  if (text === "" || text === "~" || text === "null") return null;
  if (text === "true") return true;
  if (text === "false") return false;
  if (HEX_BYTES.test(text)) return text;
  const odd = oddNumber(text);
  if (odd !== undefined) throw new BallastError(odd.code, odd.message, { where: { ...where(), value: text }, fix: odd.fix });
  return INTEGER.test(text) || DECIMAL.test(text) ? Number(text) : text;
}

/** The library's codes, in the words of somebody who is writing a proposal. */
const ADVICE: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: "Indent with spaces; YAML knows no tabs.",
  BAD_INDENT: "Give all fields of one map the same number of leading spaces.",
  MULTILINE_IMPLICIT_KEY: "Perhaps a colon is missing after a field's name, or a value with a colon wants quotes.",
  MISSING_CHAR: "Close the quote, bracket or brace, or put a colon and a space after the field's name.",
  MULTIPLE_DOCS: "Keep one document: remove the line `---` and what follows it.",
  BAD_SCALAR_START: "Put the value in quotes.",
  BLOCK_AS_IMPLICIT_KEY: "A value with a colon and a space in it wants quotes.",
  UNEXPECTED_TOKEN: "Put the value in quotes, or remove what stands there.",
};

function malformed(problem: YAMLParseError, text: string, where: Where): BallastError {
  if (problem.code === "DUPLICATE_KEY") {
    const key = /^(?:"([^"\n]*)"|'([^'\n]*)'|([^:\n]*))/.exec(text.slice(problem.pos[0]));
    const name = (key?.[1] ?? key?.[2] ?? key?.[3] ?? "").trim();
    return new BallastError("YAML_DUPLICATE_KEY", `The field ${name} is written twice.`, { where: { ...where, field: name }, fix: "Keep one of the two." });
  }
  if (problem.code === "TAG_RESOLVE_FAILED") {
    const tag = text.slice(...problem.pos);
    return new BallastError("YAML_TAG", `A tag (${tag}) changes what the value is read as.`, { where: { ...where, value: tag }, fix: "Remove it." });
  }
  return new BallastError("YAML_MALFORMED", problem.message.replace(/\s+/g, " ").replace(/[.:]?$/, "."), {
    where,
    fix: ADVICE[problem.code] ?? "See the line named; an editor with a YAML mode shows it.",
    cause: problem,
  });
}
