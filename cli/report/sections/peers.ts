import type { AgainstDocument, Figure } from "../../peers/output.ts";
import { share, usd } from "../format.ts";
import type { MarketFacts } from "../market.ts";
import { visibleLine } from "../text.ts";

/** How other margin models would have fared, at equal capital. Not part of the evidence: said wherever it is shown. */
export interface PeersView {
  /** Systems from left to right, ours first. */
  readonly columns: readonly string[];
  readonly rows: readonly { readonly title: string; readonly day: string; readonly cells: readonly PeerCell[] }[];
  readonly note: string;
}

export interface PeerCell {
  readonly label: string;
  readonly coverage: string;
  readonly shortfall: string;
  /** Against the proposed set, where the seeds tell the two apart in either figure and not both ways. */
  readonly change: "better" | "worse" | "same";
}

const NAMES: Readonly<Record<string, string>> = {
  proposed: "Proposed",
  baseline: "Today",
  static: "Fixed ratios",
  span: "SPAN",
  "deribit-pm": "Deribit PM",
  "derive-pmrm2": "Derive PMRM 2",
};

/** @example peersView(await readPeers(folder, evidence), market)?.rows[0].cells[2].coverage // "90.67 %" */
export function peersView(found: AgainstDocument | undefined, market: MarketFacts): PeersView | undefined {
  if (found === undefined) return undefined;
  const label = (name: string) => NAMES[name] ?? name;
  return {
    columns: found.systems.map(({ name }) => label(name)),
    rows: found.crashes.map(({ id, systems }) => {
      const known = market.crashes.find((crash) => crash.id === id);
      return {
        title: visibleLine(known?.title ?? id),
        day: known?.firstDay ?? "",
        cells: found.systems.flatMap(({ name }) => {
          const result = systems[name];
          return result === undefined ? [] : [cell(label(name), result.coverage, result.shortfallFinal)];
        }),
      };
    }),
    note: noteOf(found),
  };
}

function cell(label: string, coverage: Figure, shortfall: Figure): PeerCell {
  const words = [coverage.says, shortfall.says];
  const better = words.includes("improves");
  const worse = words.includes("worsens");
  return { label, coverage: share(coverage.value), shortfall: usd(shortfall.value), change: better === worse ? "same" : better ? "better" : "worse" };
}

function noteOf({ systems, equalCapital }: AgainstDocument): string {
  const factors = systems.flatMap(({ name, factor }) => (name === "proposed" || name === "baseline" ? [] : [`${NAMES[name]} ${factor.toFixed(2)}`]));
  const seeds = equalCapital.seeds.length;
  return `Coverage, and the shortfall at the end, means of ${seeds === 1 ? "one seed" : `${seeds} seeds`}: the same books, collateral rules and liquidations, another margin model. Every model's requirements are multiplied by one factor, so that the books open with the same initial margin in sum as under the proposed set: ${factors.join(", ")}. “Better” and “worse” than proposed stand where the seeds leave no doubt. This table is no part of the result hash, and nobody but its author may have run it: ballast backtest with --against does.`;
}
