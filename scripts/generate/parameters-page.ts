import { formatAmount } from "../../cli/proposal/units.ts";
import {
  DEFAULT_COLLATERALS,
  DEFAULT_UNDERLYINGS,
  MAX_CHANGES,
  PARAMETERS,
  type ParameterSpec,
  REQUIREMENT_LIMITS,
  type Scope,
  type Unit,
} from "../../sim/parameters/index.ts";

/** What the whole number on chain counts. */
const COUNTED: Readonly<Record<Unit, string>> = {
  bps: "bps",
  seconds: "seconds",
  days: "days",
  choice: "",
  usdThousands: "k USD",
  bpsPerYear: "bps a year",
};

const SECTIONS: readonly { readonly scope: Scope; readonly title: string; readonly intro: string }[] = [
  { scope: "protocol", title: "The whole protocol", intro: "One value each, in the scope `protocol`." },
  { scope: "underlying", title: "Each underlying", intro: `One value for every asset that is traded; a new protocol has ${DEFAULT_UNDERLYINGS.join(", ")}.` },
  {
    scope: "collateral",
    title: "Each collateral",
    intro: `One value for every asset that is deposited; a new protocol has ${DEFAULT_COLLATERALS.join(", ")}.`,
  },
];

const percent = (bps: number) => `${bps / 100} %`;

/** The reference page of the parameters, in Markdown, from the table alone. */
export function parametersPage(): string {
  return `<!-- Generated from sim/parameters/table.ts by \`make docs\`. Do not edit. -->

# Risk parameters

${PARAMETERS.length} parameters, each with bounds that no vote can pass, the largest step one vote may take down and up, and a cooldown between two changes. A file may say
\`25 %\` or \`2500\`: on chain every value is a whole number that is not negative, in the unit of the last column (100 bps, basis points, are 1 %).
**At first** is the value of a new protocol; what is in force is in \`proposals/parameters.yaml\`, and \`ballast params\` shows it.
A step is in points of the same unit (25 % and a step of 5 % up make 30 %), unless it says "of the value".

**Tighter** says which way makes the system safer: ↑ a larger value, ↓ a smaller one, – neither. Between two whole numbers of a ramp the tighter one is in force.
**Read by** says what the parameter acts on today: \`engine\` (margin requirements), \`replay\` (liquidations in a crash), or \`registry\` (kept on chain, not modelled yet).

${SECTIONS.map(section).join("\n")}
## A change

A change names the scope, the parameter, the value it was drafted against, the new value, and a ramp. It is refused, and the whole batch with it, when

| code | it is refused because | on chain |
|---|---|---|
| \`batch-empty\`, \`batch-too-large\` | a batch has 1 to ${MAX_CHANGES} changes | \`RiskParameters_BatchEmpty\`, \`…_BatchTooLarge\` |
| \`unknown\` | there is no such parameter | \`…_Unknown\` |
| \`duplicate\` | one batch names a parameter twice | \`…_Duplicate\` |
| \`no-op\` | the value is that already | \`…_NoChange\` |
| \`stale\` | the value has moved since the draft | \`…_Stale\` |
| \`bounds\` | the value is out of the bounds above | \`…_OutOfBounds\` |
| \`step\` | the step is larger than one vote may take | \`…_StepTooLarge\` |
| \`cooldown\` | the parameter was changed too recently | \`…_CooldownRunning\` |
| \`ramp\` | the ramp is longer than the cooldown | \`…_RampTooLong\` |
| \`coupled\` | a rule over the whole set, below, would be broken | see below |

No ramp is longer than its parameter's cooldown, so a change never meets a running ramp: the value a change is drafted against is always a settled one,
known while it is written, whenever the vote executes. Nothing is ever clamped.

## Rules over the whole set

Each value may be legal alone and the set still be wrong. These rules hold at every moment, also on the way of a ramp, and also for ramps of earlier votes:

| rule | what holds | on chain |
|---|---|---|
| \`liquidation-target\` | liquidationTarget ≤ initialMargin | \`…_TargetAboveInitialMargin\` |
| \`vol-range-down\` | volRangeDown < 100 % | \`…_VolRangeDownTooLarge\` |
| \`vol-floor\` | volFloor ≤ minVolUp | \`…_FloorAboveMinVolUp\` |
| \`liquidation-cost\` | haircut + liquidationDiscount + keeperFee + insuranceFee < 100 %, for every collateral | \`…_LiquidationCostTooLarge\` |
| \`requirement\` | initialMargin × spotRange × (1 + volBuffer), to which the requirement of a linear portfolio bound by the grid floor is proportional, falls by at most ${percent(REQUIREMENT_LIMITS.maxDecrease)} and rises by at most ${percent(REQUIREMENT_LIMITS.maxIncrease)} within one cooldown, for every underlying, in whichever order the ramps arrive | \`…_RequirementMovedTooFar\` |

The last rule is the lesson of two losses of 2026, Aave's price-cap update of 10 March and Moonwell's feed of 15 February: fields that were each within their limits moved
the effective value too far together. It compares with the state before every change whose cooldown still runs, so a move can be split neither over parameters nor over votes.
`;
}

function section({ scope, title, intro }: (typeof SECTIONS)[number]): string {
  const rows = PARAMETERS.filter((spec) => spec.scope === scope).map(row);
  return `## ${title}

${intro}

| parameter | what it is | at first | bounds | step down / up | tighter | cooldown | read by | on chain |
|---|---|---|---|---|---|---|---|---|
${rows.join("\n")}
`;
}

function row(spec: ParameterSpec): string {
  const { name, doc, unit, min, max, tighter, cooldown, reach } = spec;
  const counted = `${min} – ${max} ${COUNTED[unit]}`.trimEnd();
  const arrow = { up: "↑", down: "↓", neutral: "–" }[tighter];
  return `| \`${name}\` | ${doc} | ${initial(spec)} | ${bounds(spec)} | ${step(spec)} | ${arrow} | ${cooldown / 86_400} days | ${reach} | ${counted} |`;
}

function bounds({ name, unit, min, max }: ParameterSpec): string {
  if (unit === "choice") return `${min} or ${max}`;
  // The largest cap is where the chain's 40 bits end: no limit to anybody.
  return unit === "usdThousands" ? "any" : `${formatAmount(min, unit, name)} – ${formatAmount(max, unit, name)}`;
}

function step({ name, unit, maxDecrease, maxIncrease, relative }: ParameterSpec): string {
  if (relative) return `${percent(maxDecrease)} / ${percent(maxIncrease)} of the value`;
  if (unit === "choice") return "either way";
  return `${formatAmount(maxDecrease, unit, name)} / ${formatAmount(maxIncrease, unit, name)}`;
}

/** The value of every asset, the one of all others last. */
function initial({ name, unit, initial: values }: ParameterSpec): string {
  if (typeof values === "number") return formatAmount(values, unit, name);
  return Object.entries(values)
    .sort(([a], [b]) => Number(a === "*") - Number(b === "*"))
    .map(([asset, value]) => `${asset === "*" ? "all others" : asset} ${formatAmount(value, unit, name)}`)
    .join(", ");
}
