import { ewmaVariance, type History } from "../../sim/market/index.ts";
import { valueOf } from "../../sim/parameters/index.ts";
import { type FreshnessLimits, freshnessLimits } from "../proposal/freshness-policy.ts";
import { percent } from "../report/format.ts";
import type { Check, Emit } from "./check.ts";
import { type CheckContext, committedEvidence } from "./context.ts";
import type { NotChecked } from "./not-checked.ts";

/**
 * Evidence has no clock in it, so that the same backtest gives the same bytes on any day: when it was made cannot be read from it, and does not
 * matter. What ages is what it was made of: the data, which the check's own clock is held against, and the market since. That data and engine
 * are the ones of the evidence is the business of `evidence`.
 */
export const freshness: Check = {
  id: "freshness",
  title: "The evidence is about the market of today",
  why: "Who the change makes liquidatable was counted at the last price of the data. If the market has left that price, the count is about another market.",
  incident:
    "Aave's risk stewards refuse what their oracle published more than six hours ago. Compound 117, August 2022: what was executed was not what had been audited 26 days before.",
  fix: "Bring newer prices in with `ballast data import`, run `ballast backtest` and `ballast build` again.",
  severity: "error",
  dated: true,
  kind: "evidence",
  file: "evidence.json",
  async run(context, emit) {
    committedEvidence(context);
    const { bound, newer } = await context.closes();
    const limits = freshnessLimits(context.policy);
    const ends = endOf(bound);
    const age = (context.now() - ends) / DAY_SECONDS;
    const most = limits.dataAgeDays ?? valueOf(context.proposal.base, { scope: "protocol", name: "lookback" });
    if (age < 0) {
      emit({
        message: `The data of the evidence end on ${dayText(ends)}, after the day of the check (${dayText(context.now())}): one of the two clocks is wrong.`,
      });
    } else if (age > most)
      emit({ message: `The data of the evidence end on ${dayText(ends)}, ${Math.floor(age)} days before this check; ${most} are allowed.` });
    const moved = newer === undefined ? "no newer prices were given (`--data`)" : emitMoves(context, bound, newer, limits, emit);
    return `the data end on ${dayText(ends)}, ${Math.floor(age)} days before this check; ${moved}`;
  },
};

/** What freshness cannot see, for the list of what was not checked. */
export function unseenMarket(newer: boolean): NotChecked[] {
  if (newer) return [];
  return [
    { what: "How far the market has moved since the data end", why: "No newer prices were given: `ballast check --data DIR` holds the evidence against them." },
  ];
}

const DAY_SECONDS = 86_400;
const HOUR_SECONDS = 3_600;

function emitMoves({ proposal }: CheckContext, bound: History, newer: History, limits: FreshnessLimits, emit: Emit): string {
  if (endOf(newer) <= endOf(bound)) {
    emit({
      message: `The prices given end on ${dayText(endOf(newer))}; the evidence's own end on ${dayText(endOf(bound))}.`,
      fix: "Give a dataset that goes on after it.",
    });
    return "the prices given are no newer";
  }
  const decay = valueOf(proposal.base, { scope: "protocol", name: "decay" }) / 10_000;
  const said = Object.keys(proposal.base.underlyings).map((asset) => {
    const [was, is] = [lastOf(bound, asset, decay), lastOf(newer, asset, decay)];
    if (was === undefined || is === undefined) {
      emit({ message: `The ${was === undefined ? "evidence's data" : "prices given"} have no price of ${asset}, so how far it moved is unknown.` });
      return `${asset} unknown`;
    }
    const move = is.price / was.price - 1;
    const most = limits.spotMove ?? valueOf(proposal.base, { scope: asset, name: "spotRange" }) / 10_000;
    if (Math.abs(move) > most) emit({ message: `${asset} has moved by ${percent(move)} since the data of the evidence end; ${percent(most)} is allowed.` });
    const ratio = is.volatility / was.volatility;
    // Unknown is not within.
    if (!(ratio <= limits.volatilityRatio)) {
      emit({
        message: `The volatility of ${asset} is ${Number(ratio.toPrecision(3))} times what it was when the data of the evidence end; ${limits.volatilityRatio} is allowed.`,
      });
    }
    return `${asset} ${percent(move)}`;
  });
  return `since then, to ${dayText(endOf(newer))}: ${said.join(", ")}`;
}

/** The last close of an asset and its EWMA volatility there; undefined where it has none. */
function lastOf(history: History, asset: string, decay: number): { readonly price: number; readonly volatility: number } | undefined {
  const at = history.assets.indexOf(asset);
  const closes = history.closes[at];
  const last = closes?.findLastIndex((close) => !Number.isNaN(close)) ?? -1;
  if (closes === undefined || last < 0) return undefined;
  return { price: closes[last], volatility: Math.sqrt(ewmaVariance(history, at, decay)[last]) };
}

/** When the last hour of a history is over, seconds since 1970. */
function endOf({ startHour, hours }: History): number {
  return (startHour + hours) * HOUR_SECONDS;
}

function dayText(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}
