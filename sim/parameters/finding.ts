/** What can be wrong with a batch of changes. Stable: policies and scripts may match on them. */
export type FindingCode = "batch-empty" | "batch-too-large" | "unknown" | "duplicate" | "no-op" | "stale" | "bounds" | "step" | "cooldown" | "ramp" | "coupled";

/** The rules over the whole set; see `rules.ts`. */
export type CoupledRule = "liquidation-target" | "vol-range-down" | "vol-floor" | "requirement" | "liquidation-cost";

/** One thing wrong with a batch: what, where, what would be right, and the error the chain would revert with. */
export interface Finding {
  readonly code: FindingCode;
  /** Which coupled rule, when the code is "coupled". */
  readonly rule?: CoupledRule;
  readonly scope?: string;
  readonly name?: string;
  readonly message: string;
  readonly fix: string;
  /** The custom error of `IRiskParameters` and its arguments, numbers in decimal. */
  readonly revert: { readonly error: string; readonly args: readonly string[] };
}

/** Builds a finding; the error's domain is put in front of its reason. */
export function finding(
  code: FindingCode,
  reason: string,
  args: readonly (string | number | bigint)[],
  message: string,
  fix: string,
  where: Pick<Finding, "rule" | "scope" | "name"> = {},
): Finding {
  return { code, ...where, message, fix, revert: { error: `RiskParameters_${reason}`, args: args.map(String) } };
}
