import { CANONICAL_COUNTS } from "../../../sim/margin/types.ts";
import { PARAMETERS } from "../../../sim/parameters/index.ts";
import type { Evidence } from "../../proposal/evidence.ts";
import { labelOf } from "../../proposal/labels.ts";
import { count, plural, shortHash } from "../format.ts";
import type { MarketFacts } from "../market.ts";
import type { ChangeRow } from "./changes.ts";
import type { Comparison } from "./crashes.ts";

/** Something the verdict does not rest on. */
export interface Gap {
  readonly title: string;
  readonly text: string;
  /** Whether it touches what this proposal changes: such a gap is shown first, and marked. */
  readonly touchesChange: boolean;
}

/** What was not checked, from the parameter table, the evidence and the dataset's own words. */
export function gapsOf(evidence: Evidence, changes: readonly ChangeRow[], comparisons: readonly Comparison[], market: MarketFacts): Gap[] {
  return [
    ...changes.filter(({ replayed }) => !replayed).map(unreadChange),
    ...datasetGap(evidence, market),
    ...seedGap(evidence),
    ...attributionGap(evidence, changes),
    ...countGap(evidence),
    ...volatilityGap(comparisons, market),
    ...hourGap(comparisons, market),
    ...fundingGap(comparisons, market),
    ...PEOPLE,
    DAY_GAP,
    ...crashGap(comparisons, market),
    ...unreadParameters(),
    ...market.notes.map((text) => ({ title: "The data", text, touchesChange: false })),
  ];
}

function unreadChange(change: ChangeRow): Gap {
  return {
    title: `${change.label} has no effect in these replays`,
    text: `This proposal changes ${change.key}, which is stored on chain but which neither the margin engine nor the replay reads yet: nothing here says whether the change is safe.`,
    touchesChange: true,
  };
}

function unreadParameters(): Gap[] {
  const unread = PARAMETERS.filter(({ reach }) => reach === "registry");
  if (unread.length === 0) return [];
  const names = unread.map(({ name }) => `${labelOf({ scope: "protocol", name })} (${name})`);
  return [{ title: "Parameters nothing reads yet", text: `On chain, but without effect on any replay: ${names.join(", ")}.`, touchesChange: false }];
}

function datasetGap({ context }: Evidence, market: MarketFacts): Gap[] {
  if (context.dataset === market.hash) return [];
  return [
    {
      title: "Another dataset",
      text: `The evidence was made with dataset ${shortHash(context.dataset)}, the names and notes in this report come from ${shortHash(market.hash)}: what they say about the data may not hold.`,
      touchesChange: true,
    },
  ];
}

function seedGap({ context }: Evidence): Gap[] {
  const drawn =
    context.drawn === "accounts" ? "which accounts there are and who answers a margin call" : "who answers a margin call, of the accounts of one file";
  if (context.seeds.length > 1) {
    return [
      {
        title: "What no interval holds",
        text: `The intervals hold what the seeds draw: ${drawn}. They say nothing of crashes that have not happened, of a model that is wrong, or of people who behave otherwise.`,
        touchesChange: false,
      },
    ];
  }
  return [
    {
      title: "One seed",
      text: `Every crash was replayed with one draw of ${drawn} (seed ${context.seeds[0]}): the figures come without a confidence interval, and small differences may be chance.`,
      touchesChange: true,
    },
  ];
}

/** What a report, the same on every day, cannot say. */
const DAY_GAP: Gap = {
  title: "The day",
  text: "When the vote ends and is executed, and how old the data are by then: `ballast check` says so on the day it is run.",
  touchesChange: false,
};

function attributionGap({ attribution }: Evidence, changes: readonly ChangeRow[]): Gap[] {
  if (attribution !== undefined || changes.filter(({ replayed }) => replayed).length < 2) return [];
  return [
    {
      title: "Which change does what",
      text: "The changes were replayed together. Whether one of them does all of it, or one undoes another, was not looked at (`ballast backtest --attribute`).",
      touchesChange: false,
    },
  ];
}

function countGap({ context }: Evidence): Gap[] {
  const { filtered, stressed } = context.counts;
  if (filtered >= CANONICAL_COUNTS.filtered && stressed >= CANONICAL_COUNTS.stressed) return [];
  return [
    {
      title: "A quick run",
      text: `Margins came from ${count(filtered)} filtered and ${count(stressed)} stressed scenarios instead of ${count(CANONICAL_COUNTS.filtered)} and ${count(CANONICAL_COUNTS.stressed)}: enough to draft with, not to vote on.`,
      touchesChange: true,
    },
  ];
}

function volatilityGap(comparisons: readonly Comparison[], market: MarketFacts): Gap[] {
  const known = Object.entries(market.impliedVolatilityFrom);
  const earliest = known.map(([, from]) => from).sort()[0];
  const before = comparisons.filter(({ firstDay }) => firstDay !== "" && (earliest === undefined || firstDay < earliest));
  const without = [...new Set(comparisons.flatMap(({ proposed }) => proposed.path?.underlyings ?? []))].filter(
    (asset) => market.impliedVolatilityFrom[asset] === undefined,
  );
  const parts = [
    known.length > 0 ? `The index of implied volatility (DVOL) is known ${known.map(([asset, from]) => `for ${asset} from ${from}`).join(", ")}.` : "",
    before.length > 0
      ? `${plural(before.length, "replayed crash lies", "replayed crashes lie")} before any index: ${before.map(({ title }) => title).join(", ")}.`
      : "",
    without.length > 0 ? `There is none for ${without.join(", ")}.` : "",
    "Where there is none the level is a model, and the smile is a model everywhere.",
  ];
  return [{ title: "Implied volatility is partly a model", text: parts.filter(Boolean).join(" "), touchesChange: false }];
}

function hourGap(comparisons: readonly Comparison[], market: MarketFacts): Gap[] {
  if (comparisons.length === 0) return [];
  const gaps = comparisons
    .filter(({ proposed }) => (proposed.path?.gapHours ?? 0) > 0)
    .map(({ title, proposed }) => `${title} (${count(proposed.path?.gapHours ?? 0)})`);
  const fine = comparisons.filter(({ id }) => market.crashes.some((crash) => crash.id === id && crash.isFine));
  return [
    {
      title: fine.length > 0 ? "Closes, not every trade" : "Hourly closes",
      text: `Prices move once an hour, at its close${
        fine.length > 0 ? `, and every five minutes on the day itself of ${fine.map(({ title }) => title).join(", ")}` : ""
      }: a wick in between liquidates nobody here.${gaps.length > 0 ? ` Hours without a price, in which nothing was marked or sold: ${gaps.join(", ")}.` : ""}`,
      touchesChange: false,
    },
  ];
}

function fundingGap(comparisons: readonly Comparison[], market: MarketFacts): Gap[] {
  const without = comparisons.filter(({ firstDay, proposed }) =>
    (proposed.path?.underlyings ?? []).some((asset) => firstDay !== "" && !(market.fundingFrom[asset] <= firstDay)),
  );
  if (without.length === 0) return [];
  const known = Object.entries(market.fundingFrom).map(([asset, from]) => `of ${asset} from ${from}`);
  return [
    {
      title: "Funding that is not known",
      text: `${known.length === 0 ? "No funding of perpetuals is known" : `Funding of perpetuals is known ${known.join(", ")}`}: where it is not, none is paid, as for some assets in ${without.map(({ title }) => title).join(", ")}.`,
      touchesChange: false,
    },
  ];
}

/** What a replay takes people to do, whatever the proposal. */
const PEOPLE: readonly Gap[] = [
  {
    title: "Who buys, how fast, how deep",
    text: "Liquidation is a model. Which keepers bid, what they can carry and how late they are, how old the price is, how deep the market is, and who answers a margin call when: all assumptions, of the replay's own or the policy's own (liquidation in policy.yaml). What fewer keepers or another way of sharing losses would do was not looked at: ballast backtest --liquidation shows it.",
    touchesChange: false,
  },
  {
    title: "People who do something",
    text: "Beyond answering a margin call nobody acts: no trader hedges again, adds or closes, nobody new comes, trading costs no fee, and the venue's counterparties pay. Who holds what is an assumption, or the file's.",
    touchesChange: false,
  },
];

function crashGap(comparisons: readonly Comparison[], market: MarketFacts): Gap[] {
  const left = market.crashes.filter(({ id }) => !comparisons.some((comparison) => comparison.id === id));
  if (left.length === 0) return [];
  return [
    {
      title: `${plural(left.length, "crash", "crashes")} not replayed`,
      text: `In the dataset, but not in the policy's list: ${left.map(({ title, firstDay }) => `${title} (${firstDay})`).join(", ")}.`,
      touchesChange: false,
    },
  ];
}
