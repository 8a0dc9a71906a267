import { PARAMETERS, type ParameterSpec, type Scope } from "../../sim/parameters/index.ts";

/** The JSON Schema (draft 2020-12) of a parameter file, for editors: every parameter with its bounds and what it is. */
export function parametersSchema(): Record<string, unknown> {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "A set of risk parameters",
    description: "Every parameter of the protocol, of each underlying and of each collateral.",
    type: "object",
    properties: { protocol: valuesOf("protocol"), underlyings: assetsOf("underlying"), collaterals: assetsOf("collateral") },
    required: ["protocol", "underlyings", "collaterals"],
    additionalProperties: false,
  };
}

function assetsOf(scope: Scope) {
  return { type: "object", propertyNames: { pattern: "^[A-Za-z][A-Za-z0-9]{0,30}$" }, additionalProperties: valuesOf(scope) };
}

function valuesOf(scope: Scope) {
  const specs = PARAMETERS.filter((spec) => spec.scope === scope);
  return {
    type: "object",
    properties: Object.fromEntries(specs.map((spec) => [spec.name, valueOf(spec)])),
    required: specs.map(({ name }) => name),
    additionalProperties: false,
  };
}

/** A whole number in the parameter's own unit, or a number with its unit behind it, as `2500 bps` or `25 %`. */
function valueOf({ doc, min, max }: ParameterSpec) {
  return {
    description: doc,
    anyOf: [
      { type: "integer", minimum: min, maximum: max },
      { type: "string", pattern: "^[0-9]+(\\.[0-9]+)? ?[a-zA-Z%/ ]+$" },
    ],
  };
}
