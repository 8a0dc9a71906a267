import { BallastError } from "../../sim/errors.ts";
import { keysOf, PARAMETERS, type ParameterSet, type Scope, specOf, type Values } from "../../sim/parameters/index.ts";
import { readAmount } from "./amount.ts";
import { nearestName } from "./shape.ts";
import { formatAmount, formatRaw, unitMeaning, unitName } from "./units.ts";
import { fieldName, type Path, readYaml, type Written, type YamlFile } from "./yaml.ts";

const GROUPS: readonly { readonly field: "protocol" | "underlyings" | "collaterals"; readonly scope: Scope; readonly title: string }[] = [
  { field: "protocol", scope: "protocol", title: "The whole protocol" },
  { field: "underlyings", scope: "underlying", title: "Each asset that options, futures and perps are written on" },
  { field: "collaterals", scope: "collateral", title: "Each asset taken as collateral" },
];

/** An asset's name has to fit the 31 bytes of a short string on chain. */
const ASSET = /^[A-Za-z][A-Za-z0-9]{0,30}$/;

/**
 * Reads a whole parameter set from a file: every parameter of every asset, within its bounds, in the table's unit or with a unit that fits it.
 *
 * @param file `proposals/parameters.yaml`, or what a proposal names as its base
 * @throws BallastError FILE_NOT_FOUND, YAML_*, FIELD_MISSING, FIELD_UNKNOWN, PARAMETER_UNKNOWN, PARAMETER_OUT_OF_BOUNDS, VALUE_*, UNIT_*, NUMBER_*
 * @example (await loadParameters("proposals/parameters.yaml")).underlyings.ETH.volBuffer // 2500
 */
export async function loadParameters(file: string): Promise<ParameterSet> {
  const yaml = await readYaml(file, (path) => path.length === (path[0] === "protocol" ? 2 : 3));
  const root = mapAt(yaml, []);
  for (const field of Object.keys(root)) {
    if (GROUPS.some((group) => group.field === field)) continue;
    const near = nearestName(
      field,
      GROUPS.map((group) => group.field),
    );
    throw new BallastError("FIELD_UNKNOWN", `There is no field ${field}.`, {
      where: yaml.keyAt([field]),
      fix: near ? `Did you mean ${near}?` : "A parameter file has protocol, underlyings and collaterals.",
    });
  }
  const assets = (field: "underlyings" | "collaterals", scope: Scope) =>
    Object.fromEntries(Object.keys(mapAt(yaml, [field])).map((asset) => [assetName(yaml, [field, asset]), valuesAt(yaml, [field, asset], scope)]));
  return {
    protocol: valuesAt(yaml, ["protocol"], "protocol"),
    underlyings: assets("underlyings", "underlying"),
    collaterals: assets("collaterals", "collateral"),
  };
}

/**
 * A parameter set as the text of a file: one line per value, each with its unit, bounds and tighter direction.
 *
 * @example await writeFile("proposals/parameters.yaml", parametersText(initialParameters()))
 */
export function parametersText(set: ParameterSet): string {
  const lines = [
    "# The risk parameters in force. Proposals are drafted against this file: it says what the chain says.",
    "# A value is a whole number in the unit named, or carries its own unit: 2500, 2500 bps and 25 % are the same.",
    "",
  ];
  for (const { field, scope, title } of GROUPS) {
    lines.push(`# ${title}`, `${field}:`);
    if (field === "protocol") lines.push(...valueLines(set.protocol, scope, "  "));
    else for (const [asset, values] of Object.entries(set[field])) lines.push(`  ${asset}:`, ...valueLines(values, scope, "    "));
    lines.push("");
  }
  return lines.join("\n");
}

/** One row of the table of a set: what `ballast params` shows. */
export interface ParameterRow {
  readonly scope: string;
  readonly name: string;
  readonly value: number;
  readonly human: string;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  readonly tighter: "up" | "down" | "neutral";
}

/** Every value of a set with its unit, bounds and tighter direction, in the table's order. */
export function parameterRows(set: ParameterSet): ParameterRow[] {
  return keysOf(set).map(({ scope, name }) => {
    const spec = specOf(name);
    if (spec === undefined) throw new BallastError("PARAMETER_UNKNOWN", `There is no parameter ${scope}.${name}.`);
    const values = spec.scope === "protocol" ? set.protocol : spec.scope === "underlying" ? set.underlyings[scope] : set.collaterals[scope];
    const value = values[name];
    return { scope, name, value, human: formatAmount(value, spec.unit, name), unit: unitName(spec.unit), min: spec.min, max: spec.max, tighter: spec.tighter };
  });
}

function valuesAt(yaml: YamlFile, path: Path, scope: Scope): Values {
  const written = mapAt(yaml, path);
  const specs = PARAMETERS.filter((spec) => spec.scope === scope);
  const names = specs.map((spec) => spec.name);
  for (const name of Object.keys(written)) {
    if (names.includes(name)) continue;
    const near = nearestName(name, names);
    throw new BallastError("PARAMETER_UNKNOWN", `There is no parameter ${name} of ${scope === "protocol" ? "the protocol" : `an asset under ${path[0]}`}.`, {
      where: yaml.keyAt([...path, name]),
      fix: near ? `Did you mean ${near}?` : `The parameters are: ${names.join(", ")}.`,
    });
  }
  return Object.fromEntries(
    specs.map((spec) => {
      const at = [...path, spec.name];
      const text = written[spec.name] as Written | undefined;
      if (text === undefined) {
        throw new BallastError("FIELD_MISSING", `The field ${fieldName(at)} is missing.`, {
          where: { ...yaml.at(path), field: fieldName(at) },
          fix: `Add a value in ${unitName(spec.unit)} (${unitMeaning(spec.unit)}).`,
        });
      }
      if (typeof text.written !== "string")
        throw new BallastError("FIELD_INVALID", `The field ${fieldName(at)} is not a value.`, { where: yaml.at(at), fix: "Write one number." });
      const value = readAmount(text, spec.unit, yaml.at(at));
      if (value < spec.min || value > spec.max) {
        throw new BallastError("PARAMETER_OUT_OF_BOUNDS", `${fieldName(at)} is ${formatRaw(value, spec.unit)}, outside its bounds.`, {
          where: yaml.at(at),
          fix: `Write a value from ${spec.min} to ${formatRaw(spec.max, spec.unit)}.`,
        });
      }
      return [spec.name, value];
    }),
  );
}

function assetName(yaml: YamlFile, path: Path): string {
  const name = String(path.at(-1));
  if (ASSET.test(name)) return name;
  throw new BallastError("ASSET_NAME_INVALID", `${name} is not an asset's name.`, {
    where: yaml.keyAt(path),
    fix: "Use up to 31 letters and digits, a letter first.",
  });
}

function mapAt(yaml: YamlFile, path: Path): Record<string, unknown> {
  const value = path.reduce<unknown>((found, part) => (found as Record<string, unknown> | undefined)?.[part], yaml.value);
  if (typeof value === "object" && value !== null && !Array.isArray(value) && !("written" in value && "quoted" in value))
    return value as Record<string, unknown>;
  const field = fieldName(path);
  if (value === undefined)
    throw new BallastError("FIELD_MISSING", `The field ${field} is missing.`, { where: { ...yaml.at(path), field }, fix: `Add ${field} with its values.` });
  throw new BallastError("FIELD_INVALID", `${field || yaml.file} is not a map of fields.`, { where: yaml.at(path), fix: "Write one `name: value` a line." });
}

function valueLines(values: Values, scope: Scope, indent: string): string[] {
  return PARAMETERS.filter((spec) => spec.scope === scope).map((spec) => {
    const line = `${indent}${spec.name}: ${values[spec.name]}`;
    const tighter = spec.tighter === "neutral" ? "no tighter side" : `tighter ${spec.tighter}`;
    return `${line.padEnd(32)} # ${unitMeaning(spec.unit)}; ${spec.min} to ${spec.max}; ${tighter}`;
  });
}
