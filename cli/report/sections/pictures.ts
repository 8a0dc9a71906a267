import type { Outcome } from "../../../sim/replay/outcome.ts";
import type { CostSafety } from "../charts/cost-safety.ts";
import { type CrashPath, hasShortfall } from "../charts/crash-path.ts";
import type { MarginLoss, MarginLossPoint } from "../charts/margin-loss.ts";
import { count, countChange, day, percentChange, plural, usd, usdChange } from "../format.ts";
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
  readonly costSafety: Picture<CostSafety>;
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
  const peak = (series: Outcome["series"]) => Math.max(...series.maintenance);
  const caution = least(b) > least(a) && peak(b) < peak(a) ? " A smaller requirement is easier to stand above: that alone makes nobody safer." : "";
  const data = { startHour: b.startHour, fundStart: proposed.fundStart, prices: pricesOf(proposed), today: a, proposed: b };
  const largest = Math.max(...a.shortfall, ...b.shortfall);
  return {
    title: `Through the worst crash: ${named(worst)}`,
    takeaway: `At its tightest hour the equity of the whole book was ${spareWords(least(b))} its maintenance margin, against ${spareWords(least(a))} it under today's parameters.`,
    reading: `Sums over all accounts, hour by hour; equity is after haircuts.${caution} ${
      hasShortfall(data)
        ? "A shortfall is what single accounts lost beyond what they held, realised or open: it can grow while the book as a whole has equity to spare."
        : largest < 0.5
          ? "No account lost more than it held, under either set: the last panel shows what was liquidated instead."
          : `The shortfall never exceeded ${usd(largest)}, less than a hundredth of the insurance fund: the last panel shows what was liquidated instead.`
    }`,
    data,
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

/** Below a thousandth of the insurance fund a change of shortfall is noise, and liquidations say more. */
const NOTICEABLE_OF_FUND = 0.001;

function costSafetyPicture(comparisons: readonly Comparison[]): Picture<CostSafety> {
  const measure = comparisons.some(({ today, proposed }) => Math.abs(proposed.shortfallOfFund - today.shortfallOfFund) >= NOTICEABLE_OF_FUND)
    ? "shortfall"
    : "liquidations";
  const liquidated = ({ accountsLiquidated, accounts }: Comparison["today"]) => accountsLiquidated / accounts;
  const points = comparisons.map(({ title, worst, today, proposed }) => ({
    title,
    worst,
    cost: proposed.marginRate / today.marginRate - 1,
    safety: measure === "shortfall" ? proposed.shortfall - today.shortfall : liquidated(proposed) - liquidated(today),
  }));
  const least = measure === "shortfall" ? 0.5 : 1e-9;
  const safer = points.filter(({ safety }) => safety <= -least);
  const lessSafe = points.filter(({ safety }) => safety >= least);
  const which = lessSafe.length > 0 && lessSafe.length <= 3 ? ` (${lessSafe.map(({ title }) => title).join(", ")})` : "";
  const crashes = (several: readonly unknown[]) => plural(several.length, "crash", "crashes");
  const same = points.filter(({ safety }) => Math.abs(safety) < least);
  const [down, up] = measure === "shortfall" ? ["shrinks", "grows"] : ["falls", "rises"];
  const subject = measure === "shortfall" ? "The shortfall" : "Shortfalls hardly change; the number of accounts liquidated";
  return {
    title: "What it costs, and what it buys",
    takeaway: `${subject} ${listed([
      safer.length > 0 ? `${down} in ${crashes(safer)}` : "",
      lessSafe.length > 0 ? `${up} in ${crashes(lessSafe)}${which}` : "",
      same.length > 0 ? `stays the same in ${crashes(same)}` : "",
    ])}.`,
    reading: `Each mark is one crash: further right, traders post more margin; further down, ${
      measure === "shortfall" ? "less is lost beyond what accounts held" : "fewer accounts are liquidated"
    }.`,
    data: { measure, points },
    table: {
      caption: "What changes, by crash",
      columns: ["Crash", "Margin rate", "Shortfall", "Accounts liquidated"],
      rows: comparisons.map(({ title, today, proposed }, index) => [
        title,
        percentChange(points[index].cost),
        usdChange(proposed.shortfall - today.shortfall),
        countChange(proposed.accountsLiquidated - today.accountsLiquidated),
      ]),
    },
  };
}

/** "shrinks in 8 crashes, grows in 1 crash and stays the same in 1 crash" */
function listed(parts: readonly string[]): string {
  const said = parts.filter(Boolean);
  return said.length > 1 ? `${said.slice(0, -1).join(", ")} and ${said.at(-1)}` : said[0];
}

function spareWords(spare: number): string {
  return `${usd(Math.abs(spare))} ${spare >= 0 ? "above" : "below"}`;
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
