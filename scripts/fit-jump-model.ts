import { parseArgs } from "node:util";
import { DEFAULT_DATASET, loadDataset } from "../cli/dataset/load.ts";
import { dayText } from "../cli/dataset/time.ts";
import { fitCommonShare, fitJumps } from "./jump-model/fit.ts";

/**
 * Fits the jumps of every underlying of a dataset and prints what belongs in the parameter table (`jumpIntensity`, `jumpMean`, `jumpVol`) and in
 * `sim/scenarios/jumps.ts`. A test fits again and compares.
 *
 *   ./scripts/node node scripts/fit-jump-model.ts [--from data]
 */
const { values } = parseArgs({ options: { from: { type: "string", default: DEFAULT_DATASET } } });
const dataset = await loadDataset(values.from);
const fits = dataset.history.assets.map((asset) => fitJumps(dataset, asset));
const readable = fits.map((fit) => ({ ...fit, jumps: fit.jumps.map(({ day, move }) => `${dayText(day)} ${(move * 100).toFixed(1)} %`) }));
console.log(JSON.stringify({ fits: readable, commonShare: fitCommonShare(fits) }, null, 2));
