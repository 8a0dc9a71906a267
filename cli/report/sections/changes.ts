import { specOf } from "../../../sim/parameters/index.ts";
import { labelOf } from "../../proposal/labels.ts";
import type { Proposal } from "../../proposal/load.ts";
import { formatAmount, formatDuration, formatRaw } from "../../proposal/units.ts";
import { visibleLine } from "../text.ts";

/** One changed parameter, before and after, in the units people use. */
export interface ChangeRow {
  /** As it stands on chain: "ETH.volBuffer". */
  readonly key: string;
  readonly label: string;
  readonly doc: string;
  readonly from: string;
  readonly to: string;
  readonly rawFrom: string;
  readonly rawTo: string;
  readonly direction: "tighter" | "looser" | "neither";
  /** The direction with its arrow: "▲ tighter". */
  readonly directionWord: string;
  readonly ramp: string;
  /** Whether the replays read this parameter at all. */
  readonly replayed: boolean;
}

/** The proposal's changes in its own order. */
export function changeRows(proposal: Pick<Proposal, "changes">): ChangeRow[] {
  return proposal.changes.map(({ scope, name, from, to, rampSeconds }) => {
    const spec = specOf(name);
    const written = (value: number) => (spec === undefined ? String(value) : formatAmount(value, spec.unit, name).replaceAll(" ", "\u00a0"));
    const raw = (value: number) => (spec === undefined ? String(value) : formatRaw(value, spec.unit).replaceAll(" ", "\u00a0"));
    const direction = spec === undefined || spec.tighter === "neutral" ? "neither" : to > from === (spec.tighter === "up") ? "tighter" : "looser";
    return {
      key: visibleLine(`${scope}.${name}`),
      label: visibleLine(capitalised(labelOf({ scope, name }))),
      doc: spec?.doc.replaceAll(" %", "\u00a0%") ?? "A parameter this version of Ballast does not know.",
      from: written(from),
      to: written(to),
      rawFrom: raw(from),
      rawTo: raw(to),
      direction,
      directionWord: { tighter: "▲ tighter", looser: "▼ looser", neither: "◆ no safe side" }[direction],
      ramp: rampSeconds === 0 ? "at once" : `over ${formatDuration(rampSeconds).replaceAll(" ", "\u00a0")}`,
      replayed: spec !== undefined && spec.reach !== "registry",
    };
  });
}

/** With its first letter as a capital. */
export function capitalised(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
