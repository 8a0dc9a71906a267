import { LEVELS } from "../../../sim/verdict/index.ts";
import type { Attribution, Evidence } from "../../proposal/evidence.ts";
import { labelOf } from "../../proposal/labels.ts";
import { interval, plural, points } from "../format.ts";
import { capitalised } from "./changes.ts";
import { gateLabel } from "./gates.ts";

/** Which of several changes does what. */
export interface AttributionView {
  readonly note: string;
  /** The changes, and below them all together. */
  readonly columns: readonly string[];
  readonly rows: readonly AttributionRow[];
}

export interface AttributionRow {
  readonly label: string;
  /** `ETH.volBuffer`; empty for the sum. */
  readonly key: string;
  /** "+0.42 pp", and its interval "+0.3 to +0.5 pp" where there is one. */
  readonly cells: readonly { readonly value: string; readonly interval: string }[];
}

/** The attribution of the evidence in words; undefined where it has none. */
export function attributionView({ attribution }: Pick<Evidence, "attribution">): AttributionView | undefined {
  if (attribution === undefined || attribution.metrics.length === 0) return undefined;
  const { metrics } = attribution;
  const rows = metrics[0].shares.map(({ key }, change): AttributionRow => {
    const [scope, name] = key.split(".");
    return { label: capitalised(labelOf({ scope, name })), key, cells: metrics.map(({ shares }) => cellOf(shares[change])) };
  });
  const total = { label: "All changes together", key: "", cells: metrics.map((metric) => ({ value: points(metric.total), interval: "" })) };
  return { note: noteOf(attribution), columns: metrics.map(({ id }) => (Object.hasOwn(LEVELS, id) ? gateLabel(id) : id)), rows: [...rows, total] };
}

function cellOf({ value, low, high, standardError }: Attribution["metrics"][number]["shares"][number]): AttributionRow["cells"][number] {
  const seeds = low === null || high === null ? "" : interval([low, high], points);
  const orders = standardError < 0.00005 ? "" : `orders ±${points(standardError).replace("+", "")}`;
  return { value: points(value), interval: [seeds, orders].filter(Boolean).join("; ") };
}

function noteOf({ crashes, seeds, accounts, counts, orders }: Attribution): string {
  const how =
    orders === 0
      ? "every combination of the changes was replayed"
      : `combinations along ${plural(orders, "random order")} of the changes were replayed, so a share carries a standard error of its own, behind “orders”`;
  return `Shapley values: what a change adds to a figure, averaged over all orders in which the changes could be made; the rows add up to the last. For this ${how}, over ${plural(crashes.length, "crash", "crashes")}, ${plural(seeds.length, "seed")} of ${plural(accounts, "account")} and ${plural(counts.filtered + counts.stressed, "scenario")}: a smaller run than the one above, so its sums differ from the figures there. Below each share its 95 % interval over the seeds. pp: percentage points.`;
}
