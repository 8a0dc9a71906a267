import type { Change } from "../../sim/parameters/index.ts";
import { specOf } from "../../sim/parameters/index.ts";
import { changeSentence } from "./description.ts";
import { labelOf } from "./labels.ts";
import { formatAmount, unitMeaning } from "./units.ts";

/** The title of a draft that was given none: its one change, or how many there are. */
export function titleOf(changes: readonly Change[]): string {
  const [only, ...others] = changes;
  if (only === undefined || others.length > 0) return `Change ${changes.length} risk parameters`;
  const unit = specOf(only.name)?.unit;
  const verb = unit === "choice" ? "Change" : only.to > only.from ? "Raise" : "Lower";
  return `${verb} ${labelOf(only)} to ${unit === undefined ? only.to : formatAmount(only.to, unit, only.name)}`;
}

/** Text of a draft's proposal.yaml. */
export function proposalText(draft: {
  readonly title: string;
  readonly author: string;
  readonly changes: readonly Change[];
  readonly ramp: string;
  readonly proposer?: string | undefined;
}): string {
  const text = (value: string) => JSON.stringify(value);
  return [
    `title: ${text(draft.title)}`,
    `author: ${text(draft.author)}`,
    "base: ../parameters.yaml",
    "deployment: ../deployment.yaml",
    "changes:",
    ...draft.changes.map(({ scope, name, to }) => {
      const unit = specOf(name)?.unit;
      return `  ${scope}.${name}: ${to}${unit === undefined ? "" : ` # ${unitMeaning(unit)}`}`;
    }),
    `ramp: ${draft.ramp}`,
    ...(draft.proposer === undefined ? [] : [`proposer: ${text(draft.proposer)}`]),
    "links: []",
    "",
  ].join("\n");
}

/** The skeleton of a rationale: the sentences about the changes are generated, the reasons are for a person to write. */
export function rationaleText(title: string, changes: readonly Change[]): string {
  return [
    `# ${title}`,
    "",
    "## What changes",
    "",
    ...changes.map((change) => `- ${changeSentence(change)}.`),
    "",
    "## Why now",
    "",
    "What was observed, and where anyone can see it.",
    "",
    "## What it costs",
    "",
    "Who has to post more margin, and what the protocol gives up if the change is right.",
    "",
    "## What could go wrong",
    "",
    "The crash in which this is the wrong value, and how it would be noticed and reversed.",
    "",
    "## What was considered instead",
    "",
    "Other values, other parameters, doing nothing.",
    "",
  ].join("\n");
}

/** Text of a new workspace's policy.yaml. */
export function policyText(): string {
  return POLICY_TEXT;
}

// Ten of the dataset's 21 crashes: every year from 2020 to 2025, fast and slow ones, one in which a collateral lost its peg.
const POLICY_TEXT = `# What a proposed change of risk parameters is tested on, and what it must not exceed.
# Every limit is read by \`ballast backtest\` and \`ballast check\`; a metric that cannot be computed has failed.
version: 1

# Ten crashes of the dataset, the hardest first: a quick run takes the first three (\`ballast data list\` shows all 21).
crashes:
  - 2020-03-12-black-thursday
  - 2025-10-10-liquidation-cascade
  - 2021-05-19-china-ban
  - 2022-11-06-ftx
  - 2022-06-10-celsius-3ac
  - 2022-05-07-terra
  - 2024-08-05-yen-carry
  - 2021-12-04-flash-crash
  - 2021-02-22-leverage-flush
  - 2023-03-09-svb-usdc-depeg

# The accounts that live through them: a seeded population of seven archetypes, or \`file: book.csv\` with real ones.
book:
  population: default
  accounts: 125

# One replay per crash, parameter set and seed. A seed draws accounts of its own and who of them answers a margin call; every figure is the
# mean over the seeds, with the 95 % interval of that mean (Student's t).
seeds: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]

# Scenarios of each family.
counts:
  filtered: 512
  stressed: 128

# How liquidations go in a replay, and who takes part: no parameter of the protocol, an assumption. This is what a replay takes where nothing stands
# here; whoever believes something else says so, and it is a part of the policy that the evidence is bound to.
# liquidation:
#   slices: adaptive # sell the trades that restore the target, where they cost less; pro-rata: always a fraction of everything
#   keepers: default # who bids: five, for 64 million USD; outage: four of them offline around the crash; or keepers of one's own (schema)
#   oracle:
#     latencySeconds: 180 # how old the price is that the protocol acts on
#     confidence: 0 # half the price's interval, as a fraction: requirements count the worse side
#   restartPauseMinutes: 10 # how long an auction that ran out unsold stands still
#   lossSharing: pro-rata # what the fund cannot pay: all accounts by their worth; deleveraging: profitable counter positions first
#   deleveraging: queue # of those the first by return times leverage; pro-rata: each the same share

# Shares are fractions: 0.01 is 1 %. error: the verdict fails; warn: it is only said.
# A gate is judged on the end of its 95 % interval that is nearer to the limit or beyond it: what the seeds leave open counts against the proposal, and a
# metric without a value has failed. With one seed there is no interval, and the value itself is judged. A run of other crashes than these
# (\`--quick\`, \`--crash\`) says nothing about a metric over all of them: coverage.mean, liquidated.mean and margin.rate are then not judged.
# "Today" in a reason is what the ten crashes give under parameters.yaml, before any change: the mean over the seeds.
gates:
  # Peak shortfall of the worst crash over the insurance fund. Today less than 0.01 %: margin covers nearly all of it, and the fund is there for
  # what nobody thought of. One crash may use a hundredth of it.
  shortfall.worst:
    max: 0.01
    severity: error
  # How much more of the fund a crash uses than under today's parameters: half of that.
  shortfall.increase:
    max: 0.005
    severity: error
  # Share of account-days whose loss stayed within maintenance margin, in the worst crash. Today 92.4 %, on Black Thursday, when a quiet
  # market halved within a day; nine in ten is the least that leaves liquidation a chance.
  coverage.worst:
    min: 0.9
    severity: error
  # The same over all crashes. Today 99.2 %. The confidence level lets one day in a hundred through, and these are the worst weeks of five years.
  coverage.mean:
    min: 0.99
    severity: error
  # How much of any crash's coverage a change gives up: one account-day in two hundred. A limit on the level says nothing of a change that
  # spends what is left of it, nor of a run of fewer crashes.
  coverage.decrease:
    max: 0.005
    severity: error
  # Relative rise of the mean margin rate: what safety costs in capital. More than a tenth in one vote drives hedgers away.
  capital.increase:
    max: 0.1
    severity: error
  # Relative rise of the margin rate of a linear position within five days. Today 85 %; doubled margin is a run on collateral.
  procyclicality.fiveDayRise:
    max: 1
    severity: warn
  # Relative rise of that figure against today's.
  procyclicality.increase:
    max: 0.1
    severity: error
  # Accounts and notional that the change alone makes liquidatable in the block it executes. A vote should liquidate nobody: one in a
  # hundred is for accounts that were about to be.
  executionShock.accounts:
    max: 0.01
    severity: error
  executionShock.notional:
    max: 0.01
    severity: error

# Severity of single checks, where it is not the check's own: error, warn, or off, which every result then says. Never of id and state-diff.
checks: {}
`;
