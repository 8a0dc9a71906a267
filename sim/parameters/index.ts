export { applyChanges, type Change, type ChangeContext, furthest, MAX_CHANGES, validateChanges } from "./change.ts";
export type { CoupledRule, Finding, FindingCode } from "./finding.ts";
export { endOf, type Path, valueOn } from "./ramp.ts";
export { coupledFindings, REQUIREMENT_LIMITS, type RequirementLimits, type Timeline } from "./rules.ts";
export { hasKey, initialParameters, type Key, keysOf, type ParameterSet, specOf, type Values, valueOf, withValue } from "./set.ts";
export { DEFAULT_COLLATERALS, DEFAULT_UNDERLYINGS, PARAMETERS, type ParameterSpec, type Reach, type Scope, type Tighter, type Unit } from "./table.ts";
