import { parseArgs } from "node:util";
import { DEFAULT_DATASET, loadDataset } from "../cli/dataset/load.ts";
import { fitImpliedModel } from "./implied-model/fit.ts";
import { modelErrors } from "./implied-model/held-out.ts";
import { tiltFit } from "./implied-model/tilt.ts";

/**
 * Fits the implied-volatility model on a dataset, and on all but its last year, and prints how far off it is in and out of sample, and what belongs in `sim/market/implied-model.ts`. A test fits again and compares.
 *
 *   ./scripts/node node scripts/fit-implied-model.ts [--from data]
 */
const { values } = parseArgs({ options: { from: { type: "string", default: DEFAULT_DATASET } } });
const dataset = await loadDataset(values.from);
console.log(JSON.stringify({ ...fitImpliedModel(dataset), tilt: tiltFit(dataset), errors: modelErrors(dataset) }, null, 2));
