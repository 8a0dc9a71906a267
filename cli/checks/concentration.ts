import { count, percent, plural } from "../report/format.ts";
import type { Check } from "./check.ts";

/** Fewer than three hold half of an average vote in most of the field (Messias et al. 2023, arXiv 2305.17655): here that is said. */
const FEWEST = 3;

export const concentration: Check = {
  id: "concentration",
  title: "No handful of delegates decides a vote alone",
  why: "Where two people hold half of the votes that are cast, the others only watch.",
  incident:
    "Compound 289, July 2024: one holder's bloc passed 5 % of the treasury on its third try. TrueFi, 2024: 41 M TRU against the usual 15.4 M, stopped by a canceller.",
  fix: "Have more votes delegated, to more delegates, before a vote that matters; a guardian and a higher quorum help meanwhile.",
  severity: "warn",
  kind: "check",
  async run(context, emit) {
    const attack = await context.attack();
    const found = attack?.today.concentration;
    if (found == null) {
      const missing = attack === undefined ? "no governance.yaml stands beside the policy" : "governance.yaml lists no delegate";
      emit({ message: `Nobody knows: ${missing}.`, fix: "Write one with your own figures and delegates: docs/attack.md has an example." });
      return "nothing to judge it by";
    }
    const { majority, quorum, topTenShare } = found;
    if (majority !== null && majority < FEWEST) emit({ message: `${plural(majority, "delegate")} can have more than half of a vote at the mean turnout.` });
    if (quorum !== null && quorum < FEWEST) emit({ message: `${plural(quorum, "delegate")} can reach the quorum.` });
    const needs = (fewest: number | null) => (fewest === null ? "more than all listed" : count(fewest));
    return `half of a vote takes ${needs(majority)} delegates, the quorum ${needs(quorum)}; the ten largest have ${percent(topTenShare)} of the votes listed`;
  },
};
