import type { Hex } from "viem";
import { PARAMETERS, type ParameterSet, type Scope, type Tighter, type Values } from "../sim/parameters/index.ts";
import { toWord } from "./words.ts";

/** The kinds of scope in the order of the contract's enum. */
export const KINDS: readonly Scope[] = ["protocol", "underlying", "collateral"];
const TIGHTER: readonly Tighter[] = ["up", "down", "neutral"];

/** One entry of the constructor's table of specifications. */
export interface NamedSpec {
  readonly name: Hex;
  readonly spec: {
    readonly kind: number;
    readonly tighter: number;
    readonly relative: boolean;
    readonly cooldown: number;
    readonly min: number;
    readonly max: number;
    readonly maxIncrease: number;
    readonly maxDecrease: number;
  };
}

/** One scope with its values in the order of the specifications of its kind. */
export interface AssetValues {
  readonly kind: number;
  readonly scope: Hex;
  readonly values: readonly bigint[];
}

/** The parameter table as the constructor of `RiskParameters` takes it. */
export function namedSpecs(): NamedSpec[] {
  return PARAMETERS.map(({ name, scope, tighter, relative, cooldown, min, max, maxIncrease, maxDecrease }) => ({
    name: toWord(name),
    spec: { kind: KINDS.indexOf(scope), tighter: TIGHTER.indexOf(tighter), relative, cooldown, min, max, maxIncrease, maxDecrease },
  }));
}

/**
 * A set of values as the constructor of `RiskParameters` takes it.
 *
 * @example
 * assetsOf(initialParameters())[0].scope; // "protocol" in 32 bytes
 */
export function assetsOf(set: ParameterSet): AssetValues[] {
  const entry = (kind: Scope, scope: string, values: Values): AssetValues => ({
    kind: KINDS.indexOf(kind),
    scope: toWord(scope),
    values: PARAMETERS.filter((spec) => spec.scope === kind).map((spec) => BigInt(values[spec.name] ?? 0)),
  });
  return [
    entry("protocol", "protocol", set.protocol),
    ...Object.entries(set.underlyings).map(([scope, values]) => entry("underlying", scope, values)),
    ...Object.entries(set.collaterals).map(([scope, values]) => entry("collateral", scope, values)),
  ];
}
