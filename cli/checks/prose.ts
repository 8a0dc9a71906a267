import { type Change, keysOf, type ParameterSet, specOf, type Unit } from "../../sim/parameters/index.ts";
import { labelOf } from "../proposal/labels.ts";

/** A number in prose that says something about a changed parameter. */
export interface Claim {
  readonly kind: "from" | "to" | "by" | "over" | "is";
  /** The changes it may be about: several where the prose names no asset. */
  readonly changes: readonly Change[];
  readonly quantity: Quantity;
  /** Counts from 1, in the text it was found in. */
  readonly line: number;
  /** As it is written, from the parameter to the number. */
  readonly excerpt: string;
}

/** A number as somebody wrote it. */
export interface Quantity {
  readonly value: number;
  readonly decimals: number;
  /** Lower case; empty where there is none. */
  readonly unit: string;
  /** "about 30 %" */
  readonly rough: boolean;
}

/** Under such a heading stands what is not proposed. */
const ALTERNATIVES = /\b(instead|alternatives?|considered|rejected|not proposed)\b/i;

const NUMBER = "\\d+(?:[,_' \\u00a0\\u202f]\\d{3})*(?:\\.\\d+)?";
const UNIT_WORDS =
  "%|bps|bp|basis points?|percentage points?|pp|per cent|percent|seconds?|s|minutes?|min|hours?|h|days?|d|weeks?|[kmb]\\s?usd|thousand usd|million usd|billion usd|million|billion|times a year|a year|/year";
const ROUGH = "(?:about|around|roughly|some|nearly|almost|approximately|~)\\s*";
const quantity = (name: string) => `(?<${name}r>${ROUGH})?(?<${name}>${NUMBER})(?:[\\s\\u00a0]?(?<${name}u>${UNIT_WORDS}))?(?![\\w%])`;

/** How prose ties numbers to a parameter; each after the parameter's name, the first two also before it. */
const PAIR = new RegExp(
  `(?:\\bfrom\\s+${quantity("a")}\\s+(?:up\\s+|down\\s+)?to\\s+${quantity("b")}|${quantity("c")}\\s*(?:→|->|=>|⇒)\\s*${quantity("d")})`,
  "gi",
);
const SINGLE = new RegExp(`(?<word>\\b(?:to|by|of|at|is|over)\\s|[=:])\\s*${quantity("a")}`, "gi");

/**
 * The numbers in prose that stand beside the name of a changed parameter. A sentence about a parameter that does not change, and what stands under a
 * heading of alternatives, is left alone; so is a number that no such word ties to a name.
 *
 * @example claimsIn("Raise ETH.volBuffer from 25 % to 28 %.", base, changes).map(({ kind, quantity }) => [kind, quantity.value]) // [["from", 25], ["to", 28]]
 */
export function claimsIn(text: string, base: ParameterSet, changes: readonly Change[]): Claim[] {
  return sentencesOf(text).flatMap(({ sentence, offset }) => {
    const mentions = mentionsIn(sentence, base, changes);
    if (mentions.length === 0) return [];
    const lineAt = (at: number) => text.slice(0, offset + at).split("\n").length;
    return claimsOf(sentence, mentions).map(({ at, mention, ...claim }) => ({
      ...claim,
      changes: mention.changes,
      line: lineAt(at),
      excerpt: sentence
        .slice(Math.min(mention.start, at), Math.max(mention.end, at + claim.length))
        .replace(/\s+/g, " ")
        .slice(0, 120),
    }));
  });
}

interface Mention {
  readonly start: number;
  readonly end: number;
  readonly changes: readonly Change[];
}

/** Every parameter a sentence names, changed or not, in its order; overlapping names count once, the longer one. */
function mentionsIn(sentence: string, base: ParameterSet, changes: readonly Change[]): Mention[] {
  const scopes = [...new Set(keysOf(base).map(({ scope }) => scope))];
  const found: Mention[] = [];
  for (const name of new Set(keysOf(base).map((key) => key.name))) {
    const label = labelOf({ scope: "protocol", name });
    const words = [name, label].map((one) => one.replace(/\s+/g, "\\s+")).join("|");
    const pattern = new RegExp(
      `(?:\\b(?<before>${scopes.join("|")})(?:['’]s)?[\\s.]+)?\\b(?:${words})\\b(?:\\s+(?:of|for|on)\\s+(?<after>${scopes.join("|")})\\b)?`,
      "gi",
    );
    for (const match of sentence.matchAll(pattern)) {
      const scope = match.groups?.before ?? match.groups?.after;
      const own = changes.filter((change) => change.name === name && (scope === undefined || change.scope.toLowerCase() === scope.toLowerCase()));
      found.push({ start: match.index, end: match.index + match[0].length, changes: own });
    }
  }
  return found
    .filter((one) => !found.some((other) => other !== one && other.start <= one.start && other.end >= one.end && other.end - other.start > one.end - one.start))
    .sort((a, b) => a.start - b.start);
}

type Found = Omit<Claim, "changes" | "line" | "excerpt"> & { readonly at: number; readonly length: number; readonly mention: Mention };

function claimsOf(sentence: string, mentions: readonly Mention[]): Found[] {
  const found: Found[] = [];
  const taken: (readonly [number, number])[] = [];
  for (const match of sentence.matchAll(PAIR)) {
    const place = { at: match.index, length: match[0].length };
    taken.push([place.at, place.at + place.length]);
    const mention = nearest(mentions, sentence, place.at) ?? owner(mentions, sentence, place.at + place.length);
    if (mention === undefined || mention.changes.length === 0) continue;
    const [first, second] = match.groups?.a === undefined ? (["c", "d"] as const) : (["a", "b"] as const);
    const to = quantityOf(match.groups, second);
    const from = quantityOf(match.groups, first);
    // "from 25 to 30 %": the unit stands once.
    found.push(
      { kind: "from", quantity: { ...from, unit: from.unit === "" ? to.unit : from.unit }, mention, ...place },
      { kind: "to", quantity: to, mention, ...place },
    );
  }
  for (const match of sentence.matchAll(SINGLE)) {
    const place = { at: match.index, length: match[0].length };
    if (taken.some(([start, end]) => place.at < end && place.at + place.length > start)) continue;
    const word = match.groups?.word.trim().toLowerCase() ?? "";
    const kind = word === "to" || word === "by" || word === "over" ? word : "is";
    const mention =
      kind === "is" ? named(mentions, sentence, place.at) : kind === "over" ? moved(found, sentence, place.at) : nearest(mentions, sentence, place.at);
    if (mention === undefined || mention.changes.length === 0) continue;
    found.push({ kind, quantity: quantityOf(match.groups, "a"), mention, ...place });
  }
  return found;
}

/** The last parameter named before a place, unless a clause ends in between; a colon or an equals sign right behind the name ends none. */
function nearest(mentions: readonly Mention[], sentence: string, at: number): Mention | undefined {
  const last = mentions.filter(({ end }) => end <= at).at(-1);
  if (last === undefined) return undefined;
  const between = sentence.slice(last.end, at).replace(/^[`*_"\s]*[:=]/, "");
  return CLAUSE_ENDS.test(between) ? undefined : last;
}

const CLAUSE_ENDS = /[,;:()]|\b(?:which|while|because|since|as|after|when|if)\b/i;

/** The parameter whose name the number follows. */
function named(mentions: readonly Mention[], sentence: string, at: number): Mention | undefined {
  return mentions.find(({ end }) => end <= at && /^[`*_"\s(]*$/.test(sentence.slice(end, at)));
}

/** The parameter whose move a duration follows: only a change takes place over a time, everything else was seen over it. */
function moved(found: readonly Found[], sentence: string, at: number): Mention | undefined {
  return found.find((claim) => claim.at + claim.length <= at && /^[\s,]*$/.test(sentence.slice(claim.at + claim.length, at)))?.mention;
}

/** The parameter a number belongs to by an "of": "from 25 % to 30 % of the volatility buffer". */
function owner(mentions: readonly Mention[], sentence: string, end: number): Mention | undefined {
  const next = mentions.find(({ start }) => start >= end);
  return next !== undefined && /^\s+(?:of|for|in|on)\s+(?:the\s+|our\s+|its\s+)?[`*_"]*$/.test(sentence.slice(end, next.start)) ? next : undefined;
}

function quantityOf(groups: Readonly<Record<string, string | undefined>> | undefined, name: string): Quantity {
  const digits = (groups?.[name] ?? "").replace(/[,_' \u00a0\u202f]/g, "");
  return {
    value: Number(digits),
    decimals: digits.split(".")[1]?.length ?? 0,
    unit: (groups?.[`${name}u`] ?? "").toLowerCase().replace(/\s+/g, " "),
    rough: groups?.[`${name}r`] !== undefined,
  };
}

/** Sentences with where they begin; lines of a paragraph are one text. What stands under a heading of alternatives is left out. */
function sentencesOf(text: string): { readonly sentence: string; readonly offset: number }[] {
  const found: { sentence: string; offset: number }[] = [];
  let skippedLevel = 0;
  let offset = 0;
  for (const block of text.split(/(\n\s*\n|\n(?=\s*(?:[-*+]|\d+\.|#+|\|)\s))/)) {
    const level = /^\s*(#+)\s/.exec(block)?.[1].length ?? 0;
    if (level > 0 && (skippedLevel === 0 || level <= skippedLevel)) skippedLevel = ALTERNATIVES.test(block) ? level : 0;
    if (skippedLevel === 0) {
      let at = 0;
      for (const sentence of block.split(/(?<=[.!?])(?=\s+[\p{Lu}"“(])/u)) {
        found.push({ sentence: sentence.replaceAll("\n", " "), offset: offset + at });
        at += sentence.length;
      }
    }
    offset += block.length;
  }
  return found;
}

/** What a written unit is in a parameter's own, or undefined where it is the unit of something else. */
const FACTORS: Readonly<Record<Unit, Readonly<Record<string, number>>>> = {
  bps: {
    "%": 100,
    "per cent": 100,
    percent: 100,
    "percentage point": 100,
    "percentage points": 100,
    pp: 100,
    bps: 1,
    bp: 1,
    "basis point": 1,
    "basis points": 1,
  },
  seconds: {
    s: 1,
    second: 1,
    seconds: 1,
    min: 60,
    minute: 60,
    minutes: 60,
    h: 3_600,
    hour: 3_600,
    hours: 3_600,
    d: 86_400,
    day: 86_400,
    days: 86_400,
    week: 604_800,
    weeks: 604_800,
  },
  days: { d: 1, day: 1, days: 1, week: 7, weeks: 7 },
  choice: {},
  usdThousands: {
    "k usd": 1,
    kusd: 1,
    "thousand usd": 1,
    "m usd": 1_000,
    musd: 1_000,
    million: 1_000,
    "million usd": 1_000,
    "b usd": 1_000_000,
    busd: 1_000_000,
    billion: 1_000_000,
    "billion usd": 1_000_000,
  },
  bpsPerYear: { "a year": 10_000, "/year": 10_000, "times a year": 10_000, bps: 1, "%": 100 },
};

/**
 * What a quantity may mean in the unit of a parameter: one value where it has a unit, every reading of a bare number; none where its unit is not the
 * parameter's, so that it says something else.
 *
 * @example readingsOf({ value: 30, decimals: 0, unit: "%", rough: false }, "volBuffer") // [3000]
 */
export function readingsOf({ value, unit }: Quantity, name: string): number[] {
  const factors = FACTORS[specOf(name)?.unit ?? "choice"];
  if (unit !== "") return factors[unit] === undefined ? [] : [value * factors[unit]];
  return [...new Set([1, ...Object.values(factors)])].map((factor) => value * factor);
}
