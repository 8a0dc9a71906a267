/** Whether margin was enough, day after day of all history: the tests a clearing house is held to, and what each of them can see. */
export { meanBlockDays } from "./bootstrap.ts";
export { POWER_RUNS, RUNS } from "./laws.ts";
export { type MarginRates, marginRates, withoutBuffer } from "./margin-rates.ts";
export { type Narrowed, narrowed } from "./narrowed.ts";
export { type Coverage, dailyProcyclicality, type Event, FEWEST_DAYS, type PortfolioResult, testPortfolio } from "./portfolio-result.ts";
export { type Subject, TESTS, type TestName, type TestOutcome } from "./portfolio-tests.ts";
export { REFERENCE_PORTFOLIOS, type ReferencePortfolio, underlyingsOf } from "./reference-portfolios.ts";
export { horizonOf, type Rolling, rollWindows, type Windows } from "./rolling.ts";
export { type Judged, type JudgedPortfolio, judge, type Verdict } from "./verdict.ts";
