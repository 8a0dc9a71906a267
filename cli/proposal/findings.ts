import { BallastError, type Where } from "../../sim/errors.ts";
import type { Finding } from "../../sim/parameters/index.ts";

const CODES: Readonly<Record<Finding["code"], string>> = {
  "batch-empty": "CHANGES_EMPTY",
  "batch-too-large": "CHANGES_TOO_MANY",
  unknown: "PARAMETER_UNKNOWN",
  duplicate: "CHANGE_TWICE",
  "no-op": "CHANGE_NOTHING",
  stale: "CHANGE_STALE",
  bounds: "PARAMETER_OUT_OF_BOUNDS",
  step: "STEP_TOO_LARGE",
  cooldown: "COOLDOWN_RUNNING",
  ramp: "RAMP_TOO_LONG",
  coupled: "PARAMETERS_CLASH",
};

/**
 * Refuses a batch the chain would revert: the first finding as an error, with the others counted.
 *
 * @param where the file or option the changes come from. @param places where each change stands, by `scope.name`
 * @throws BallastError by the finding's code; nothing when the list is empty
 * @example refuseFindings(validateChanges(base, changes), { file }, proposal.places)
 */
export function refuseFindings(findings: readonly Finding[], where: Where, places: Readonly<Record<string, Where>> = {}): void {
  const [first, ...others] = findings;
  if (first === undefined) return;
  const more = others.length > 0 ? ` (and ${others.length} more: ${others.map((finding) => finding.message).join(" ")})` : "";
  const key = first.scope === undefined ? undefined : `${first.scope}.${first.name}`;
  const place = key === undefined ? {} : (places[key] ?? { field: key });
  throw new BallastError(CODES[first.code], `${first.message}${more}`, { where: { ...where, ...place }, fix: first.fix });
}
