import { type Change, specOf } from "../../sim/parameters/index.ts";
import { changeSentence } from "../proposal/description.ts";
import { plural } from "../report/format.ts";
import type { Check } from "./check.ts";
import { type Claim, claimsIn, type Quantity, readingsOf } from "./prose.ts";

/** "About 30 %" may be 29 or 31. */
const ROUGHLY = 0.05;
/** Decimals of a double are no decimals of a text: 0.07 · 100 is 7.000000000000001. */
const EXACTLY = 1e-9;

export const proseNumbers: Check = {
  id: "prose-numbers",
  title: "The numbers in the prose are those of the change",
  why: "Voters read sentences. A sentence that says 28 % over calldata that says 30 % gets the wrong number through a vote.",
  incident: "Practice, not one incident: Sky writes “increase X by a % from b to c” over every line of a spell, and checks it.",
  fix: "Write the numbers of proposal.yaml into title and rationale.md, or say what else they are about.",
  severity: "warn",
  kind: "check",
  run({ proposal }, emit) {
    const texts = [
      { file: "The title", text: proposal.title, lines: false },
      { file: "rationale.md", text: proposal.rationale, lines: true },
    ];
    let read = 0;
    for (const { file, text, lines } of texts) {
      for (const claim of claimsIn(text, proposal.base, proposal.changes)) {
        read += 1;
        if (claim.changes.some((change) => agrees(claim, change))) continue;
        emit({ message: `${file}${lines ? `:${claim.line}` : ""} says "${claim.excerpt}"; the change is: ${claim.changes.map(changeSentence).join("; ")}.` });
      }
    }
    return `${plural(read, "number")} beside the name of a changed parameter, in the title and rationale.md`;
  },
};

/** Whether a number is one that the change makes true. A number that cannot be about the parameter, by its unit, says nothing about it. */
function agrees({ kind, quantity }: Claim, change: Change): boolean {
  const { name, from, to, rampSeconds } = change;
  if (kind === "over") {
    const seconds = readingsOf(quantity, "horizon");
    return quantity.unit === "" || seconds.length === 0 || isOneOf(seconds, [rampSeconds], quantity);
  }
  const readings = readingsOf(quantity, name);
  if (kind === "by")
    return (readings.length === 0 && quantity.unit !== "%") || isOneOf(readings, [Math.abs(to - from)], quantity) || isRelative(quantity, change);
  if (readings.length === 0) return true;
  if (kind === "from") return isOneOf(readings, [from], quantity);
  if (kind === "to") return isOneOf(readings, [to], quantity);
  // "a buffer of 25 %": today's, tomorrow's, or as far as it could go.
  const spec = specOf(name);
  return isOneOf(readings, [from, to, spec?.min ?? from, spec?.max ?? from], quantity);
}

function isOneOf(readings: readonly number[], values: readonly number[], { rough }: Quantity): boolean {
  return readings.some((reading) => values.some((value) => Math.abs(reading - value) <= (rough ? ROUGHLY : EXACTLY) * Math.max(1, Math.abs(value))));
}

/** "By a fifth of what it was", in per cent, as exact as it is written. */
function isRelative({ value, decimals, unit, rough }: Quantity, { from, to }: Change): boolean {
  if (from === 0 || !["%", "per cent", "percent"].includes(unit)) return false;
  const exact = Math.abs(to / from - 1) * 100;
  const least = 10 ** -decimals / 2 + EXACTLY;
  return Math.abs(value - exact) <= (rough ? Math.max(least, ROUGHLY * exact) : least);
}
