import { formatTable } from "../output/table.ts";
import { labelOf } from "../proposal/labels.ts";
import { count, interval, percent, plural, usd } from "../report/format.ts";
import { visibleLine } from "../report/text.ts";
import type { AttackFacts } from "./facts.ts";
import { ROUTE_WORDS, verdictOf } from "./verdict.ts";

/** What `ballast attack` prints for people: the verdict first, then how it comes about, then what moves it. */
export function attackText(facts: AttackFacts): string {
  return [
    verdictOf(facts).sentence,
    "",
    ...valueLines(facts),
    "",
    routeTable(facts),
    ...timelineLines(facts),
    "",
    ...concentrationLines(facts),
    ...simulationLines(facts),
    "",
    "What moves the cheapest cost (percent for one percent more)",
    sensitivityLine(facts),
    "",
    "What would raise it, by what a day of friction raises",
    leverTable(facts),
    "",
    "Where the figures come from",
    ...facts.sources.map(({ part, source }) => `  ${part}: ${visibleLine(source)}`),
  ].join("\n");
}

function valueLines({ situation: { value }, valueFrom, engine }: AttackFacts): string[] {
  const from = { given: "as given with --value", file: "as governance.yaml has it", engine: "by the margin engine" }[valueFrom];
  const lines = [`At stake: ${usd(value.extractableUsd)} from users (${from}), ${usd(value.treasuryUsd)} from the treasury.`];
  if (engine === null) return lines;
  const { worst, changes, todayUsd, inScenariosUsd, books, moves } = engine;
  if (worst === null) return [...lines, "No book of those looked at loses more than its margin under the loosest legal batch."];
  return [
    ...lines,
    `  ${worst.book}: ${usd(worst.notionalUsd)} of notional on ${usd(worst.marginUsd)} of margin loses ${usd(worst.lossUsd)} if the worst day of ${worst.move} comes again.`,
    `  Without any vote the same search finds ${usd(todayUsd)}; in the worst scenario of today's set the loosened margins leave ${usd(inScenariosUsd)}.`,
    `  ${count(books)} books, ${count(moves)} moves. The batch: ${changes.map(({ scope, name, from, to }) => `${scope === "protocol" ? labelOf({ scope, name }) : `${scope}.${name}`} ${from} → ${to}`).join(", ")}.`,
  ];
}

function routeTable({ routes }: AttackFacts): string {
  return formatTable(
    [
      { title: "route" },
      { title: "votes", align: "right" },
      { title: "cost", align: "right" },
      { title: "money needed", align: "right" },
      { title: "returns", align: "right" },
      { title: "profit", align: "right" },
      { title: "seen for", align: "right" },
      { title: "" },
    ],
    routes.map((route) => {
      const known = route.impossible === null;
      const money = (value: number) => (known ? usd(value) : "–");
      return [
        ROUTE_WORDS[route.kind],
        count(route.votes),
        money(route.costUsd),
        money(route.capitalUsd),
        money(route.returnUsd),
        money(route.profitUsd),
        duration(route.visibleSeconds),
        route.impossible ?? (route.attempts > 1 ? `${route.attempts} tries` : ""),
      ];
    }),
  );
}

function timelineLines({ cheapest }: AttackFacts): string[] {
  if (cheapest === null) return [];
  const events = cheapest.timeline.map(({ event, seconds }) => `${seconds < 0 ? "−" : "+"}${duration(Math.abs(seconds))} ${event}`);
  const pieces = cheapest.pieces.slice(0, 6).map(({ source, votes, costUsd }) => `${count(votes)} from ${visibleLine(source)} (${usd(costUsd)})`);
  const more = cheapest.pieces.length > 6 ? ` and ${cheapest.pieces.length - 6} more` : "";
  return ["", `The cheapest route: ${events.join(", ")}.`, `  Votes: ${pieces.join(", ")}${more}.`];
}

function concentrationLines({ concentration, situation }: AttackFacts): string[] {
  if (concentration === null) return ["No delegate is listed: nothing is said of concentration, coalitions and probabilities."];
  const { majority, quorum, largestShare, topTenShare } = concentration;
  const needs = (fewest: number | null) => (fewest === null ? "more than all listed" : plural(fewest, "delegate"));
  return [
    `Nakamoto coefficient: ${needs(majority)} for half of a vote at the mean turnout, ${needs(quorum)} for the quorum, of ${count(situation.delegates.length)}. The largest has ${percent(largestShare)} of their votes, the ten largest ${percent(topTenShare)}.`,
  ];
}

function simulationLines({ simulation }: AttackFacts): string[] {
  if (simulation === null) return [];
  const said = ({ passes, executes }: NonNullable<typeof simulation.with>) =>
    [passes, executes].map(({ value, interval: { low, high } }) => `${percent(value)} (${interval([low, high], percent)})`).join(", executes ");
  const attacked = simulation.with === null ? "" : ` With the cheapest route it passes in ${said(simulation.with)}.`;
  return [
    `Of ${count(simulation.without.runs)} simulated votes a harmful proposal without the attacker's votes passes in ${said(simulation.without)}.${attacked}`,
  ];
}

function sensitivityLine({ sensitivity }: AttackFacts): string {
  const moved = sensitivity.filter(({ elasticity }) => elasticity !== null && Math.abs(elasticity) >= 0.005);
  if (moved.length === 0) return "  nothing that was looked at";
  const sorted = moved.toSorted((a, b) => Math.abs(b.elasticity ?? 0) - Math.abs(a.elasticity ?? 0));
  return `  ${sorted.map(({ input, elasticity }) => `${input} ${(elasticity ?? 0) > 0 ? "+" : "−"}${Math.abs(elasticity ?? 0).toFixed(2)}`).join(", ")}`;
}

function leverTable({ levers }: AttackFacts): string {
  if (levers.length === 0) return "  nothing to raise: no route is possible";
  return formatTable(
    [
      { title: "setting" },
      { title: "step" },
      { title: "cost raised", align: "right" },
      { title: "profit cut", align: "right" },
      { title: "friction", align: "right" },
      { title: "raised per day", align: "right" },
    ],
    levers.map(({ setting, change, costRaisedUsd, profitCutUsd, frictionDays, raisedPerDayUsd }) => [
      setting,
      change,
      costRaisedUsd === null ? "no route left" : usd(costRaisedUsd),
      profitCutUsd === null ? "all" : usd(profitCutUsd),
      frictionDays === null ? "not in days" : `${frictionDays.toFixed(2)} days`,
      raisedPerDayUsd === null ? "–" : usd(raisedPerDayUsd),
    ]),
  );
}

/** "8 d", "1 d 6 h", "5 min" */
export function duration(seconds: number): string {
  const [days, hours, minutes] = [Math.floor(seconds / 86_400), Math.floor((seconds % 86_400) / 3_600), Math.round((seconds % 3_600) / 60)];
  if (days >= 10) return `${count(days)} d`;
  const parts = [
    days > 0 ? `${days} d` : "",
    hours > 0 ? `${hours} h` : "",
    days === 0 && hours === 0 ? (seconds > 0 && minutes === 0 ? `${seconds} s` : `${minutes} min`) : "",
  ];
  return parts.filter(Boolean).join(" ");
}
