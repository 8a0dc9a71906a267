/**
 * The one error type of Ballast: what was wrong, where, and what would be right, behind a stable code.
 *
 * `exit` is the process exit code the command line leaves with (DESIGN §8): 1 internal, 2 usage or bad input, 3 a check
 * failed, 4 a risk gate breached, 5 evidence missing or stale, 6 result differs from what is committed.
 *
 * @example
 * throw new BallastError("PARAMETER_UNKNOWN", "There is no parameter ETH.volBufer.", {
 *   where: { file: "proposal.yaml", line: 7, column: 3, field: "changes.ETH.volBufer", value: "volBufer" },
 *   fix: "Did you mean ETH.volBuffer?",
 * });
 */
export class BallastError extends Error {
  override readonly name = "BallastError";
  readonly code: string;
  readonly where: Where;
  readonly fix: string;
  readonly exit: ExitCode;

  constructor(code: string, summary: string, details: { where?: Where; fix?: string; exit?: ExitCode; cause?: unknown } = {}) {
    super(summary, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.where = details.where ?? {};
    this.fix = details.fix ?? "";
    this.exit = details.exit ?? 2;
  }
}

/** Where an input is wrong; every part is optional, none is guessed. Lines and columns count from 1. */
export interface Where {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly field?: string;
  readonly value?: string;
}

export type ExitCode = 1 | 2 | 3 | 4 | 5 | 6;
