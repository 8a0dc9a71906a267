import { createRequire } from "node:module";
import hardhatIgnitionViem from "@nomicfoundation/hardhat-ignition-viem";
import hardhatViem from "@nomicfoundation/hardhat-viem";
import { defineConfig } from "hardhat/config";

/** An invariant's campaign: `runs` sequences of `depth` calls each. `scripts/invariants.ts` asks for more, and for other seeds. */
const runs = Number(process.env.BALLAST_INVARIANT_RUNS ?? 16);
const depth = Number(process.env.BALLAST_INVARIANT_DEPTH ?? 24);
const seed = process.env.BALLAST_FUZZ_SEED ?? "0xba11a57";

const require = createRequire(import.meta.url);

/** solc comes from the npm package, pinned by the lock file: nothing is downloaded at build time. */
export default defineConfig({
  plugins: [hardhatViem, hardhatIgnitionViem],
  solidity: {
    version: "0.8.37",
    path: require.resolve("solc/soljson.js"),
    settings: {
      optimizer: { enabled: true, runs: 200 },
      evmVersion: "cancun",
      // The layout is how a rehearsal names the storage slots a proposal changed.
      outputSelection: { "*": { "*": ["storageLayout"] } },
    },
    // OpenZeppelin's timelock is used as it is.
    npmFilesToBuild: ["@openzeppelin/contracts/governance/TimelockController.sol"],
  },
  test: { solidity: { fuzz: { runs: 128, seed }, invariant: { runs, depth, failOnRevert: false } } },
});
