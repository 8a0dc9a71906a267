import pc from "picocolors";
import { indented, section } from "../backtest/text.ts";
import { formatTable } from "../output/table.ts";
import { share, usd } from "../report/format.ts";
import type { AgainstDocument } from "./output.ts";

const HEADINGS: Readonly<Record<string, string>> = { proposed: "proposed", baseline: "today" };

/** The comparison under its heading, with what it is and is not. */
export function againstSection(document: AgainstDocument): string {
  const note = "One factor per peer, so that the books open with the same initial margin in sum. Not part of the evidence.";
  return section("Against peers, at equal capital", `${indented(againstText(document))}\n${indented(pc.dim(note))}`);
}

/** The comparison for a terminal: per crash shortfall and coverage under our two sets and each peer, and what each was scaled by. */
export function againstText({ systems, crashes, equalCapital }: AgainstDocument): string {
  const names = systems.map(({ name }) => name);
  const rows = crashes.flatMap(({ id, systems: results }) => [
    [id, "shortfall at the end", ...names.map((name) => usd(results[name].shortfallFinal))],
    ["", "coverage", ...names.map((name) => share(results[name].coverage))],
    ["", "accounts liquidated", ...names.map((name) => results[name].accountsLiquidated.toFixed(1))],
  ]);
  const factors = ["all", "requirements times", ...systems.map(({ factor }) => factor.toFixed(3))];
  const capital = ["", "initial margin at the start", ...systems.map(({ initialMargin }) => usd(initialMargin / equalCapital.seeds.length / crashes.length))];
  const columns = [{ title: "crash" }, { title: "" }, ...names.map((name) => ({ title: HEADINGS[name] ?? name, align: "right" as const }))];
  return formatTable(columns, [...rows, factors, capital]);
}
