import type { MarginStep } from "../margin/types.ts";
import { expectedShortfall } from "../math/index.ts";
import type { Accounts } from "./accounts.ts";

/** Confidence of the index, bps: DESIGN §7. */
const INDEX_CONFIDENCE_BPS = 9_990;

/** How the whole protocol stands against the scenarios of one step. */
export interface SystemSolvency {
  /** Fund over the 99.9 % expected shortfall of Σ accounts' shortfalls; null if no scenario has any. */
  readonly index: number | null;
  /** Largest joint shortfall of the two worst accounts in any scenario, USD (Cover-2, PFMI principle 4). */
  readonly coverTwo: number;
  /** The fund at which the index is 1 and Cover-2 is met: the larger of the tail and of Cover-2, USD. */
  readonly insuranceTarget: number;
}

/** Buffers of `systemSolvency`, for a number of scenarios. */
export interface SolvencyBuffers {
  readonly profit: Float64Array;
  readonly shortfall: Float64Array;
  readonly worst: Float64Array;
  readonly second: Float64Array;
}

export function createSolvencyBuffers(scenarios: number): SolvencyBuffers {
  return {
    profit: new Float64Array(scenarios),
    shortfall: new Float64Array(scenarios),
    worst: new Float64Array(scenarios),
    second: new Float64Array(scenarios),
  };
}

/**
 * Runs every account that some scenario of the step exhausts through all of them: what an account loses beyond its worth at market value is the system's
 * shortfall. The index looks at the two historical families, which have a probability; Cover-2 at all scenarios, the grid included.
 */
export function systemSolvency(accounts: Accounts, step: MarginStep, fund: number, buffers: SolvencyBuffers): SystemSolvency {
  const { profit, shortfall, worst, second } = buffers;
  const { scenarios } = step;
  shortfall.fill(0);
  worst.fill(0);
  second.fill(0);
  const losses = step.worstLosses(accounts.holdings);
  for (let a = 0; a < accounts.count; a++) {
    const worth = accounts.worth[a];
    // Most accounts outlive every scenario.
    if (worth >= losses[a]) continue;
    step.profitAndLoss(accounts.holdings, a, profit);
    addShortfalls(buffers, worth, scenarios);
  }
  let coverTwo = 0;
  for (let s = 0; s < scenarios; s++) coverTwo = Math.max(coverTwo, worst[s] + second[s]);
  // The moves that were not drawn are smaller than those that were: nobody falls short in them. Where all were, jumps come on top: the worst count.
  const historical = new Float64Array(step.filteredPopulation + step.stressed);
  const worstFirst = shortfall
    .slice(0, step.filtered + step.stressed)
    .sort()
    .reverse();
  historical.set(worstFirst.subarray(0, historical.length));
  const tail = expectedShortfall(historical, historical.length, INDEX_CONFIDENCE_BPS);
  return { index: tail > 0 ? fund / tail : null, coverTwo, insuranceTarget: Math.max(tail, coverTwo) };
}

/** Adds what one account lacks in each scenario. A function of its own: an engine that compiles the loop within the loop over accounts compiles it again and again. */
function addShortfalls({ profit, shortfall, worst, second }: SolvencyBuffers, worth: number, scenarios: number): void {
  for (let s = 0; s < scenarios; s++) {
    const beyond = -(worth + profit[s]);
    if (beyond <= 0) continue;
    shortfall[s] += beyond;
    if (beyond > worst[s]) {
      second[s] = worst[s];
      worst[s] = beyond;
    } else if (beyond > second[s]) second[s] = beyond;
  }
}
