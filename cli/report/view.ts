import type { ProposalAttack } from "../attack/proposal.ts";
import { hashOf } from "../backtest/canonical.ts";
import type { AgainstDocument } from "../peers/output.ts";
import type { Evidence } from "../proposal/evidence.ts";
import type { Proposal } from "../proposal/load.ts";
import { plural } from "./format.ts";
import type { MarketFacts } from "./market.ts";
import { type AttackView, attackView } from "./sections/attack.ts";
import { type AttributionView, attributionView } from "./sections/attribution.ts";
import { type ChangeRow, changeRows } from "./sections/changes.ts";
import { type CrashRow, compareCrashes, crashRows } from "./sections/crashes.ts";
import { type EdgeView, edgeView } from "./sections/edge.ts";
import { type Execution, executionOf } from "./sections/execution.ts";
import { type KeyFigure, keyFigures } from "./sections/figures.ts";
import { type FundView, fundView } from "./sections/fund.ts";
import { type GateRow, gateLabel, gateRows } from "./sections/gates.ts";
import { type Headlines, headlinesView } from "./sections/headlines.ts";
import { type Gap, gapsOf } from "./sections/not-checked.ts";
import { type PeersView, peersView } from "./sections/peers.ts";
import { type Pictures, picturesOf } from "./sections/pictures.ts";
import { type Reproduce, reproduceOf } from "./sections/reproduce.ts";
import { type Look, type Verdict, verdictOf } from "./sections/verdict.ts";
import { safeLink, visible, visibleLine } from "./text.ts";

/** A report before it is written down: every sentence and every number of it, decided once for Markdown and HTML. */
export interface ReportView {
  readonly title: string;
  readonly author: string;
  readonly verdict: Verdict;
  readonly figures: readonly KeyFigure[];
  readonly headlines: Headlines;
  /** Which of several changes does what, where that was looked at. */
  readonly attribution: AttributionView | undefined;
  readonly changes: readonly ChangeRow[];
  readonly gates: readonly GateRow[];
  readonly crashes: readonly CrashRow[];
  /** How other margin models would have fared, where somebody compared. */
  readonly peers: PeersView | undefined;
  /** How the table over crashes came about: seeds, accounts. */
  readonly crashNote: string;
  readonly fund: FundView | undefined;
  readonly pictures: Pictures | undefined;
  readonly execution: Execution;
  readonly edge: EdgeView;
  /** Who could pass a harmful change, where the workspace says what that depends on. */
  readonly attack: AttackView | undefined;
  readonly gaps: readonly Gap[];
  /** What `ballast check` found, where it ran. */
  readonly checks: ChecksView | undefined;
  readonly reproduce: Reproduce;
  readonly links: readonly LinkView[];
  /** The author's Markdown, with hidden characters made visible; empty where there is none. */
  readonly rationale: string;
}

export interface LinkView {
  readonly text: string;
  /** http or https; undefined for an address nobody should click on. */
  readonly href: string | undefined;
}

export interface ChecksView {
  readonly sentence: string;
  readonly findings: readonly { readonly check: string; readonly severity: "error" | "warn"; readonly message: string }[];
}

/** What `ballast check --json` says about a proposal, as far as a report shows it. */
export interface ChecksInput {
  readonly findings: readonly { readonly check: string; readonly severity: "error" | "warn"; readonly message: string }[];
  readonly checked: readonly { readonly check: string }[];
  readonly off?: readonly string[];
}

/** What of a proposal a report shows. */
export type ShownProposal = Pick<Proposal, "folder" | "title" | "author" | "base" | "changes" | "after" | "links" | "rationale">;

/**
 * A proposal and its evidence as a report. Pure: the same input gives the same view.
 *
 * @param market names of the crashes and what the dataset does not hold
 * @param checks what `ballast check` found, where it ran
 * @param look how the run departs from the policy, where it does: gates it does not judge by their ids
 * @param peers a comparison with other margin models, where there is one
 * @param attack what an attack on the vote would cost and bring, where that can be said
 * @example renderHtml(reportView(proposal, evidence, marketFacts(await readManifest("data"))))
 */
export function reportView(
  proposal: ShownProposal,
  evidence: Evidence,
  market: MarketFacts,
  checks?: ChecksInput,
  look?: Look,
  peers?: AgainstDocument,
  attack?: ProposalAttack,
): ReportView {
  const changes = changeRows(proposal);
  const gates = gateRows(evidence);
  const comparisons = compareCrashes(evidence, market);
  const headlines = headlinesView(evidence);
  return {
    title: visibleLine(proposal.title),
    author: visibleLine(proposal.author),
    verdict: verdictOf(
      evidence,
      comparisons,
      gates,
      failedChecks(checks, evidence),
      look === undefined ? undefined : { ...look, notJudged: look.notJudged.map(gateLabel) },
    ),
    figures: keyFigures(evidence, comparisons, headlines),
    headlines,
    attribution: attributionView(evidence),
    changes,
    gates,
    crashes: crashRows(comparisons),
    peers: peersView(peers, market),
    crashNote: crashNote(evidence),
    fund: fundView(comparisons),
    pictures: picturesOf(comparisons),
    execution: executionOf(evidence, changes),
    edge: edgeView(evidence),
    attack: attackView(attack),
    gaps: [...(checks === undefined ? [UNCHECKED] : []), ...gapsOf(evidence, changes, comparisons, market), ...(attack === undefined ? [NOBODY_KNOWS] : [])],
    checks: checks === undefined ? undefined : checksView(checks, evidence),
    reproduce: reproduceOf(evidence, proposal.folder),
    links: proposal.links.map((link) => {
      const href = safeLink(link);
      return { text: visibleLine(href ?? link), href };
    }),
    rationale: visible(proposal.rationale).trim(),
  };
}

/**
 * Whether the evidence was made with the parameters the proposal now names. Evidence for other values says nothing.
 *
 * @example isAbout(proposal, evidence) // false after somebody edited proposal.yaml
 */
export function isAbout(proposal: Pick<Proposal, "base" | "after">, evidence: Evidence): boolean {
  return hashOf(proposal.base) === evidence.context.parametersBefore && hashOf(proposal.after) === evidence.context.parametersAfter;
}

const UNCHECKED: Gap = {
  title: "The payload was not checked",
  text: "Whether the calldata does what the proposal says, and nothing else, was not looked at for this report.",
  touchesChange: true,
};

const NOBODY_KNOWS: Gap = {
  title: "Who could pass a harmful change",
  text: "No governance.yaml stands beside the policy: what it would cost to buy a vote, and what it could take, cannot be said.",
  touchesChange: false,
};

function crashNote({ context, outcomes }: Evidence): string {
  const accounts = Math.max(...outcomes.map(({ outcome }) => outcome.accounts));
  const seeds = context.seeds.length;
  const over = seeds === 1 ? "one seed" : `means of ${seeds} seeds; “worse” stands where the seeds leave no doubt about it`;
  return `${plural(accounts, "account")}, ${over}; today → proposed. Worst: the crash that comes nearest to the policy's limits on shortfall and coverage, or goes furthest beyond. Shortfall: the most that all accounts together had lost beyond what they held at any hour, before the insurance fund. Liquidated: accounts of which something was sold. Coverage: share of account-days whose loss over the horizon stayed within maintenance margin. Margin rate: initial margin over notional. Five-day rise: largest relative rise of the margin of a linear position within five days.`;
}

/** Ids of the checks that found a fault. A breached gate speaks for itself: the check that reports it says nothing more. */
function failedChecks(checks: ChecksInput | undefined, { verdict }: Evidence): string[] {
  const failed = checks?.findings.filter(({ check, severity }) => severity === "error" && !(check === "gates" && verdict === "fail"));
  return [...new Set(failed?.map(({ check }) => check))];
}

function checksView({ findings, checked, off = [] }: ChecksInput, { verdict }: Evidence): ChecksView {
  // What the gates say stands in their own table, in human units.
  const others = findings.filter(({ check }) => !(check === "gates" && verdict === "fail"));
  const failed = new Set(findings.filter(({ severity }) => severity === "error").map(({ check }) => check));
  const warnings = others.filter(({ severity }) => severity !== "error").length;
  const breached = !failed.has("gates") || verdict === "pass" ? "" : failed.size === 1 ? " (the gates above)" : " (the gates above among them)";
  return {
    sentence: `${plural(checked.length, "check")} ran; ${failed.size === 0 ? "none failed" : `${failed.size} failed${breached}`}, ${plural(warnings, "warning")}${off.length === 0 ? "" : `; the policy turns off ${off.join(", ")}`}.`,
    findings: others.map(({ check, severity, message }) => ({ check, severity, message: visibleLine(message) })),
  };
}
