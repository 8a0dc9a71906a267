import { parseArgs } from "node:util";
import { DEFAULT_DATASET, loadDataset } from "../cli/dataset/load.ts";
import { fitImpliedModel } from "./implied-model/fit.ts";

/**
 * Fits the implied-volatility model on a dataset and prints what belongs in `sim/market/implied-model.ts`. A test fits again and compares.
 *
 *   ./scripts/node node scripts/fit-implied-model.ts [--from data]
 */
const { values } = parseArgs({ options: { from: { type: "string", default: DEFAULT_DATASET } } });
console.log(JSON.stringify(fitImpliedModel(await loadDataset(values.from)), null, 2));
