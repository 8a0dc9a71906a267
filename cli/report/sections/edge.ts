import { type Estimate, estimate, type Word, wordFor } from "../../../sim/verdict/index.ts";
import type { Evidence } from "../../proposal/evidence.ts";
import { day, interval, percentChange, plural } from "../format.ts";
import { capitalised } from "./changes.ts";

/** How far the protocol stands from the edge: the smallest sudden moves that exhaust the insurance fund. */
export interface EdgeView {
  readonly sentence: string;
  readonly rows: readonly EdgeRow[];
  readonly note: string;
}

export interface EdgeRow {
  readonly label: string;
  /** "BTC −27.8 %, ETH −41.7 %" */
  readonly today: string;
  readonly proposed: string;
  /** "+0.3 σ", and "+0.1 to +0.5 σ"; the interval is empty with one seed. */
  readonly change: string;
  readonly interval: string;
  readonly word: Word;
  readonly wordText: string;
  readonly tone: "pass" | "warn" | "muted";
}

type ReverseStress = Evidence["executionShocks"][number]["shock"]["reverseStress"]["proposed"];
type Broken = ReverseStress["directions"][number];

/** Less than this, in standard deviations, nobody would call a difference. */
const NEGLIGIBLE_SIGMA = 0.005;

/** @example edgeView(evidence).rows[0].label // "Everything falls" */
export function edgeView({ executionShocks }: Pick<Evidence, "executionShocks">): EdgeView {
  const stresses = executionShocks.map(({ shock }) => shock.reverseStress);
  const [{ proposed: first }] = stresses;
  const rows: EdgeRow[] = [];
  const unbroken: string[] = [];
  first.directions.forEach(({ name }, d) => {
    const today = stresses.map(({ baseline }) => baseline.directions[d]);
    const proposed = stresses.map(({ proposed }) => proposed.directions[d]);
    if ([...today, ...proposed].every(({ distance }) => distance !== null)) rows.push(rowOf(name, today, proposed));
    else unbroken.push(name);
  });
  const survives = unbroken.length === 0 ? "" : ` Some draws survive anything between −95 % and +400 % in: ${unbroken.join("; ")}.`;
  return {
    sentence: sentenceOf(first),
    rows,
    note: `Means over ${plural(stresses.length, "seed")} of the moves at which all accounts together are below zero by more than the fund, all prices jumping at once and nobody liquidated on the way. σ: standard deviations of a day at the volatility of that hour, joint over the assets; a change is better the farther the edge.${survives}`,
  };
}

function rowOf(name: string, today: readonly Broken[], proposed: readonly Broken[]): EdgeRow {
  const change = estimate(proposed.map(({ distance }, seed) => (distance as number) - (today[seed].distance as number)));
  const word = wordFor(change, "up", NEGLIGIBLE_SIGMA);
  return {
    label: capitalised(name),
    today: meanMoves(today),
    proposed: meanMoves(proposed),
    change: sigmas(change.value),
    interval: intervalWords(change),
    word,
    wordText: capitalised(word),
    tone: word === "improves" ? "pass" : word === "worsens" ? "warn" : "muted",
  };
}

function sentenceOf({ nearest, hour }: ReverseStress): string {
  const when = `in the market of ${day(hour)}`;
  if (nearest?.moves == null || nearest.distance === null) return `Under the proposed values no sudden move looked at exhausts the insurance fund ${when}.`;
  return `Under the proposed values the most plausible sudden move found that exhausts the insurance fund ${when} is ${movesText(nearest.moves)}: ${nearest.distance.toFixed(1)} standard deviations of a day, by one draw of the accounts.`;
}

function meanMoves(broken: readonly Broken[]): string {
  const assets = Object.keys(broken[0].moves ?? {});
  return movesText(Object.fromEntries(assets.map((asset) => [asset, estimate(broken.map(({ moves }) => moves?.[asset] ?? Number.NaN)).value])));
}

function movesText(moves: Readonly<Record<string, number>>): string {
  return Object.entries(moves)
    .filter(([, move]) => move !== 0)
    .map(([asset, move]) => `${asset}\u00a0${percentChange(move)}`)
    .join(", ");
}

function intervalWords({ interval: ends }: Estimate): string {
  return ends === undefined ? "" : interval([ends.low, ends.high], sigmas);
}

/** "+0.31 σ" */
function sigmas(value: number): string {
  const size = Math.abs(value).toFixed(2);
  return `${size === "0.00" ? "" : value > 0 ? "+" : "−"}${size}\u00a0σ`;
}
