import { type Estimate, wordFor } from "../../../sim/verdict/index.ts";
import type { CostSafety, CostSafetyPoint } from "../charts/cost-safety.ts";
import { type CrashPath, hasShortfall } from "../charts/crash-path.ts";
import type { MarginLoss, MarginLossPoint } from "../charts/margin-loss.ts";
import { count, day, percentChange, plural, usd, usdChange } from "../format.ts";
import type { Comparison, Path } from "./crashes.ts";
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

/** The three charts, or undefined where the evidence compares no crash, or has the hourly path of none. */
export function picturesOf(comparisons: readonly Comparison[]): Pictures | undefined {
  const worst = comparisons.find((comparison) => comparison.worst);
  const [today, proposed] = [worst?.today.path, worst?.proposed.path];
  if (worst === undefined || today === undefined || proposed === undefined) return undefined;
  return { crashPath: crashPathPicture(worst, today, proposed), marginLoss: marginLossPicture(comparisons), costSafety: costSafetyPicture(comparisons) };
}

function crashPathPicture(worst: Comparison, today: Path, proposed: Path): Picture<CrashPath> {
  const [a, b] = [today.series, proposed.series];
  const least = (series: Path["series"]) => Math.min(...series.equity.map((equity, hour) => equity - series.maintenance[hour]));
  const peak = (series: Path["series"]) => Math.max(...series.maintenance);
  const caution = least(b) > least(a) && peak(b) < peak(a) ? " A smaller requirement is easier to stand above: that alone makes nobody safer." : "";
  const data = { startHour: b.startHour, fundStart: proposed.fundStart, prices: pricesOf(proposed), today: a, proposed: b };
  const largest = Math.max(...a.shortfall, ...b.shortfall);
  return {
    title: `Through the worst crash: ${named(worst)}`,
    takeaway: `At its tightest hour the equity of the whole book was ${spareWords(least(b))} its maintenance margin, against ${spareWords(least(a))} it under today's parameters.`,
    reading: `Sums over all accounts of seed ${proposed.seed}, hour by hour; equity is after haircuts.${caution} ${
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
    today: comparisons.flatMap(({ today }) => worstHours(today.path)),
    proposed: comparisons.flatMap(({ proposed }) => worstHours(proposed.path)),
  };
  const beyond = (points: readonly MarginLossPoint[]) => points.filter(({ loss, margin }) => loss > margin).length;
  const still = data.proposed.filter(({ loss }) => loss <= 0).length;
  return {
    title: "Margin against the loss it was held for",
    takeaway: `What accounts lost over the horizon went beyond the margin of all on ${beyond(data.proposed)} of ${plural(data.proposed.length, "crash day")}, against ${beyond(data.today)} of ${count(data.today.length)} under today's parameters.`,
    reading: `Each mark is one day of one crash, for the accounts of the first seed, at the hour whose loss came nearest to the margin or went furthest beyond it; on the line the loss eats all of it. Gains of one account cover nobody else's loss.${
      still > 0 ? ` ${still === 1 ? "One day" : `${count(still)} days`} on which nobody lost ${still === 1 ? "is" : "are"} not drawn.` : ""
    } The coverage in the table above counts accounts one by one.`,
    data,
    table: {
      caption: "Largest loss over the horizon against the maintenance margin held for it, by crash: today → proposed",
      columns: ["Crash", "Margin", "Loss", "Loss over margin"],
      rows: comparisons.map(({ title, today, proposed }) => {
        const [a, b] = [nearest(worstHours(today.path)), nearest(worstHours(proposed.path))];
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
  const measure = comparisons.some(({ change }) => Math.abs(change.shortfallOfFund.value) >= NOTICEABLE_OF_FUND) ? "shortfall" : "liquidations";
  const points = comparisons.map(({ title, worst, today, change, cost }): CostSafetyPoint => {
    const safety = measure === "shortfall" ? change.shortfall : scaled(change.accountsLiquidated, 1 / today.accounts);
    return { title, worst, cost: cost.value, safety: safety.value, costInterval: endsOf(cost), safetyInterval: endsOf(safety) };
  });
  const words = comparisons.map(({ change }) => wordFor(measure === "shortfall" ? change.shortfall : change.accountsLiquidated, "down", 1e-9));
  const seeds = comparisons[0].cost.draws;
  const which = (several: readonly CostSafetyPoint[]) =>
    several.length > 0 && several.length <= 3 ? ` (${several.map(({ title }) => title).join(", ")})` : "";
  const those = (keeps: (index: number) => boolean) => points.filter((_, index) => keeps(index));
  const isSame = (index: number) => points[index].safety === 0 && (points[index].safetyInterval ?? [0, 0]).every((end) => end === 0);
  // With one seed there is nothing to tell chance from change: the sign is all there is.
  const [safer, lessSafe] =
    seeds > 1
      ? [those((index) => words[index] === "improves"), those((index) => words[index] === "worsens")]
      : [points.filter(({ safety }) => safety < 0), points.filter(({ safety }) => safety > 0)];
  const same = those(isSame);
  const open = points.filter((point) => ![...safer, ...lessSafe, ...same].includes(point));
  const crashes = (several: readonly unknown[]) => plural(several.length, "crash", "crashes");
  const [down, up] = measure === "shortfall" ? ["shrinks", "grows"] : ["falls", "rises"];
  const subject = measure === "shortfall" ? "The shortfall" : "Shortfalls hardly change; the number of accounts liquidated";
  return {
    title: "What it costs, and what it buys",
    takeaway: `${subject} ${listed([
      safer.length > 0 ? `${down} in ${crashes(safer)}` : "",
      lessSafe.length > 0 ? `${up} in ${crashes(lessSafe)}${which(lessSafe)}` : "",
      same.length > 0 ? `stays the same in ${crashes(same)}` : "",
      open.length > 0 ? `may go either way in ${crashes(open)}` : "",
    ])}.`,
    reading: `Each mark is one crash, the mean over the seeds: further right, traders post more margin; further down, ${
      measure === "shortfall" ? "less is lost beyond what accounts held" : "fewer accounts are liquidated"
    }.${seeds > 1 ? " The bars are 95 % intervals over the seeds: one that crosses the line of no change leaves its sign open." : ""}`,
    data: { measure, points },
    table: {
      caption: `What changes, by crash${seeds > 1 ? ", with 95 % intervals over the seeds" : ""}`,
      columns: ["Crash", "Margin rate", "Shortfall", "Accounts liquidated"],
      rows: comparisons.map(({ title, cost, change }) => [
        title,
        withInterval(cost, percentChange),
        withInterval(change.shortfall, usdChange),
        withInterval(change.accountsLiquidated, tenths),
      ]),
    },
  };
}

function withInterval({ value, interval }: Estimate, format: (value: number) => string): string {
  if (interval === undefined || format(interval.low) === format(interval.high)) return format(value);
  return `${format(value)} (${format(interval.low)} to ${format(interval.high)})`;
}

/** A change of a mean count. */
function tenths(value: number): string {
  const text = Math.abs(value).toFixed(Number.isInteger(value) ? 0 : 1);
  return Number(text) === 0 ? "0" : `${value > 0 ? "+" : "\u2212"}${text}`;
}

function scaled({ value, interval, draws }: Estimate, by: number): Estimate {
  return { value: value * by, interval: interval === undefined ? undefined : { low: interval.low * by, high: interval.high * by }, draws };
}

function endsOf({ interval }: Estimate): readonly [number, number] | undefined {
  return interval === undefined ? undefined : [interval.low, interval.high];
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
function pricesOf({ series, underlyings }: Path): CrashPath["prices"] {
  return underlyings.flatMap((asset) => {
    const prices = series.spot[asset] ?? [];
    const first = prices.find((price) => Number.isFinite(price) && price > 0);
    return first === undefined ? [] : [{ asset, index: prices.map((price) => (Number.isFinite(price) ? (100 * price) / first : null)) }];
  });
}

/** The hour of each day with the largest loss relative to its margin. */
function worstHours(path: Path | undefined): MarginLossPoint[] {
  if (path === undefined) return [];
  const { crash, series } = path;
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
