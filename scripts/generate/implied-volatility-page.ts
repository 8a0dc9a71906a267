import { dayText } from "../../cli/dataset/time.ts";
import { REVERSION_PER_YEAR, skewStickiness } from "../../sim/market/implied-model.ts";
import type { Dataset } from "../../sim/market/index.ts";
import { fitImpliedModel } from "../implied-model/fit.ts";
import { type LevelError, modelErrors, type ReactionError } from "../implied-model/held-out.ts";
import { tiltFit } from "../implied-model/tilt.ts";

const TENORS = [7, 14, 30, 60, 90, 180, 365];

/** The page on implied volatility, in Markdown: what is fitted and how far off it is, from the dataset itself. */
export function impliedVolatilityPage(dataset: Dataset): string {
  const fit = fitImpliedModel(dataset);
  const errors = modelErrors(dataset);
  const { specifications: tilt, reaction, heldOut, identified, deepestFall, averageReaction } = tiltFit(dataset);
  const stickiness = skewStickiness(30 / 365);
  const fixed = (value: number) => value.toFixed(1);
  const percent = (share: number) => share.toFixed(2);
  const held = errors.level.find(({ sample }) => sample === "held out") as LevelError;
  const explained = (sample: ReactionError["sample"]) => {
    const { errorPercent, nothingPercent } = errors.reaction.find((one) => one.sample === sample && one.days === "deep falls") as ReactionError;
    return `${Math.round(100 * (1 - (errorPercent / nothingPercent) ** 2))} %`;
  };
  const level = errors.level.map(
    ({ asset, sample, days, biasPoints, errorPoints, largePoints, constantPoints }) =>
      `| ${asset} | ${sample} | ${days} | ${fixed(biasPoints)} | ${fixed(errorPoints)} | ${fixed(largePoints)} | ${fixed(constantPoints)} |`,
  );
  const reactions = errors.reaction.map(
    ({ sample, days, count, biasPercent, errorPercent, nothingPercent }) =>
      `| ${days} | ${sample} | ${count} | ${fixed(biasPercent)} | ${fixed(errorPercent)} | ${fixed(nothingPercent)} |`,
  );
  const terms = TENORS.map((days) => {
    const power = Math.min(1.6, (30 / days) ** 0.3);
    const [own, slower] = [REVERSION_PER_YEAR, fit.reversion.thirtyDays].map((kappa) => meanWeight(kappa, days) / meanWeight(kappa, 30));
    return `| ${days} | ${power.toFixed(2)} | ${own.toFixed(2)} | ${slower.toFixed(2)} |`;
  });
  return `<!-- Generated from data/ by \`make docs\`. Do not edit. -->

# Implied volatility

No option chain comes with the project: before 2021-03-24 no level of implied volatility is known, and no smile at any time. What the engine uses instead is a model,
named so, and what the model gets wrong is below. \`node scripts/fit-implied-model.ts --from DIR\` fits it on any dataset and prints the same figures. An option chain of your own
replaces it: see the end of this page.

## The level

The 30-day volatility at the money is Deribit's DVOL where it is known, carried from its last close by the reaction below; else a regression of ln(DVOL) on the logarithms
of two realised volatilities (decays 0.94 and 0.99 a day), times BTC's own premium over that regression where BTC's DVOL is known (R² ${percent(fit.level.rSquared)} over ${fit.level.count} days).
**Held out** is fitted on the days before ${dayText(errors.from)} only and asked about ${dayText(errors.from)} to ${dayText(errors.to)}; **in sample** is the model in use, on the days it was fitted on.
Figures are vol points (a level of 65 % is 65): mean of model less DVOL, root mean square, the 95th percentile of its size, and the root mean square of always saying the mean of the days fitted on.

| level of | sample | days | bias | error | large | a constant's error |
|---|---|---|---|---|---|---|
${level.join("\n")}

In the year held out the model says too ${held.biasPoints > 0 ? "much" : "little"} of BTC, by ${fixed(Math.abs(held.biasPoints))} points on average. Too high a level is the careful side for who is short options, too low for who is long.

## The reaction to the spot

A day's change of ln(DVOL) by the day's return of the spot: falls raise it, deep falls (beyond 5 % in a day) more, rises hardly lower it. Per cent of the level; **deep falls** are the days with
a fall of more than 5 %. The last column is the root mean square of saying that nothing changes. The spot explains
little of a usual day (R² ${percent(fit.reaction.rSquared)}), and of what volatility does on days of deep falls ${explained("in sample")} in sample and ${explained("held out")} held out.

| days | sample | count | bias | error | no change's error |
|---|---|---|---|---|---|
${reactions.join("\n")}

## Maturities

A volatility shock is stated for 30 days; at another maturity it is scaled by (30/days)^0.3, at most 1.6. That power is an assumption, Deribit's own for short expiries. The data has one maturity
only, so it can be held against nothing but the speed at which DVOL itself returns to its mean: κ is ${fit.reversion.sevenDays.toFixed(2)} a year over 7 days and ${fit.reversion.thirtyDays.toFixed(2)} over 30, and a level that
returns at κ moves at maturity T by (1 − e^(−κT))/(κT) as much as at 0. Against that the power moves short expiries much more, which one speed of return cannot show, and those of two to
six months up to a fifth less.

| days to expiry | scale in use | by κ over 7 days | by κ over 30 days |
|---|---|---|---|
${terms.join("\n")}

## The smile

SSVI (Gatheral and Jacquier 2014) with ρ = −0.2, η = 0.8, γ = ½: an assumption, chosen where a 25-delta put costs about 7 points more than the call at 30 days and 65 %. It admits no butterfly and no
calendar spread at any level. In a scenario the smile moves with the spot (sticky moneyness, by its tangent at the strike), turns in a fall by the tilt below (about where the money has moved to, straight between the strike and where a
fall of 15 % takes it), is never below the lowest point of the turned smile, and all of it moves by one factor, so a fall that doubles the level doubles the skew in points. Over options of ETH of
7 to 90 days in every historical scenario of four hours in and out of crashes, what that says a short call out of the money loses in a rise is between 8 % too low and right of what the smile itself says, a short
put in a fall between 7.5 % too low and, but for one in a hundred, 7 % too high, and right in the middle (losses of half a per cent of the spot and more); a chain's smile, whatever its skew, is right to 3 % of the
spot in falls of up to a quarter. Tests hold it to that.

### The tilt on falls

A fall steepens the skew by more than the level. The data has no smile to see it in, but how the level answers the spot tells the skew: ∂σ/∂k = −σ·β/R at the money, with β the rise of ln(DVOL)
per log return the spot falls, and R the skew-stickiness ratio (Bergomi, "Smile Dynamics IV", Risk 2009). A skew that steepens by more than its level is a β that is larger after a fall. It is: the next day's
change of ln(DVOL) on [1, F, d, F·d], where F is the day's fall (0 after a rise) and d the next day's log return with its sign turned, says β = ${reaction.coefficient.toFixed(2)} + ${tilt[0].tilt.toFixed(2)}·F.
That regression and what would count were written down before it was run: t above 1.96 in the first three rows, a sign that holds in the year held out, and changes of that year better foretold by a fit on
the days before it (${percent(heldOut.errorPercent.with)} % off, without F·d ${percent(heldOut.errorPercent.without)} %). ${identified ? "All hold." : "Not all hold: **the tilt is not identified.**"} The rest was tried beside it and decides nothing, what is called added after the first results were seen.

| the fit | days | after falls of more than 5 % | F·d | standard error | t |
|---|---|---|---|---|---|
${tilt.map((one) => `| ${one.name} | ${one.count} | ${one.deepFalls} | ${percent(one.tilt)} | ${percent(one.error)} | ${fixed(one.tilt / one.error)} |`).join("\n")}

The sign is sure, the size within a factor of two to three: with every year's or quarter's slow changes of β taken out, and with them those its own falls made, it is less. After rises the skew flattens as much
(the row of the rise); no tilt on rises is modelled. Of ETH's hourly DVOL through four crashes, which is not in the data and not fitted on, the hour after an hour's fall says 10.3 (standard error 3.9), the
day after a day's 2.8 (0.9); of the sixteen pairs of 1, 3, 6 and 24 hours before and after, thirteen have the sign, six of them beyond two standard errors or nearly, and none the other one as surely.

R is ${stickiness.toFixed(2)} at 30 days: what Bergomi's expansion at first order gives one factor that returns at the κ above, 2 at once and 1 far out. It is chosen, not fitted: at R = 1 the tilt would be nearly twice as
large, and where volatility's answer is not linear R can pass 2 at short maturities, as it was seen to on the S&P 500 and the DAX (Vargas, Dao and Bouchaud 2015), which would make it smaller. So after a fall of 10 % in a day a put 10 % out of the money is about ${fixed(
    (100 * 0.1 * 0.1 * tilt[0].tilt) / stickiness,
  )} % of its volatility dearer than the level alone makes it, a call as far out as much cheaper; falls of more than
19 % count as 19 %, as the fit has none deeper than ${fixed(100 * deepestFall)} %. By the same R the skew is on average −${percent((0.65 * averageReaction) / stickiness)} at a level of 65 % (β = ${percent(averageReaction)} with nothing else asked), where the assumed smile has −0.27:
what is assumed is already that of a stressed month.

The scenarios of history turn the smile by it, times the volatility buffer, at other maturities as the level moves there and by R there; no smile is turned beyond ρ = −0.95, which a long expiry at a high
level would reach. The grid does not: how volatility moves there is a parameter. Chains of your own, imported hour by hour through a fall, bring the skew they had.

## Your own option chain

\`\`\`
ballast data import --chain chain.csv --to my-data --base data
ballast margin account.json --data my-data
\`\`\`

One option a row, under a header, in any order of columns. Deribit's own names and those of Tardis's \`options_chain\` are understood as they are.

| column | also called | what it holds |
|---|---|---|
| \`timestamp\` | \`creation_timestamp\`, \`time\`, \`date\` | when it was quoted: unix seconds, milliseconds or microseconds, or UTC like 2025-10-10T21:35:00Z |
| \`underlying\` | \`asset\`, \`currency\`, or part of \`instrument_name\`, \`symbol\` | ETH; or \`--asset\` |
| \`expiry\` | \`expiration\`, \`expiration_timestamp\`, or part of the name | as the time; a date alone is 08:00 UTC |
| \`strike\` | \`strike_price\`, or part of the name | above 0 |
| \`right\` | \`type\`, \`option_type\`, or part of the name | call or put |
| \`forward\` | \`underlying_price\`; \`index_price\` or \`spot\` if there is none | of the same currency as the strike |
| \`bid_iv\`, \`ask_iv\` | \`bid_vol\`, \`ask_vol\` | implied volatility, all in points (65.2) or all decimals (0.652); 0 or empty where nobody quotes |
| \`mark_iv\` | \`iv\`, \`implied_volatility\` | used where one side is missing; counts as a quote two points wide |
| \`bid\`, \`ask\`, \`mark_price\` | \`best_bid_price\`, \`best_ask_price\`, \`price\` | used when the file has no volatilities, with \`--prices usd\` or \`--prices coin\` |

Of the two options at a strike the one out of the money is read. Each underlying and hour is fitted by itself: SSVI slices with a level, a skew and a curvature of their own for every expiry, by least squares in volatility, each quote
weighed by its width, free of butterflies and calendar spreads by construction. The error of every expiry is printed. The surface is in force from the first full hour after the quotes and for 24 hours;
its level is carried by the reaction above, as DVOL's is. A year of chains is a year of surfaces: import them one after the other.

Refused, with the line: a bid above its offer, a strike that is not above 0, an expired option, a quote twice in an hour, a price no volatility gives, a butterfly or a calendar spread that costs less than
nothing by more than 2 vol points, an underlying or an hour the dataset has no price of, a forward far from that price, and an expiry that no surface comes nearer to than 10 points. Left out and said: strikes without both sides and
without a mark, expiries with fewer than 5 strikes, with strikes on one side of the forward only, or within the hour; and smaller arbitrages, which the fitted surface does not have.
`;
}

/** (1 − e^(−κT))/(κT) */
function meanWeight(kappa: number, days: number): number {
  const x = (kappa * days) / 365;
  return -Math.expm1(-x) / x;
}
