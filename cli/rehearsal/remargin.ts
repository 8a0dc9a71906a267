import { createMarket } from "../../sim/market/market.ts";
import { keysOf, type ParameterSet, valueOf } from "../../sim/parameters/index.ts";
import { startSimulation } from "../../sim/replay/simulation.ts";
import { bookSource, drawBook } from "../backtest/book.ts";
import { requireCrash } from "../backtest/crashes.ts";
import { loadDataset } from "../dataset/load.ts";
import type { Policy } from "../proposal/policy.ts";

/** What a book needs under two parameter sets that ought to be one. USD. */
export interface Remargined {
  readonly accounts: number;
  /** The crash at whose first hour the book is opened. */
  readonly crash: string;
  readonly maintenance: { readonly chain: number; readonly file: number };
  readonly initial: { readonly chain: number; readonly file: number };
  /** Accounts whose requirement differs by so much as a bit. */
  readonly differing: number;
  /** Values that differ, as `ETH.volBuffer`. */
  readonly values: readonly string[];
}

/**
 * Margins the book of the policy's first seed under the values read from a chain and under those of the files: what is voted on has to be what is margined.
 *
 * @param chain the set as read back after the execution, its ramps ended
 * @param file the set that proposal.yaml makes
 * @example (await remargin(policy, "proposals", rehearsal.afterRamps.inForce, proposal.after)).differing // 0
 */
export async function remargin(policy: Policy, policyFolder: string, chain: ParameterSet, file: ParameterSet): Promise<Remargined> {
  const [dataset, source] = await Promise.all([loadDataset(), bookSource(policy.book, policyFolder)]);
  const [seed] = policy.seeds;
  const book = drawBook(source, seed);
  const market = createMarket(dataset);
  const [id] = policy.crashes;
  const crash = requireCrash(dataset.crashes, id);
  const requirementsUnder = (parameters: ParameterSet) => startSimulation({ market, crash, book, parameters, counts: policy.counts, seed }).view.requirements;
  const [onChain, inFile] = [requirementsUnder(chain), requirementsUnder(file)];
  const accounts = inFile.maintenance.length;
  const differs = (a: number) => onChain.maintenance[a] !== inFile.maintenance[a] || onChain.initial[a] !== inFile.initial[a];
  return {
    accounts,
    crash: id,
    maintenance: { chain: total(onChain.maintenance), file: total(inFile.maintenance) },
    initial: { chain: total(onChain.initial), file: total(inFile.initial) },
    differing: Array.from({ length: accounts }, (_, a) => a).filter(differs).length,
    values: keysOf(file)
      .filter((key) => valueOf(chain, key) !== valueOf(file, key))
      .map(({ scope, name }) => `${scope}.${name}`),
  };
}

function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
