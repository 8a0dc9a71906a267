import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { jsonSchemas } from "../../cli/output/json-schemas.ts";

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** A validator of the COMMITTED schema, as an outsider would make one. */
async function validator(name: string) {
  const ajv = new Ajv2020({ allErrors: true, strict: false });
  const validate = ajv.compile(JSON.parse(await readFile(at(`schemas/${name}`), "utf8")));
  return (value: unknown) => (validate(value) ? [] : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`));
}

describe("the published schemas", () => {
  test.for(Object.entries(jsonSchemas()))("%s is what the types say (else run `make docs`)", async ([name, schema]) => {
    expect(JSON.parse(await readFile(at(`schemas/${name}`), "utf8"))).toEqual(JSON.parse(JSON.stringify(schema)));
  });

  test("policy and deployment of this repository fit", async () => {
    for (const name of ["policy", "deployment"]) {
      const problems = await validator(`${name}.schema.json`);
      expect(problems(parse(await readFile(at(`proposals/${name}.yaml`), "utf8")))).toEqual([]);
    }
  });

  test("a proposal fits with numbers and with units, and not with a negative or a nested one", async () => {
    const problems = await validator("proposal.schema.json");
    const proposal = { title: "t", author: "a", changes: { "ETH.volBuffer": 3_000, "protocol.horizon": "1 d" }, ramp: "6 h" };
    expect(problems(proposal)).toEqual([]);
    expect(problems({ ...proposal, changes: { "ETH.volBuffer": -1 } })).not.toEqual([]);
    expect(problems({ ...proposal, changes: { "ETH.volBuffer": "0xBB8" } })).not.toEqual([]);
    expect(problems({ ...proposal, changes: { ETH: { volBuffer: 1 } } })).not.toEqual([]);
    expect(problems({ ...proposal, titel: "t" })).not.toEqual([]);
  });
});
