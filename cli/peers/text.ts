import pc from "picocolors";
import { indented, section } from "../backtest/text.ts";
import { formatTable } from "../output/table.ts";
import { share, usd } from "../report/format.ts";
import type { AgainstDocument, Figure } from "./output.ts";

/** What a system is called above its column. */
export function headingOf(name: string): string {
  return name === "baseline" ? "today" : name;
}

/** What the comparison is and is not. */
export const AGAINST_NOTE =
  "One factor per peer, so that the books open with the same initial margin in sum. ✓ better and ✗ worse than proposed over the seeds, at 95 %. Not part of the evidence.";

/** The comparison under its heading. */
export function againstSection(document: AgainstDocument): string {
  return section("Against peers, at equal capital", `${indented(againstText(document))}\n${indented(pc.dim(AGAINST_NOTE))}`);
}

/** The comparison for a terminal: per crash shortfall and coverage under our two sets and each peer, and what each was scaled by. */
export function againstText({ systems, crashes, equalCapital }: AgainstDocument): string {
  const names = systems.map(({ name }) => name);
  const rows = crashes.flatMap(({ id, systems: results }) => [
    [id, "shortfall at the end", ...names.map((name) => marked(results[name]?.shortfallFinal, usd))],
    ["", "coverage", ...names.map((name) => marked(results[name]?.coverage, share))],
    ["", "accounts liquidated", ...names.map((name) => `${results[name]?.accountsLiquidated.toFixed(1) ?? UNKNOWN}${UNMARKED}`)],
  ]);
  const factors = ["all", "requirements times", ...systems.map(({ factor }) => `${factor.toFixed(3)}${UNMARKED}`)];
  const capital = [
    "",
    "initial margin at the start",
    ...systems.map(({ initialMargin }) => `${usd(initialMargin / equalCapital.seeds.length / crashes.length)}${UNMARKED}`),
  ];
  const columns = [{ title: "crash" }, { title: "" }, ...names.map((name) => ({ title: `${headingOf(name)}${UNMARKED}`, align: "right" as const }))];
  return formatTable(columns, [...rows, factors, capital]);
}

const UNKNOWN = "unknown";
const UNMARKED = "  ";
const MARKS = { improves: " ✓", worsens: " ✗", "cannot tell": UNMARKED } as const;

/** A figure, and whether the seeds tell it from the proposed set's. */
function marked(figure: Figure | undefined, format: (value: number) => string): string {
  return figure === undefined ? UNKNOWN : `${format(figure.value)}${MARKS[figure.says]}`;
}
