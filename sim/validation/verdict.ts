import { holm } from "./holm.ts";
import type { PortfolioResult } from "./portfolio-result.ts";
import { binomialPower, type TestOutcome } from "./portfolio-tests.ts";

/** A test with what it means among all others. */
export interface Judged extends TestOutcome {
  /** Whether the verdict rests on it: on what accounts are held to, and on the draws of a portfolio whose requirement they mostly set. */
  readonly decides: boolean;
  /** `pTooLittle` corrected for all tests that decide (or, of those that do not, for all others that do not); null where it was not run. */
  readonly pAdjusted: number | null;
  readonly rejected: boolean;
}

export type JudgedPortfolio = Omit<PortfolioResult, "tests"> & { readonly tests: readonly Judged[]; readonly rejected: boolean };

export interface Verdict {
  /** "rejected": some test finds too little margin, at 5 % over all tests together. */
  readonly verdict: "rejected" | "not rejected";
  readonly level: number;
  readonly tests: { readonly deciding: number; readonly below5Percent: number; readonly rejected: number; readonly notRun: number };
  /** Portfolios whose losses the draws alone understate while the floor, which sets their requirement, covers them. */
  readonly heldByFloor: readonly string[];
  /** How often the coverage test of one portfolio, corrected as the verdict is, finds exceedances twice as often as they should be. */
  readonly powerCorrected: number;
  readonly portfolios: readonly JudgedPortfolio[];
}

/** Over all tests together: a model that is right is rejected in at most one validation of twenty. */
const LEVEL = 0.05;
/** Up to this share of days on which a floor sets the requirement, the draws are what margin rests on. */
const MOSTLY = 0.5;

/**
 * The verdict over all portfolios and tests. Only evidence of too little margin rejects: a model that is careful on purpose fails every
 * two-sided test of it. p-values are corrected by Holm's method, which holds whatever the tests have in common.
 */
export function judge(results: readonly PortfolioResult[], probability: number): Verdict {
  const all = results.flatMap((result) => result.tests.map((test) => ({ result, test, decides: test.of === "margin" || result.setByFloor <= MOSTLY })));
  const adjusted = new Map<TestOutcome, number>();
  for (const decides of [true, false]) {
    const family = all.filter((one) => one.decides === decides && one.test.pTooLittle !== null);
    holm(family.map(({ test }) => test.pTooLittle as number)).forEach((p, i) => {
      adjusted.set(family[i].test, p);
    });
  }
  const portfolios = results.map((result): JudgedPortfolio => {
    const tests = all
      .filter((one) => one.result === result)
      .map(({ test, decides }): Judged => {
        const pAdjusted = adjusted.get(test) ?? null;
        return { ...test, decides, pAdjusted, rejected: pAdjusted !== null && pAdjusted < LEVEL };
      });
    return { ...result, tests, rejected: tests.some((test) => test.decides && test.rejected) };
  });
  const judged = portfolios.flatMap(({ tests }) => tests);
  const deciding = judged.filter((test) => test.decides && test.pAdjusted !== null);
  const rejected = deciding.filter((test) => test.rejected).length;
  const fewest = results.reduce((least, { days }) => Math.min(least, days), Number.POSITIVE_INFINITY);
  return {
    verdict: rejected > 0 ? "rejected" : "not rejected",
    level: LEVEL,
    tests: {
      deciding: deciding.length,
      below5Percent: deciding.filter((test) => (test.pTooLittle as number) < LEVEL).length,
      rejected,
      notRun: judged.filter((test) => test.pTooLittle === null).length,
    },
    heldByFloor: portfolios.filter(({ tests, rejected: bad }) => !bad && tests.some((test) => !test.decides && test.rejected)).map(({ name }) => name),
    powerCorrected: binomialPower(fewest, probability, LEVEL / Math.max(1, deciding.length)),
    portfolios,
  };
}
