import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { updateParametersFile } from "../../cli/live/update.ts";
import { loadParameters, parametersText } from "../../cli/proposal/parameters.ts";
import { initialParameters, withValue } from "../../sim/parameters/index.ts";
import { temporary } from "../temporary.ts";

const initial = initialParameters();
const raised = withValue(withValue(initial, { scope: "ETH", name: "volBuffer" }, 3_000), { scope: "ETH", name: "haircut" }, 10_000 - 7_900);

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await temporary("update");
  file = join(folder, "parameters.yaml");
});

describe("parameters.yaml is brought up to the chain", () => {
  it("value by value, with every other byte as somebody wrote it", async () => {
    // ETH is an underlying and a collateral: each value in its own place, whatever unit or quotes it stood in.
    const text = `# ours\n${parametersText(initial).replace(/(ETH:\n +)volBuffer: 2500 +#.*/, '$1volBuffer: "25 %" # a quarter')}`;
    await writeFile(file, text);
    expect(await updateParametersFile(file, raised)).toEqual([
      { scope: "ETH", name: "volBuffer", chain: 3_000, file: 2_500 },
      { scope: "ETH", name: "haircut", chain: 2_100, file: 2_000 },
    ]);
    expect(await loadParameters(file)).toEqual(raised);
    const [before, after] = [text.split("\n"), (await readFile(file, "utf8")).split("\n")];
    expect(after.filter((line, i) => line !== before[i]).map((line) => line.trim().replace(/ +/g, " ").slice(0, 27))).toEqual([
      "volBuffer: 3000 # a quarter",
      "haircut: 2100 # basis point",
    ]);
  });

  it("as it is generated, where it was generated", async () => {
    await writeFile(file, parametersText(initial));
    await updateParametersFile(file, raised);
    expect(await readFile(file, "utf8")).toBe(parametersText(raised));
  });

  it("anew, where the chain has an asset that it has not", async () => {
    const { LINK, ...others } = initial.underlyings;
    expect(LINK).toBeDefined();
    await writeFile(file, `# ours\n${parametersText({ ...initial, underlyings: others })}`);
    const differences = await updateParametersFile(file, raised);
    expect(differences.filter(({ scope }) => scope === "LINK").every(({ file: own }) => own === null)).toBe(true);
    expect(await loadParameters(file)).toEqual(raised);
  });

  it("not at all, where it says the same", async () => {
    await writeFile(file, `${parametersText(raised)}# a remark\n`);
    const { mtimeMs } = await stat(file);
    expect(await updateParametersFile(file, raised)).toEqual([]);
    expect((await stat(file)).mtimeMs).toBe(mtimeMs);
  });
});
