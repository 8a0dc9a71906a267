import type { Outcome } from "../../../sim/replay/outcome.ts";
import type { CostSafetyPoint } from "../charts/cost-safety.ts";
import type { CrashPath } from "../charts/crash-path.ts";
import type { MarginLoss, MarginLossPoint } from "../charts/margin-loss.ts";
import { count, day, percentChange, plural, usd, usdChange } from "../format.ts";
import type { Comparison } from "./crashes.ts";
import { named } from "./verdict.ts";

/** A chart: what it shows in a sentence, its data, and the same as a table for those who do not see it. */
export interface Picture<Data> {
  readonly title: string;
  /** The one thing to take away. */
  readonly takeaway: string;
  /** How to read it. */
  readonly reading: string;
  readonly data: Data;
  readonly table: PictureTable;
}

export interface PictureTable {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface Pictures {
  readonly crashPath: Picture<CrashPath>;
  readonly marginLoss: Picture<MarginLoss>;
  readonly costSafety: Picture<readonly CostSafetyPoint[]>;
}

/** The three charts, or undefined where the evidence compares no crash. */
export function picturesOf(comparisons: readonly Comparison[]): Pictures | undefined {
  const worst = comparisons.find((comparison) => comparison.worst);
  if (worst === undefined) return undefined;
  return { crashPath: crashPathPicture(worst), marginLoss: marginLossPicture(comparisons), costSafety: costSafetyPicture(comparisons) };
}

function crashPathPicture(worst: Comparison): Picture<CrashPath> {
  // The same random book on both sides: the proposed set's worst seed.
  const proposed = worst.proposed.outcome;
  const today =
    worst.today.outcome.seed === proposed.seed ? worst.today.outcome : (worst.today.outcomes.find(({ seed }) => seed === proposed.seed) ?? worst.today.outcome);
  const [a, b] = [today.series, proposed.series];
  const least = (series: Outcome["series"]) => Math.min(...series.equity.map((equity, hour) => equity - series.maintenance[hour]));
  return {
    title: `Through the worst crash: ${named(worst)}`,
    takeaway: `At its tightest hour the book as a whole had ${usd(least(b))} of equity above its maintenance margin, against ${usd(least(a))} under today's parameters.`,
    reading:
      "Sums over all accounts, hour by hour; equity is after haircuts. A shortfall is what single accounts lost beyond what they held, realised or open: it can grow while the book as a whole has equity to spare.",
    data: { startHour: b.startHour, prices: pricesOf(proposed), today: a, proposed: b },
    table: {
      caption: `${worst.title}, at the end of each day, UTC: today → proposed`,
      columns: ["Day", "Equity", "Maintenance margin", "Shortfall"],
      rows: dayEnds(b.equity.length).map((hour) => [
        day(b.startHour + hour),
        ...(["equity", "maintenance", "shortfall"] as const).map((name) => `${usd(a[name][hour])} → ${usd(b[name][hour])}`),
      ]),
    },
  };
}

function marginLossPicture(comparisons: readonly Comparison[]): Picture<MarginLoss> {
  const data = {
    today: comparisons.flatMap(({ today }) => worstHours(today.outcomes)),
    proposed: comparisons.flatMap(({ proposed }) => worstHours(proposed.outcomes)),
  };
  const beyond = (points: readonly MarginLossPoint[]) => points.filter(({ loss, margin }) => loss > margin).length;
  const still = data.proposed.filter(({ loss }) => loss <= 0).length;
  return {
    title: "Margin against the loss it was held for",
    takeaway: `What accounts lost over the horizon went beyond the margin of all on ${beyond(data.proposed)} of ${plural(data.proposed.length, "crash day")}, against ${beyond(data.today)} of ${count(data.today.length)} under today's parameters.`,
    reading: `Each mark is one day of one crash, at the hour whose loss came nearest to the margin or went furthest beyond it; on the line the loss eats all of it. Gains of one account cover nobody else's loss.${
      still > 0 ? ` ${still === 1 ? "One day" : `${count(still)} days`} on which nobody lost ${still === 1 ? "is" : "are"} not drawn.` : ""
    } The coverage in the table above counts accounts one by one.`,
    data,
    table: {
      caption: "Largest loss over the horizon against the maintenance margin held for it, by crash: today → proposed",
      columns: ["Crash", "Margin", "Loss", "Loss over margin"],
      rows: comparisons.map(({ title, today, proposed }) => {
        const [a, b] = [nearest(worstHours(today.outcomes)), nearest(worstHours(proposed.outcomes))];
        return [
          title,
          ...[usd, usd].map((format, index) => `${format(index === 0 ? a.margin : a.loss)} → ${format(index === 0 ? b.margin : b.loss)}`),
          `${ratio(a)} → ${ratio(b)}`,
        ];
      }),
    },
  };
}

function costSafetyPicture(comparisons: readonly Comparison[]): Picture<readonly CostSafetyPoint[]> {
  const data = comparisons.map(({ title, worst, today, proposed }) => ({
    title,
    worst,
    costChange: proposed.marginRate / today.marginRate - 1,
    shortfallChange: proposed.shortfall - today.shortfall,
  }));
  // What rounds to nothing in the table is neither safer nor less safe here.
  const safer = data.filter(({ shortfallChange }) => shortfallChange <= -0.5).length;
  const lessSafe = data.filter(({ shortfallChange }) => shortfallChange >= 0.5);
  const same = data.length - safer - lessSafe.length;
  const which = lessSafe.length > 0 && lessSafe.length <= 3 ? ` (${lessSafe.map(({ title }) => title).join(", ")})` : "";
  return {
    title: "What it costs, and what it buys",
    takeaway: `${listed([
      safer > 0 ? `shrinks in ${plural(safer, "crash", "crashes")}` : "",
      lessSafe.length > 0 ? `grows in ${plural(lessSafe.length, "crash", "crashes")}${which}` : "",
      same > 0 ? `stays the same in ${plural(same, "crash", "crashes")}` : "",
    ])}.`,
    reading: "Each mark is one crash: further right, traders post more margin; further down, less is lost beyond what accounts held.",
    data,
    table: {
      caption: "Change of the mean margin rate and of the shortfall, by crash",
      columns: ["Crash", "Margin rate", "Shortfall"],
      rows: data.map(({ title, costChange, shortfallChange }) => [title, percentChange(costChange), usdChange(shortfallChange)]),
    },
  };
}

/** "The shortfall shrinks in 8 crashes, grows in 1 crash and stays the same in 1 crash" */
function listed(parts: readonly string[]): string {
  const said = parts.filter(Boolean);
  return `The shortfall ${said.length > 1 ? `${said.slice(0, -1).join(", ")} and ${said.at(-1)}` : said[0]}`;
}

/** Prices as an index, 100 at the first hour with one. */
function pricesOf({ series, underlyings }: Outcome): CrashPath["prices"] {
  return underlyings.flatMap((asset) => {
    const prices = series.spot[asset] ?? [];
    const first = prices.find((price) => Number.isFinite(price) && price > 0);
    return first === undefined ? [] : [{ asset, index: prices.map((price) => (Number.isFinite(price) ? (100 * price) / first : null)) }];
  });
}

/** The hour of each day with the largest loss relative to its margin. */
function worstHours(outcomes: readonly Outcome[]): MarginLossPoint[] {
  return outcomes.flatMap(({ crash, series }) => {
    const byDay = new Map<number, MarginLossPoint>();
    series.horizonLoss.forEach((loss, step) => {
      const margin = series.maintenance[step];
      if (loss === null || margin <= 0) return;
      const point = { crash, hour: series.startHour + step, margin, loss };
      const key = Math.floor(point.hour / 24);
      const before = byDay.get(key);
      if (before === undefined || loss / margin > before.loss / before.margin) byDay.set(key, point);
    });
    return [...byDay.values()];
  });
}

function nearest(points: readonly MarginLossPoint[]): MarginLossPoint {
  return points.reduce(
    (worst, point) => (point.loss / point.margin > worst.loss / worst.margin ? point : worst),
    points[0] ?? { crash: "", hour: 0, margin: Number.NaN, loss: Number.NaN },
  );
}

function ratio({ loss, margin }: MarginLossPoint): string {
  return Number.isFinite(loss / margin) ? (loss / margin).toFixed(2).replace("-", "\u2212") : "unknown";
}

function dayEnds(hours: number): number[] {
  return Array.from({ length: Math.ceil(hours / 24) }, (_, index) => Math.min(hours - 1, index * 24 + 23));
}
