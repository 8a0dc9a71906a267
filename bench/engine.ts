import { loadDataset } from "../cli/dataset/load.ts";
import { CANONICAL_COUNTS, createMarginEngine, type PositionTable } from "../sim/margin/index.ts";
import { createMarket, type Snapshot } from "../sim/market/index.ts";
import { createRandom } from "../sim/math/index.ts";
import { initialParameters } from "../sim/parameters/index.ts";
import type { Instrument } from "../sim/pricing/instrument.ts";
import { short } from "./median.ts";

const HOUR = Date.UTC(2024, 5, 3) / 3_600_000;
const POSITIONS = 15;
const SIZES = [1_000, 10_000, 100_000];

/** One account's requirement in a step that is priced; from a step not priced yet; and with everything to be made, as the first question of a day finds it. */
export async function requirementLine() {
  const market = createMarket(await loadDataset());
  const snapshot = market.snapshotAt(HOUR);
  const instruments = listed(snapshot);
  const table = randomTable(instruments.length, 1);
  const start = performance.now();
  const engine = createMarginEngine(market, initialParameters(), CANONICAL_COUNTS);
  engine.step(snapshot, instruments).requirements(table);
  const cold = performance.now() - start;
  const step = engine.step(snapshot, instruments);
  return {
    ms: short(best(50, () => step.requirements(table))),
    withPricingMs: short(best(20, () => engine.step(snapshot, instruments).requirements(table))),
    coldMs: short(cold),
    instruments: instruments.length,
  };
}

/** Time per account from a thousand accounts to a hundred thousand, and what the largest book takes beyond the book itself. */
export async function accountsLine() {
  const market = createMarket(await loadDataset());
  const snapshot = market.snapshotAt(HOUR);
  const instruments = listed(snapshot);
  const step = createMarginEngine(market, initialParameters(), CANONICAL_COUNTS).step(snapshot, instruments);
  const perAccount = SIZES.map((accounts) => {
    const table = randomTable(instruments.length, accounts);
    return best(accounts > 10_000 ? 3 : 10, () => step.requirements(table)) / accounts;
  });
  return {
    microsecondsPerAccount: perAccount.map((ms) => short(ms * 1_000)),
    accounts: SIZES,
    ratios: perAccount.map((ms) => short(ms / perAccount[1])),
    residentMB: Math.round(process.memoryUsage().rss / 2 ** 20),
  };
}

/** Three underlyings, five expiries, options at eleven strikes and a perpetual each. */
function listed(snapshot: Snapshot): Instrument[] {
  return snapshot.underlyings
    .filter(({ asset }) => ["BTC", "ETH", "SOL"].includes(asset))
    .flatMap(({ asset, spot }): Instrument[] => [
      { kind: "perp", underlying: asset },
      ...[2, 7, 30, 90, 180].flatMap((days) =>
        Array.from({ length: 11 }, (_, k): Instrument => {
          const right = k % 2 === 0 ? "put" : "call";
          return { kind: "option", underlying: asset, right, strike: spot * (0.75 + 0.05 * k), expiryHour: snapshot.hour + 24 * days };
        }),
      ),
    ]);
}

/** Every account holds fifteen positions, sorted by underlying. */
function randomTable(instruments: number, accounts: number): PositionTable {
  const random = createRandom("accounts");
  const instrument = new Int32Array(accounts * POSITIONS);
  for (let a = 0; a < accounts; a++) {
    const row = instrument.subarray(a * POSITIONS, (a + 1) * POSITIONS);
    for (let p = 0; p < POSITIONS; p++) row[p] = random.integer(instruments);
    row.sort();
  }
  return {
    accounts,
    offsets: Int32Array.from({ length: accounts + 1 }, (_, a) => a * POSITIONS),
    instrument,
    lots: Float64Array.from({ length: accounts * POSITIONS }, () => random.integer(41) - 20),
  };
}

function best(runs: number, work: () => unknown): number {
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs; run++) {
    const start = performance.now();
    work();
    least = Math.min(least, performance.now() - start);
  }
  return least;
}
