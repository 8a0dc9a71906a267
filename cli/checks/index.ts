import { attackCost } from "./attack-cost.ts";
import { bounds } from "./bounds.ts";
import { cas } from "./cas.ts";
import type { Check } from "./check.ts";
import { concentration } from "./concentration.ts";
import { cooldown } from "./cooldown.ts";
import { coupled } from "./coupled.ts";
import { decode } from "./decode.ts";
import { description } from "./description.ts";
import { evidence } from "./evidence.ts";
import { gates } from "./gates.ts";
import { id } from "./id.ts";
import { lifecycle } from "./lifecycle.ts";
import { noOp } from "./no-op.ts";
import { proposerSuffix } from "./proposer-suffix.ts";
import { shape } from "./shape.ts";
import { stateDiff } from "./state-diff.ts";
import { step } from "./step.ts";
import { units } from "./units.ts";
import { workspace } from "./workspace.ts";

/** Every check, in the order a reader wants them: what it is, what it says, what it changes, what it does, what it risks. */
export const CHECKS: readonly Check[] = [
  shape,
  id,
  description,
  proposerSuffix,
  decode,
  workspace,
  cas,
  bounds,
  step,
  cooldown,
  units,
  noOp,
  coupled,
  lifecycle,
  stateDiff,
  evidence,
  gates,
  attackCost,
  concentration,
];

export type { Check, Finding, Severity } from "./check.ts";
export type { CheckContext } from "./context.ts";
export { type CheckReport, exitCodeOf, runChecks } from "./run.ts";
