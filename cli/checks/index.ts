import { attackCost } from "./attack-cost.ts";
import { bounds } from "./bounds.ts";
import { calendar } from "./calendar.ts";
import { cas } from "./cas.ts";
import { certificate } from "./certificate.ts";
import type { Check } from "./check.ts";
import { concentration } from "./concentration.ts";
import { cooldown } from "./cooldown.ts";
import { coupled } from "./coupled.ts";
import { crossChain } from "./cross-chain.ts";
import { decode } from "./decode.ts";
import { description } from "./description.ts";
import { drift } from "./drift.ts";
import { duplicateSpam } from "./duplicate-spam.ts";
import { escape } from "./escape.ts";
import { evidence } from "./evidence.ts";
import { freshness } from "./freshness.ts";
import { gas } from "./gas.ts";
import { gates } from "./gates.ts";
import { guardian } from "./guardian.ts";
import { hiddenText } from "./hidden-text.ts";
import { holdout } from "./holdout.ts";
import { id } from "./id.ts";
import { jointMargin } from "./joint-margin.ts";
import { lifecycle } from "./lifecycle.ts";
import { metamorphic } from "./metamorphic.ts";
import { noClamp } from "./no-clamp.ts";
import { noOp } from "./no-op.ts";
import { proposerSuffix } from "./proposer-suffix.ts";
import { proseNumbers } from "./prose-numbers.ts";
import { quorum } from "./quorum.ts";
import { ramp } from "./ramp.ts";
import { roles } from "./roles.ts";
import { selectors } from "./selectors.ts";
import { shape } from "./shape.ts";
import { smoke } from "./smoke.ts";
import { stacked } from "./stacked.ts";
import { stateDiff } from "./state-diff.ts";
import { step } from "./step.ts";
import { targets } from "./targets.ts";
import { timing } from "./timing.ts";
import { treasury } from "./treasury.ts";
import { units } from "./units.ts";
import { value } from "./value.ts";
import { workspace } from "./workspace.ts";

/** Every check, in the order a reader wants them: what it is, what it says, what it changes, what it does, who decides, what it risks. */
export const CHECKS: readonly Check[] = [
  shape,
  id,
  description,
  proposerSuffix,
  hiddenText,
  proseNumbers,
  duplicateSpam,
  decode,
  targets,
  selectors,
  metamorphic,
  value,
  treasury,
  crossChain,
  workspace,
  cas,
  bounds,
  step,
  drift,
  cooldown,
  units,
  noOp,
  coupled,
  jointMargin,
  lifecycle,
  stateDiff,
  noClamp,
  gas,
  smoke,
  stacked,
  timing,
  quorum,
  roles,
  guardian,
  escape,
  calendar,
  ramp,
  evidence,
  freshness,
  certificate,
  gates,
  holdout,
  attackCost,
  concentration,
];

export type { Check, Finding, Severity } from "./check.ts";
export type { CheckContext } from "./context.ts";
export { type CheckReport, exitCodeOf, runChecks } from "./run.ts";
