import { BallastError } from "../../sim/errors.ts";
import { nearestName } from "../proposal/shape.ts";
import type { Check, Setting } from "./check.ts";

/**
 * What a policy says of checks, a severity or `off`, if every one names a check and none softens what may not be softened: a misspelt name would
 * leave the check as it is, and nobody would know.
 *
 * @param file the policy, for the error
 * @throws BallastError CHECK_UNKNOWN, CHECK_FIXED
 * @example requireSeverities(policy.checks, CHECKS, "proposals/policy.yaml")
 */
export function requireSeverities(severities: Readonly<Record<string, Setting>>, checks: readonly Check[], file: string): Readonly<Record<string, Setting>> {
  const ids = checks.map(({ id }) => id);
  for (const [id, severity] of Object.entries(severities)) {
    const where = { file, field: `checks.${id}`, value: severity };
    const check = checks.find((one) => one.id === id);
    if (check === undefined) {
      const near = nearestName(id, ids);
      const fix = near === undefined ? `The checks are: ${ids.join(", ")}.` : `Did you mean ${near}?`;
      throw new BallastError("CHECK_UNKNOWN", `There is no check ${id}.`, { where, fix });
    }
    if (check.fixed === true && severity !== "error") {
      throw new BallastError(
        "CHECK_FIXED",
        `The check ${id} cannot be ${severity === "off" ? "turned off" : "lowered"}: without it nothing was verified about this proposal.`,
        {
          where,
          fix: `Take checks.${id} out of the policy.`,
        },
      );
    }
  }
  return severities;
}
