import { BallastError } from "../errors.ts";
import { DEFAULT_COLLATERALS, DEFAULT_UNDERLYINGS, PARAMETERS, type ParameterSpec, type Scope } from "./table.ts";

/**
 * A whole set of risk parameters: integers in the units of the table, per scope and asset.
 *
 * @example
 * const set = initialParameters();
 * set.protocol.confidence;          // 9900 (bps)
 * set.underlyings.ETH.volBuffer;    // 2500 (bps)
 */
export interface ParameterSet {
  readonly protocol: Values;
  readonly underlyings: Readonly<Record<string, Values>>;
  readonly collaterals: Readonly<Record<string, Values>>;
}

export type Values = Readonly<Record<string, number>>;

/** The name of one value: the scope as it stands on chain ("protocol", or the asset), and the parameter. */
export interface Key {
  readonly scope: string;
  readonly name: string;
}

const SPECS = new Map(PARAMETERS.map((spec) => [spec.name, spec]));

/** The specification of a parameter by name, or undefined. Names are unique over all scopes. */
export function specOf(name: string): ParameterSpec | undefined {
  return SPECS.get(name);
}

/** The set a new protocol starts with, for the assets named. */
export function initialParameters(underlyings: readonly string[] = DEFAULT_UNDERLYINGS, collaterals: readonly string[] = DEFAULT_COLLATERALS): ParameterSet {
  return {
    protocol: initialOf("protocol", "protocol"),
    underlyings: Object.fromEntries(underlyings.map((asset) => [asset, initialOf("underlying", asset)])),
    collaterals: Object.fromEntries(collaterals.map((asset) => [asset, initialOf("collateral", asset)])),
  };
}

/** Every key of a set in a fixed order: protocol, then underlyings, then collaterals, each in the table's order. */
export function keysOf(set: ParameterSet): Key[] {
  const of = (kind: Scope, scope: string) => PARAMETERS.filter((spec) => spec.scope === kind).map((spec) => ({ scope, name: spec.name }));
  return [
    ...of("protocol", "protocol"),
    ...Object.keys(set.underlyings).flatMap((asset) => of("underlying", asset)),
    ...Object.keys(set.collaterals).flatMap((asset) => of("collateral", asset)),
  ];
}

/**
 * One value of a set.
 *
 * @throws PARAMETER_UNKNOWN when the set has no such scope or the scope no such parameter.
 */
export function valueOf(set: ParameterSet, key: Key): number {
  const value = valuesAt(set, key)?.[key.name];
  if (value === undefined)
    throw new BallastError("PARAMETER_UNKNOWN", `There is no parameter ${key.scope}.${key.name}.`, { where: { field: `${key.scope}.${key.name}` } });
  return value;
}

/** Whether the set has this key. */
export function hasKey(set: ParameterSet, key: Key): boolean {
  return valuesAt(set, key)?.[key.name] !== undefined;
}

/** A copy of the set with one value replaced. Nothing is checked but that the key exists: see `validateChanges`. */
export function withValue(set: ParameterSet, key: Key, value: number): ParameterSet {
  valueOf(set, key);
  const replaced = { ...valuesAt(set, key), [key.name]: value };
  const scope = specOf(key.name)?.scope;
  if (scope === "protocol") return { ...set, protocol: replaced };
  if (scope === "underlying") return { ...set, underlyings: { ...set.underlyings, [key.scope]: replaced } };
  return { ...set, collaterals: { ...set.collaterals, [key.scope]: replaced } };
}

function valuesAt(set: ParameterSet, key: Key): Values | undefined {
  switch (specOf(key.name)?.scope) {
    case "protocol":
      return key.scope === "protocol" ? set.protocol : undefined;
    case "underlying":
      return set.underlyings[key.scope];
    case "collateral":
      return set.collaterals[key.scope];
    default:
      return undefined;
  }
}

function initialOf(kind: Scope, asset: string): Values {
  const values: Record<string, number> = {};
  for (const spec of PARAMETERS) {
    if (spec.scope !== kind) continue;
    const initial = typeof spec.initial === "number" ? spec.initial : (spec.initial[asset] ?? spec.initial["*"]);
    if (initial === undefined) {
      throw new BallastError("PARAMETER_NO_INITIAL", `${spec.name} has no initial value for ${asset}.`, {
        fix: `Name a value for ${asset}.${spec.name} in the parameter file.`,
      });
    }
    values[spec.name] = initial;
  }
  return values;
}
