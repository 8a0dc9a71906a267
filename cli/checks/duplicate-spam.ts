import { basename, resolve } from "node:path";
import { type Change, valueOf } from "../../sim/parameters/index.ts";
import { limitsOf } from "../proposal/limits.ts";
import type { Proposal } from "../proposal/load.ts";
import { percent, plural } from "../report/format.ts";
import type { Check } from "./check.ts";

/** Proposals whose numbers are no further apart than this stand before voters together: Synthetify's were ten. */
const RECENT = 10;
/** From so many letters on, a word with one letter changed is read as the same word. */
const LONG_WORD = 5;

export const duplicateSpam: Check = {
  id: "duplicate-spam",
  title: "No recent proposal looks the same",
  why: "Voters who see the same proposal again and again stop looking, and the one that differs passes among the others.",
  incident: "Synthetify, October 2023: nine harmless copies of a proposal, and a tenth that took USD 230 000.",
  fix: "Withdraw the copy, or give the proposal a title that says what is different about it.",
  severity: "warn",
  kind: "check",
  async run(context, emit) {
    const { proposal, folder, policy } = context;
    const { similarity } = limitsOf(policy);
    const number = numberOf(basename(resolve(folder)));
    const recent = (await context.neighbours()).filter(({ name }) => Math.abs(numberOf(name) - number) <= RECENT);
    let compared = 0;
    for (const { name, proposal: other } of recent) {
      if (other === undefined || isInForce(other, proposal)) continue;
      compared += 1;
      const share = shareOfEqualChanges(proposal.changes, other.changes);
      if (share >= similarity) emit({ message: `${name} makes the same changes: ${percent(share)} of all that the two make are equal.` });
      else if (titlesLookAlike(proposal.title, other.title)) {
        emit({ message: `${name} has a title that reads the same ("${other.title}"), and only ${percent(share)} of their changes are equal.` });
      }
    }
    return `changes and title held against ${plural(compared, "recent proposal")} of the folder`;
  },
};

/**
 * How many of the changes that two proposals make are made by both, as a share of all (Jaccard's index).
 *
 * @example shareOfEqualChanges(changes, changes) // 1
 */
export function shareOfEqualChanges(some: readonly Change[], others: readonly Change[]): number {
  const key = ({ scope, name, from, to }: Change) => `${scope}.${name} ${from} ${to}`;
  const [a, b] = [new Set(some.map(key)), new Set(others.map(key))];
  const both = [...a].filter((one) => b.has(one)).length;
  const all = new Set([...a, ...b]).size;
  return all === 0 ? 0 : both / all;
}

/**
 * Whether two titles read as one: word by word the same but for case, punctuation, one letter of a long word, and letters that are not ASCII, which may be drawn
 * like any other. Numbers and short words, names of assets among them, have to be equal.
 *
 * @example titlesLookAlike("Raise ETH volatility buffer", "Raise ETH volatilty buffer") // true
 * @example titlesLookAlike("Raise ETH volatility buffer", "Raise BTC volatility buffer") // false
 */
export function titlesLookAlike(a: string, b: string): boolean {
  const [some, others] = [wordsOf(a), wordsOf(b)];
  return some.length === others.length && some.every((word, i) => wordsLookAlike(word, others[i] ?? ""));
}

function wordsOf(title: string): string[] {
  return (
    title
      .normalize("NFKC")
      .replace(/[\p{Cf}\p{Mn}]/gu, "")
      .toLowerCase()
      .match(/[\p{L}\p{N}.%]+/gu) ?? []
  );
}

function wordsLookAlike(a: string, b: string): boolean {
  if (a === b) return true;
  const [some, others] = [Array.from(a), Array.from(b)];
  const isDrawnAlike = some.length === others.length && some.every((letter, i) => letter === others[i] || letter > "\x7f" || (others[i] ?? "") > "\x7f");
  if (isDrawnAlike) return true;
  const isLong = Math.min(some.length, others.length) >= LONG_WORD && !/\d/.test(a + b);
  return isLong && isOneEditApart(some, others);
}

function isOneEditApart(a: readonly string[], b: readonly string[]): boolean {
  let start = 0;
  while (start < Math.min(a.length, b.length) && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  return Math.max(a.length, b.length) - start - end <= 1;
}

/** Whether everything another proposal asks for is in force: it has been executed, and competes for no vote. */
function isInForce({ changes }: Proposal, { base }: Proposal): boolean {
  return changes.every((change) => {
    try {
      return valueOf(base, change) === change.to;
    } catch {
      return false; // an asset that this proposal's base does not have
    }
  });
}

function numberOf(name: string): number {
  return Number(/^[0-9]{4}/.exec(name)?.[0] ?? Number.NaN);
}
