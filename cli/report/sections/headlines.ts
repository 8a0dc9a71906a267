import { CONFIDENCE, type Estimate, type Headline, headlinesOf, LEVELS, NEGLIGIBLE, type Word } from "../../../sim/verdict/index.ts";
import { drawnFrom } from "../../backtest/verdict.ts";
import type { Evidence } from "../../proposal/evidence.ts";
import { interval, percent, plural, points, share } from "../format.ts";
import { capitalised } from "./changes.ts";

/** The headline figures: today, proposed, how each changes, and whether that can be told. */
export interface Headlines {
  /** "Over 16 seeds it improves …; it worsens …; on … they cannot tell." */
  readonly sentence: string;
  readonly rows: readonly HeadlineRow[];
  /** How to read the intervals. */
  readonly note: string;
}

export interface HeadlineRow {
  readonly id: string;
  readonly label: string;
  readonly meaning: string;
  readonly today: string;
  readonly proposed: string;
  /** "+0.42 pp" */
  readonly change: string;
  /** "+0.31 to +0.53 pp"; empty with one seed. */
  readonly interval: string;
  readonly word: Word;
  /** "Improves" */
  readonly wordText: string;
  readonly tone: "pass" | "warn" | "muted";
  /** The change and its interval, and the largest of their sizes, in fractions; undefined without an interval. */
  readonly bar: { readonly value: number; readonly low: number; readonly high: number; readonly scale: number } | undefined;
}

interface Wording {
  readonly label: string;
  /** Within a sentence. */
  readonly phrase: string;
  readonly format: (value: number) => string;
}

const WORDING: Readonly<Record<string, Wording>> = {
  "shortfall.worst": { label: "Shortfall, worst crash", phrase: "the worst crash's shortfall", format: percent },
  "coverage.worst": { label: "Coverage, worst crash", phrase: "the worst crash's coverage", format: share },
  "coverage.mean": { label: "Coverage, mean", phrase: "mean coverage", format: share },
  "liquidated.mean": { label: "Accounts liquidated, mean", phrase: "the number of accounts liquidated", format: percent },
  "margin.rate": { label: "Margin rate, mean", phrase: "the margin asked for", format: percent },
  "procyclicality.fiveDayRise": { label: "Five-day rise of margin", phrase: "the five-day rise of margin", format: percent },
};

/** @example headlinesView(evidence).rows[1].word // "improves" */
export function headlinesView(evidence: Evidence): Headlines {
  const headlines = headlinesOf(drawnFrom(evidence)).filter(({ proposed }) => Number.isFinite(proposed.value));
  const seeds = evidence.context.seeds.length;
  return { sentence: sentenceOf(headlines, seeds), rows: headlines.map(rowOf), note: noteOf(evidence) };
}

function rowOf({ id, baseline, proposed, change, word }: Headline): HeadlineRow {
  const { label, format } = WORDING[id];
  const interval = change.interval;
  return {
    id,
    label,
    meaning: LEVELS[id].doc,
    today: format(baseline.value),
    proposed: format(proposed.value),
    change: points(change.value),
    interval: intervalWords(change),
    word,
    wordText: capitalised(word),
    tone: word === "improves" ? "pass" : word === "worsens" ? "warn" : "muted",
    bar:
      interval === undefined || !isWide(change)
        ? undefined
        : { value: change.value, ...interval, scale: Math.max(Math.abs(interval.low), Math.abs(interval.high)) },
  };
}

function intervalWords({ interval: ends }: Estimate): string {
  if (ends === undefined) return "";
  if (ends.low === ends.high) return "the same in every seed";
  return interval([ends.low, ends.high], points) || "narrower than 0.01\u00a0pp";
}

/** Narrower than anybody could see. */
function isWide({ interval }: Estimate): boolean {
  return interval !== undefined && interval.high - interval.low > NEGLIGIBLE / 50;
}

function sentenceOf(headlines: readonly Headline[], seeds: number): string {
  if (headlines.length === 0) return "";
  if (seeds === 1) return "With one seed there is no interval: whether any difference is more than chance cannot be told.";
  const phrases = (keeps: (headline: Headline) => boolean) => listed(headlines.filter(keeps).map(({ id }) => WORDING[id].phrase));
  const named = (word: Word) => phrases((one) => one.word === word);
  const isStill = ({ change }: Headline) => change.interval?.low === 0 && change.interval.high === 0;
  const still = phrases(isStill);
  const open = phrases((one) => one.word === "cannot tell" && !isStill(one));
  const parts = [
    named("improves") === "" ? "" : `improves ${named("improves")}`,
    named("worsens") === "" ? "" : `worsens ${named("worsens")}`,
    open === "" ? "" : `on ${open} they cannot tell`,
    still === "" ? "" : `on ${still} it does nothing in any of them`,
  ].filter(Boolean);
  const [first, ...rest] = parts;
  const subject = first.startsWith("on ") ? "" : " it";
  return `Over ${plural(seeds, "seed")}${subject} ${[first, ...rest.map((part) => (part.startsWith("on ") ? part : `it ${part}`))].join("; ")}.`;
}

function listed(items: readonly string[]): string {
  return items.length > 1 ? `${items.slice(0, -1).join(", ")} and ${items.at(-1)}` : (items[0] ?? "");
}

function noteOf({ context }: Evidence): string {
  const draws =
    context.drawn === "accounts"
      ? "Each seed draws accounts of its own and who of them answers a margin call"
      : "The accounts are the file's: a seed draws only who of them answers a margin call";
  if (context.seeds.length === 1) return `${draws}. One was replayed: its figures stand without an interval.`;
  return `${draws}; both parameter sets see the same draw, and the change is taken within each. Figures are means over the seeds, intervals ${percent(CONFIDENCE).replace(".0", "")} ones by Student's t. A change “improves” or “worsens” where its interval leaves out nought; otherwise these replays cannot tell. The intervals stand one by one, and hold what the draws leave open: not whether these crashes, or the model, are the right ones. pp: percentage points.`;
}
