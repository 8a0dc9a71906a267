import { type Judged, type JudgedPortfolio, TESTS } from "../../sim/validation/index.ts";
import { formatTable } from "../output/table.ts";
import { count, day, percent, plural, share, trimmed } from "../report/format.ts";
import type { Validation } from "./run.ts";

/** What a validation found, for a terminal. */
export function validationText(validation: Validation): string {
  const { portfolios, gaps, buffer } = validation;
  const rows = portfolios.map((portfolio) => {
    const { name, days, margin, valueAtRiskExceedances, drawsExceedances, setByFloor, meanRate } = portfolio;
    const lowest = lowestOf(portfolio);
    return [
      name,
      count(days),
      percent(meanRate),
      share(margin.covered),
      `${margin.exceedances} of ${margin.expected.toFixed(1)}`,
      String(valueAtRiskExceedances),
      String(drawsExceedances),
      percent(setByFloor),
      lowest === undefined ? "none was run" : `${pText(lowest.pTooLittle)} ${lowest.of === "draws" ? "draws, " : ""}${lowest.test}`,
      portfolio.rejected ? "rejected" : "not rejected",
    ];
  });
  const table = formatTable(
    [
      { title: "portfolio" },
      { title: "days", align: "right" },
      { title: "margin", align: "right" },
      { title: "covered", align: "right" },
      { title: "beyond margin", align: "right" },
      { title: "VaR", align: "right" },
      { title: "draws", align: "right" },
      { title: "floor sets", align: "right" },
      { title: "lowest p that decides" },
      { title: "verdict" },
    ],
    rows,
  );
  return [
    verdictSentence(validation),
    "",
    table,
    "",
    ...(buffer === null
      ? []
      : [
          `Margin rates rose at most ${percent(buffer.withBuffer.largestOneDayRise)} in a day and ${percent(buffer.withBuffer.largestFiveDayRise)} in five, peak over trough ${buffer.withBuffer.peakToTrough.toFixed(2)}; without the volatility buffer ${percent(buffer.withoutBuffer.largestOneDayRise)}, ${percent(buffer.withoutBuffer.largestFiveDayRise)} and ${buffer.withoutBuffer.peakToTrough.toFixed(2)}.`,
          "",
        ]),
    ...gaps.map(({ what, why }) => `not tested  ${what}: ${why}`),
  ].join("\n");
}

/** The verdict in a few sentences: what was found, what the tests could have found. */
export function verdictSentence({ verdict, tests, portfolios, heldByFloor, span, confidenceBps, powerCorrected, level }: Validation): string {
  const rejected = portfolios.filter((portfolio) => portfolio.rejected);
  const names = rejected.map(({ name, tests: own }) => `${name} (${listed(own.filter((test) => test.decides && test.rejected))})`);
  const head =
    verdict === "rejected"
      ? `REJECTED: too little margin by ${plural(tests.rejected, "test")} of ${count(tests.deciding)}: ${names.join("; ")}.`
      : `NOT REJECTED: none of ${count(tests.deciding)} tests on ${plural(portfolios.length, "portfolio")} finds too little margin, ${day(span.firstHour)} to ${day(span.lastHour + span.horizonHours - 1)}.`;
  const least = portfolios.reduce((worst, portfolio) => (portfolio.margin.covered < worst.margin.covered ? portfolio : worst));
  const target = trimmed(percent(confidenceBps / 10_000));
  const coverage = `Maintenance margin covered at least ${share(least.margin.covered)} of the days of every portfolio (${least.name}); ${target} is asked.`;
  const floor =
    heldByFloor.length === 0 ? "" : ` The historical draws alone understate ${heldByFloor.join(", ")}; there the grid sets the requirement and covers them.`;
  const power = ` At ${trimmed(percent(level))} over all tests, twice the exceedances would be seen in the shortest sample with a probability of ${percent(powerCorrected)}.`;
  return `${head} ${coverage}${floor}${power}`;
}

/** The first few tests by name, the clearest first. */
function listed(tests: readonly Judged[]): string {
  const named = tests
    .toSorted((a, b) => (a.pTooLittle as number) - (b.pTooLittle as number))
    .map(({ test, of }) => `${TESTS[test]}${of === "draws" ? " of the draws" : ""}`);
  return named.length <= 3 ? named.join(", ") : `${named.slice(0, 3).join(", ")} and ${named.length - 3} more`;
}

/** The deciding test with the least p-value. */
export function lowestOf({ tests }: JudgedPortfolio) {
  return tests.filter((test) => test.decides && test.pTooLittle !== null).toSorted((a, b) => (a.pTooLittle as number) - (b.pTooLittle as number))[0];
}

/** A p-value as short as it says something. @example pText(0.00012) // "0.0001" */
export function pText(p: number | null): string {
  if (p === null) return "–";
  return p >= 0.9995 ? "1" : p >= 0.0995 ? p.toFixed(2) : p >= 0.00995 ? p.toFixed(3) : p < 0.00005 ? "<0.0001" : p.toFixed(4);
}
