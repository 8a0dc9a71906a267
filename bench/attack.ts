import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { short } from "./median.ts";

const BALLAST = fileURLToPath(new URL("../ballast", import.meta.url));
const PROPOSALS = fileURLToPath(new URL("../proposals", import.meta.url));
const DELEGATES = 10_000;

/** `ballast attack` with ten thousand delegates: the engine's search, every route, sensitivities and the simulated votes. */
export function attackLine() {
  const folder = mkdtempSync(join(tmpdir(), "ballast-bench-attack-"));
  try {
    for (const name of ["governance.yaml", "parameters.yaml"]) cpSync(join(PROPOSALS, name), join(folder, name));
    // Harmonic votes: 2 M for the first, 200 for the last, 19.6 M together.
    const rows = Array.from({ length: DELEGATES }, (_, i) => `0x${(i + 1).toString(16).padStart(40, "0")},${Math.floor(2e6 / (i + 1))},${i + 1},0`);
    writeFileSync(join(folder, "delegates.csv"), ["address,votes,delegators,own", ...rows, ""].join("\n"));
    const start = performance.now();
    const { status, stderr } = spawnSync(BALLAST, ["attack", folder, "--json"], { stdio: ["ignore", "ignore", "pipe"], encoding: "utf8" });
    if (status !== 0) throw new Error(`ballast attack left with ${status}: ${stderr}`);
    return { seconds: short((performance.now() - start) / 1_000), delegates: DELEGATES };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
