import { closest, distance } from "fastest-levenshtein";
import type { z } from "zod";
import { BallastError } from "../../sim/errors.ts";
import type { Path, YamlFile } from "./yaml.ts";
import { fieldName } from "./yaml.ts";

/** The places a shape error needs; a JSON file without positions gives only its name. */
export type Places = Pick<YamlFile, "file" | "at" | "keyAt">;

/**
 * Checks a file's plain values against a schema; the first thing that is wrong becomes an error with its line and column.
 *
 * @throws BallastError FIELD_UNKNOWN, FIELD_MISSING, FIELD_INVALID
 * @example shapeOf(await readYaml(path), POLICY)
 */
export function shapeOf<T>(file: Places & { readonly value: unknown }, schema: z.ZodType<T>): T {
  const result = schema.safeParse(file.value);
  if (result.success) return result.data;
  throw shapeError(result.error.issues[0], file, schema);
}

function shapeError(issue: z.core.$ZodIssue, file: Places & { readonly value: unknown }, schema: z.ZodType): BallastError {
  const path = issue.path as Path;
  if (issue.code === "unrecognized_keys") {
    const key = issue.keys[0];
    const near = nearestName(key, fieldsAt(schema, path));
    return new BallastError("FIELD_UNKNOWN", `There is no field ${fieldName([...path, key])}.`, {
      where: file.keyAt([...path, key]),
      fix: near === undefined ? `The fields here are: ${fieldsAt(schema, path).join(", ")}.` : `Did you mean ${near}?`,
    });
  }
  if (issue.code === "invalid_union" && issue.errors.length > 0) {
    // Of the alternatives, the one that comes nearest to fitting is the one that was meant.
    const weight = (issues: readonly z.core.$ZodIssue[]) => issues.reduce((sum, one) => sum + (one.code === "unrecognized_keys" ? one.keys.length : 1), 0);
    const meant = issue.errors.toSorted((a, b) => weight(a) - weight(b))[0][0];
    if (meant !== undefined) return shapeError({ ...meant, path: [...path, ...meant.path] } as z.core.$ZodIssue, file, schema);
  }
  const field = fieldName(path) || "the file";
  if (issue.code === "invalid_key") {
    const reason = issue.issues[0]?.message ?? issue.message;
    return new BallastError("FIELD_INVALID", `The name ${String(path.at(-1))} is not right: ${sentence(reason)}`, { where: file.keyAt(path) });
  }
  if (valueAt(file.value, path) === undefined) {
    return new BallastError("FIELD_MISSING", `The field ${field} is missing.`, {
      where: { ...file.at(path), field },
      fix: `Add ${field}. ${expected(issue)}`.trim(),
    });
  }
  const what = path.length === 0 ? "The file" : `The field ${field}`;
  return new BallastError("FIELD_INVALID", `${what} is not right: ${sentence(issue.message)}`, { where: file.at(path), fix: expected(issue) });
}

/**
 * The name nearest to a misspelt one, if any is near enough to be meant.
 *
 * @example nearestName("volBufer", ["volBuffer", "volFloor"]) // "volBuffer"
 */
export function nearestName(name: string, names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined;
  const lower = new Map(names.map((known) => [known.toLowerCase(), known]));
  const near = closest(name.toLowerCase(), [...lower.keys()]);
  return distance(name.toLowerCase(), near) <= Math.max(2, Math.ceil(name.length / 2)) ? lower.get(near) : undefined;
}

/** The names a map at this path may hold, from the schema itself. */
function fieldsAt(schema: z.ZodType, path: Path): string[] {
  const definition = (schema as z.core.$ZodType as z.core.$ZodTypes)._zod.def;
  switch (definition.type) {
    case "object": {
      const [first, ...rest] = path;
      if (first === undefined) return Object.keys(definition.shape);
      const inner = definition.shape[String(first)];
      return inner === undefined ? [] : fieldsAt(inner as z.ZodType, rest);
    }
    case "record":
      return path.length > 0
        ? fieldsAt(definition.valueType as z.ZodType, path.slice(1))
        : [...((definition.keyType as z.core.$ZodType)._zod.values ?? [])].map(String);
    case "array":
      return fieldsAt(definition.element as z.ZodType, path.slice(1));
    case "union":
      return definition.options.flatMap((option) => fieldsAt(option as z.ZodType, path));
    case "optional":
    case "default":
    case "nullable":
      return fieldsAt(definition.innerType as z.ZodType, path);
    default:
      return [];
  }
}

function expected(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.expected === "string" ? "Write text; put it in quotes if it looks like a number." : `Write ${article(issue.expected)}.`;
    case "invalid_value":
      return `Use ${issue.values.map(String).join(" or ")}.`;
    case "too_big":
      return `At most ${issue.maximum}.`;
    case "too_small":
      return `At least ${issue.minimum}.`;
    default:
      return "";
  }
}

function article(kind: string): string {
  return kind === "int" ? "a whole number" : /^[aeiou]/.test(kind) ? `an ${kind}` : `a ${kind}`;
}

function sentence(message: string): string {
  const bare = message.replace(/^Invalid (input|option): /, "");
  return bare.endsWith(".") ? bare : `${bare}.`;
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((found, part) => (found as Record<string | number, unknown> | null | undefined)?.[part], value);
}
