/**
 * Writes the JSON Schemas of `schemas/` from the types that read the files; run Biome over the folder afterwards.
 *
 *     ./scripts/node node scripts/write-schemas.ts && ./scripts/node npx biome check --write schemas
 */
import { fileURLToPath } from "node:url";
import { jsonSchemas } from "../cli/output/json-schemas.ts";
import { writeFile } from "../cli/output/write.ts";

for (const [name, schema] of Object.entries(jsonSchemas())) {
  await writeFile(fileURLToPath(new URL(`../schemas/${name}`, import.meta.url)), `${JSON.stringify(schema, null, 2)}\n`);
}
