import { percent, plural, usd } from "../format.ts";
import { accounts, type Comparison, type CrashRow, cell, changeless } from "./crashes.ts";
import { named } from "./verdict.ts";

/** The insurance fund beside what it would have had to hold, and what became of liquidations, crash by crash. */
export interface FundView {
  readonly sentence: string;
  readonly rows: readonly CrashRow[];
  readonly note: string;
}

/**
 * Auctions that ran out and deleveraging have columns only where there was any.
 *
 * @returns undefined where no crash is compared
 * @example fundView(comparisons)?.sentence // "The insurance fund starts with USD 147 k. To cover …"
 */
export function fundView(comparisons: readonly Comparison[]): FundView | undefined {
  if (comparisons.length === 0) return undefined;
  const any = (figure: "auctionsUnsold" | "auctionsRestarted" | "accountsDeleveraged") =>
    comparisons.some(({ today, proposed }) => today[figure] > 0 || proposed[figure] > 0);
  const [unsold, restarted, deleveraged] = [any("auctionsUnsold"), any("auctionsRestarted"), any("accountsDeleveraged")];
  const most = greatest(comparisons, ({ proposed }) => proposed.insuranceTarget);
  return {
    sentence: sentenceOf(comparisons),
    rows: comparisons.map((comparison) => ({
      title: comparison.title,
      day: comparison.firstDay,
      worst: comparison === most,
      cells: [
        cell(comparison, "Fund needed", "insuranceTarget", usd, "down"),
        changeless(comparison, "Solvency index", ({ leastSolvencyIndex }) => index(leastSolvencyIndex)),
        ...(unsold ? [cell(comparison, "Unsold auctions", "auctionsUnsold", accounts, "down")] : []),
        ...(restarted ? [cell(comparison, "Restarts", "auctionsRestarted", accounts, "down")] : []),
        ...(deleveraged
          ? [
              cell(comparison, "Deleveraged", "accountsDeleveraged", accounts, "down"),
              cell(comparison, "Notional closed", "notionalDeleveraged", usd, "down"),
              changeless(comparison, "Unfairness", ({ mostUnfairness }) => percent(mostUnfairness)),
            ]
          : []),
      ],
    })),
    note: noteOf(unsold, restarted, deleveraged),
  };
}

function sentenceOf(comparisons: readonly Comparison[]): string {
  const most = greatest(comparisons, ({ proposed }) => proposed.insuranceTarget);
  const { insuranceTarget: needed, fundStart: fund } = most.proposed;
  const today = usd(Math.max(...comparisons.map((one) => one.today.insuranceTarget)));
  const holds = needed <= fund ? "which it holds" : fund > 0 ? `${times(needed / fund)} as much` : "and it holds nothing";
  const before = today === usd(needed) ? "as much" : `at most ${today}`;
  const least = greatest(comparisons, ({ proposed }) => -(proposed.leastSolvencyIndex ?? Number.POSITIVE_INFINITY));
  const solvency =
    least.proposed.leastSolvencyIndex === null
      ? "In no scenario of any crash does an account fall short."
      : `The least solvency index is ${index(least.proposed.leastSolvencyIndex)}, in ${named(least)}.`;
  return `The insurance fund starts with ${usd(fund)}. To cover the two worst accounts, and the tail of all accounts together, at every hour looked at, it would have needed ${usd(needed)} in ${named(most)}, ${holds}; under today's values ${before}. ${solvency}`;
}

function noteOf(unsold: boolean, restarted: boolean, deleveraged: boolean): string {
  return [
    "Means of the seeds, but index and unfairness, which are the worst seed's; today → proposed.",
    "Fund needed: what would have met, before it came, the joint shortfall of the two worst accounts in any scenario (Cover-2), and a solvency index of 1.",
    "Solvency index: fund over the expected shortfall (99.9 %) of what all accounts together would lack; its least value.",
    unsold ? "Unsold auctions: accounts whose auction ran out, counted each time they came under the hammer." : "",
    restarted ? "Restarts: auctions that began again after that." : "",
    deleveraged
      ? "Deleveraged: accounts in profit whose positions were closed to pay for others. Unfairness: the share of what they gave up that lies elsewhere than with the same haircut on every gain."
      : "",
  ]
    .filter(Boolean)
    .join(" ");
}

/** No scenario in which anybody falls short has no index: it could not be better. */
function index(value: number | null): string {
  if (value === null) return "none short";
  if (value < 0.005) return "under 0.01";
  return value >= 99.95 ? "over 100" : value >= 9.995 ? value.toFixed(1) : value.toFixed(2);
}

function times(ratio: number): string {
  return ratio >= 9.95 ? plural(Math.round(ratio), "time") : `${ratio.toFixed(1)}\u00a0times`;
}

function greatest(comparisons: readonly Comparison[], of: (comparison: Comparison) => number): Comparison {
  return comparisons.reduce((most, one) => (of(one) > of(most) ? one : most));
}
