export { hasKey, initialParameters, type Key, keysOf, type ParameterSet, specOf, type Values, valueOf, withValue } from "./set.ts";
export { DEFAULT_COLLATERALS, DEFAULT_UNDERLYINGS, PARAMETERS, type ParameterSpec, type Reach, type Scope, type Tighter, type Unit } from "./table.ts";
