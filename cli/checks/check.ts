import type { CheckContext } from "./context.ts";

export type Severity = "error" | "warn";

/** What a policy may say of a check: its severity, or that it is not run at all. */
export type Setting = Severity | "off";

/** What a failed check stands for when the command exits (DESIGN §8): a fault of the proposal, a risk gate, or absent evidence. */
export type FailureKind = "check" | "gate" | "evidence";

/** What a check says while it runs. `fix` replaces the check's own when the case at hand has a better one. */
export interface Remark {
  readonly message: string;
  readonly fix?: string;
  /** A check may lower one remark to a warning; policy may lower the whole check. Neither may raise silence to success. */
  readonly severity?: Severity;
  readonly kind?: FailureKind;
  /** Where it is wrong, when the check knows better than its own `file`. */
  readonly where?: Place;
}

/** A place in a proposal's folder. Lines and columns count from 1; none is guessed. */
export interface Place {
  /** Relative to the folder in a remark; as it was named on the command line in a finding. */
  readonly file: string;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
}

export type Emit = (remark: Remark) => void;

/** A finding: a remark of a check, with the severity the policy gives it. */
export interface Finding {
  readonly check: string;
  readonly severity: Severity;
  readonly message: string;
  readonly fix: string;
  readonly kind: FailureKind;
  /** Folder of the proposal it is about. */
  readonly proposal: string;
  /** Where to look, for annotations. */
  readonly where?: Place;
  /** Whether the check itself broke: what it would have found is unknown. */
  readonly couldNotRun?: true;
}

/** One check of a proposal: one file, one idea. */
export interface Check {
  readonly id: string;
  readonly title: string;
  /** Why a voter should care. */
  readonly why: string;
  /** The real incident it would have caught. */
  readonly incident: string;
  /** What to do when it fails. */
  readonly fix: string;
  /** Severity when the policy names none. */
  readonly severity: Severity;
  /** True where the policy may set no other severity: where silence would mean that nothing was verified at all. */
  readonly fixed?: boolean;
  /** True where it may say something else on another day. A report, which has no day, goes without it. */
  readonly dated?: boolean;
  /** The file its findings are about, relative to the proposal's folder; proposal.yaml where none is named. */
  readonly file?: string;
  /** What a failure of this check stands for. */
  readonly kind: FailureKind;
  /**
   * Looks, and calls `emit` for everything wrong. Returns one sentence that says what it looked at: a check that looked at
   * nothing (an empty string, or a throw) could not run, and a check that could not run has failed.
   */
  readonly run: (context: CheckContext, emit: Emit) => Promise<string> | string;
}
