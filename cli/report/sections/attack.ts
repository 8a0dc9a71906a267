import type { Lever, Probability, Route } from "../../../sim/governance/index.ts";
import type { ProposalAttack } from "../../attack/proposal.ts";
import { duration } from "../../attack/text.ts";
import { ROUTE_WORDS, verdictOf } from "../../attack/verdict.ts";
import { hashOf } from "../../backtest/canonical.ts";
import { count, interval, percent, plural, shortHash, usd } from "../format.ts";
import { visibleLine } from "../text.ts";
import { capitalised } from "./changes.ts";

/** Who could pass a harmful change, and what it would cost them. */
export interface AttackView {
  readonly sentence: string;
  readonly tone: "pass" | "warn";
  /** What is at stake, and what the proposal changes about it. */
  readonly stake: string;
  readonly rows: readonly AttackRow[];
  /** Who holds the votes, how likely the attack is to pass, and what would make it dearer; one sentence each, those that can be said. */
  readonly lines: readonly string[];
  readonly note: string;
}

export interface AttackRow {
  readonly label: string;
  readonly votes: string;
  readonly cost: string;
  readonly returns: string;
  readonly profit: string;
  readonly tone: "pass" | "warn" | "muted";
  /** How long harm can be seen, or why the route cannot be gone. */
  readonly note: string;
}

/** @example attackView(await proposalAttack(folder, proposal))?.sentence */
export function attackView(attack: ProposalAttack | undefined): AttackView | undefined {
  if (attack === undefined) return undefined;
  const { today, proposed } = attack;
  const { profitable, sentence } = verdictOf(today);
  const pays = profitable || (proposed.mostProfitable?.profitUsd ?? 0) > 0;
  return {
    sentence,
    tone: pays ? "warn" : "pass",
    stake: stakeOf(attack),
    rows: today.routes.map(rowOf),
    lines: [...concentrationLine(attack), ...simulationLine(attack), ...leverLine(today.levers)],
    note: noteOf(attack),
  };
}

function rowOf({ kind, votes, costUsd, returnUsd, profitUsd, visibleSeconds, attempts, impossible }: Route): AttackRow {
  const money = (value: number) => (impossible === null ? usd(value) : "–");
  return {
    label: capitalised(ROUTE_WORDS[kind]),
    votes: count(votes),
    cost: money(costUsd),
    returns: money(returnUsd),
    profit: money(profitUsd),
    tone: impossible !== null ? "muted" : profitUsd > 0 ? "warn" : "pass",
    note: impossible ?? `${attempts > 1 ? `${plural(attempts, "try", "tries")}; ` : ""}seen for ${spaced(duration(visibleSeconds))}`,
  };
}

function stakeOf({ today, proposed }: ProposalAttack): string {
  const { extractableUsd, treasuryUsd } = today.situation.value;
  const treasury = treasuryUsd > 0 ? ` and ${usd(treasuryUsd)} from the treasury` : "";
  const worst = today.engine?.worst;
  const book =
    worst == null
      ? ""
      : ` (${visibleLine(worst.book)}, opened under the loosest values one batch may set, in the worst day of ${worst.move}; without any vote it is ${usd(today.engine?.todayUsd ?? 0)})`;
  const before = `A harmful change could take ${usd(extractableUsd)} from users${treasury}${book}.`;
  if (today.valueFrom !== "engine") return before;
  const [now, then] = [usd(extractableUsd), usd(proposed.extractableUsd)];
  if (now === then) return `${before} Once this proposal is in force that stays so.`;
  const pays = (proposed.mostProfitable?.profitUsd ?? 0) > 0 ? ", and an attack pays" : "";
  return `${before} Once this proposal is in force it is ${then}${pays}.`;
}

function concentrationLine({ today }: ProposalAttack): string[] {
  if (today.concentration === null) return [];
  const { majority, quorum, topTenShare } = today.concentration;
  const needs = (fewest: number | null) => (fewest === null ? "more than all listed" : plural(fewest, "delegate"));
  return [
    `Half of a vote at the mean turnout takes ${needs(majority)}, the quorum ${needs(quorum)}; the ten largest have ${percent(topTenShare)} of the votes listed.`,
  ];
}

function simulationLine({ today: { simulation } }: ProposalAttack): string[] {
  if (simulation === null) return [];
  const said = ({ value, interval: { low, high } }: Probability) => `${percent(value)} (95\u00a0% interval ${interval([low, high], percent)})`;
  const without = `In ${count(simulation.without.runs)} simulated votes a harmful proposal without the attacker's votes passes in ${said(simulation.without.passes)}`;
  if (simulation.with === null) return [`${without}.`];
  const { passes, executes } = simulation.with;
  return [`${without}; by the cheapest route in ${said(passes)}, and is executed in ${said(executes)}.`];
}

function leverLine(levers: readonly Lever[]): string[] {
  const [first] = levers;
  if (first === undefined || first.frictionDays === null || !((first.costRaisedUsd ?? Number.POSITIVE_INFINITY) > 0)) return [];
  const { setting, change, costRaisedUsd, frictionDays } = first;
  const raises = costRaisedUsd === null ? "leaves no route" : `raises the cheapest cost by ${usd(costRaisedUsd)}`;
  return [`Most for its friction: ${setting}, ${change}, ${raises} for ${frictionDays.toFixed(2)}\u00a0days a sound proposal takes longer.`];
}

function noteOf({ today }: ProposalAttack): string {
  const invented = [...new Set(today.sources.map(({ source }) => visibleLine(source)))];
  return `Cost: tokens bought are sold again. Returns: what users have not taken out by then, times the chance that no guardian cancels. A model of what people would do, sized to pass in ${percent(today.situation.attacker.certainty)} of the turnouts it assumes; the crash is not the attacker's to choose. Where its figures come from: ${invented.join("; ")}. Inputs ${shortHash(hashOf(today.situation))}; ballast attack shows all of it. No part of the verdict or the result hash.`;
}

function spaced(text: string): string {
  return text.replaceAll(" ", "\u00a0");
}
