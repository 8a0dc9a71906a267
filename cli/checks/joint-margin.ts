import type { ParameterSet } from "../../sim/parameters/index.ts";
import { type ReferenceMargin, referenceMargins } from "../margin/reference-margins.ts";
import { limitsOf } from "../proposal/limits.ts";
import { plural, usd } from "../report/format.ts";
import type { Check } from "./check.ts";

/**
 * A hedged book needs a few per cent of what it is worth, and a third of that is nothing to its owner: what a portfolio needs is held against
 * at least a tenth of the USD 1 M it is made of.
 */
const LEAST_USD = 100_000;

export const jointMargin: Check = {
  id: "joint-margin",
  title: "The margin that is really asked for moves no further than it may",
  why: "What a holder posts is made of all parameters together: each of them within its bounds, it can still be a third less, or twice as much, from one vote to the next.",
  incident:
    "Aave CAPO, March 2026: ratio and timestamp each in bounds, the effective price 2.85 % off, USD 26 M liquidated. Moonwell, February 2026: a feed without its factor.",
  fix: "Change fewer parameters at once, or each of them less; limits.marginDecrease and limits.marginIncrease in policy.yaml say how far.",
  severity: "error",
  kind: "gate",
  async run(context, emit) {
    const { proposal, policy } = context;
    const { market, memory } = await context.market();
    const hour = market.history.startHour + market.history.hours;
    const margins = referenceMargins(market, hour, [proposal.base, proposal.after], policy.counts, memory);
    const { marginDecrease, marginIncrease } = limitsOf(policy);
    const moves = movesOf(margins, proposal.base, proposal.after);
    const broken = moves.filter(({ move }) => !(move <= marginIncrease && move >= -marginDecrease));
    for (const side of [broken.filter(({ move }) => move < 0), broken.filter(({ move }) => !(move < 0))]) {
      const [worst, ...others] = side.sort((a, b) => Math.abs(b.move) - Math.abs(a.move));
      if (worst === undefined) continue;
      const limit = worst.move < 0 ? marginDecrease : marginIncrease;
      const more = others.length === 0 ? "" : `; ${plural(others.length, "other")} move too far that way too`;
      emit({
        message: `"${worst.title}" needs ${usd(worst.before)} today and ${usd(worst.after)} after the change${worst.coin}: ${percent(worst.move)}, at most ${percent(Math.sign(worst.move || 1) * limit)} is allowed${more}.`,
      });
    }
    const [least, most] = [Math.min(...moves.map(({ move }) => move)), Math.max(...moves.map(({ move }) => move))];
    return `the initial margin of ${plural(margins.length, "reference portfolio")} at the end of the data, in cash and in every coin whose haircut changes: ${percent(least)} to ${percent(most)}`;
  },
};

interface Move {
  readonly title: string;
  /** USD of margin, or of a coin that has to be brought for it. */
  readonly before: number;
  readonly after: number;
  readonly move: number;
  readonly coin: string;
}

function movesOf(margins: readonly ReferenceMargin[], base: ParameterSet, after: ParameterSet): Move[] {
  const coins = Object.keys(after.collaterals).filter((coin) => base.collaterals[coin]?.haircut !== after.collaterals[coin].haircut);
  return margins.flatMap(({ title, initial: [was, is] }) => [
    moveOf(title, was, is, ""),
    ...coins.map((coin) => moveOf(title, was / counted(base, coin), is / counted(after, coin), `, brought in ${coin}`)),
  ]);
}

function moveOf(title: string, before: number, after: number, coin: string): Move {
  return { title, before, after, move: (after - before) / Math.max(before, LEAST_USD), coin };
}

/** What of a coin counts as collateral. At a haircut of 100 % nothing does, and no amount of it is enough. */
function counted({ collaterals }: ParameterSet, coin: string): number {
  return 1 - (collaterals[coin]?.haircut ?? 0) / 10_000;
}

function percent(move: number): string {
  return `${move < 0 ? "−" : "+"}${Number((Math.abs(move) * 100).toFixed(1))} %`;
}
