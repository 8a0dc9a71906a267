import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    environment: "node",
    pool: "forks",
    maxWorkers: availableParallelism(),
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A forgotten `.only` would pass for a whole green suite.
    allowOnly: false,
    // Nothing may depend on where the machine stands, nor on the chain its user looks at. What tests start is compiled once, as `ballast` does it.
    env: { TZ: "UTC", BALLAST_RPC_URL: "", NODE_COMPILE_CACHE: resolve(import.meta.dirname, ".cache/compile") },
  },
});
