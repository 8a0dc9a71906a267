import type { BallastError, Where } from "../../../sim/errors.ts";

/** One thing `data check` found. An error means the dataset must not be used as it is; a warning wants a look. */
export interface Finding {
  readonly code: string;
  readonly severity: "error" | "warn";
  readonly message: string;
  readonly where: Where;
  readonly fix: string;
}

/** The finding that says the same as an error. */
export function findingOf(error: BallastError): Finding {
  return { code: error.code, severity: "error", message: error.message, where: error.where, fix: error.fix };
}
