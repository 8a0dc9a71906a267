// Writes what is generated from the sources: the reference page of the parameters, the JSON Schemas, the kernel's WebAssembly.
//   node scripts/generate.ts            writes them
//   node scripts/generate.ts --check    writes nothing; leaves with 1 and the names of the files that are not up to date

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { loadDataset } from "../cli/dataset/load.ts";
import { jsonSchemas } from "../cli/output/json-schemas.ts";
import { writeFile } from "../cli/output/write.ts";
import { formatted } from "./generate/format.ts";
import { impliedVolatilityPage } from "./generate/implied-volatility-page.ts";
import { kernelBytesText } from "./generate/kernel-bytes.ts";
import { parametersPage } from "./generate/parameters-page.ts";
import { parametersSchema } from "./generate/parameters-schema.ts";

const root = resolve(import.meta.dirname, "..");
const schemas = { "parameters.schema.json": parametersSchema(), ...jsonSchemas() };
const files = new Map([
  ["docs/parameters.md", parametersPage()],
  ["docs/implied-volatility.md", impliedVolatilityPage(await loadDataset())],
  ["sim/kernel/wasm-bytes.ts", await kernelBytesText()],
]);
for (const [name, schema] of Object.entries(schemas)) files.set(`schemas/${name}`, formatted(root, name, JSON.stringify(schema, null, 2)));

const stale = [...files].filter(([path, text]) => current(path) !== text);
if (process.argv.includes("--check")) {
  for (const [path] of stale) console.error(`${path} is not what its source says: run \`make docs\` and commit it.`);
  process.exitCode = stale.length === 0 ? 0 : 1;
} else {
  for (const [path, text] of stale) await writeFile(resolve(root, path), text);
  console.log(stale.length === 0 ? "everything generated is up to date" : `written: ${stale.map(([path]) => path).join(", ")}`);
}

function current(path: string): string | undefined {
  try {
    return readFileSync(resolve(root, path), "utf8");
  } catch {
    return undefined; // not there yet
  }
}
