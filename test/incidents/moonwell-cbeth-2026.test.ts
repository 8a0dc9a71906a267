import { describe, expect, it } from "vitest";
import { keeperProfit, sliceFraction } from "../../sim/liquidation/index.ts";
import { type Accounts, createAccounts, revalue, valueCoins } from "../../sim/replay/accounts.ts";
import { createUniverse } from "../../sim/replay/universe.ts";
import { parameters } from "../replay/world.ts";

/**
 * Moonwell on Base, 15 February 2026: MIP-X43 priced cbETH at its rate in ether, 1.12, instead of about 2,200 USD. 1,096.317 cbETH seized, 2.44 million USD of
 * collateral at the right price, 1,779,044.83 USD left unpaid. Published: forum.moonwell.fi/t/2068; of high confidence.
 */
const PUBLISHED = { wrongUsd: 1.12, rightUsd: 2_200, seized: 1_096.317, seizedUsd: 2_440_000, badDebtUsd: 1_779_044.83 };
/** Compound v2's rules, which Moonwell runs: a borrower may owe up to a collateral factor of what it has posted. About 0.8 for cbETH: medium confidence. */
const COLLATERAL_FACTOR = 0.8;

/**
 * Borrowers against cbETH in our accounts. Who owed what is not published: ten borrowers owe from nearly nothing to all they may, with all the cbETH between
 * them; cbETH is a coin that moves with ETH, its rate the peg.
 */
function borrowers(): Accounts {
  const universe = createUniverse(["ETH"], []);
  const count = 10;
  const lots = new Float64Array(count).fill(PUBLISHED.seized / count / universe.lotSize[0]);
  const posted = (PUBLISHED.seizedUsd / count) * COLLATERAL_FACTOR;
  const table = { accounts: count, offsets: new Int32Array(count + 1), instrument: new Int32Array(0), lots: new Float64Array(0) };
  const accounts = createAccounts({ fundUsd: 0, accounts: [], universe, table }, parameters({ "stETH.haircut": Math.round(10_000 * (1 - COLLATERAL_FACTOR)) }));
  accounts.cash.set(Float64Array.from({ length: count }, (_, a) => (-posted * (a + 1)) / count));
  accounts.coinLots[2].set(lots);
  return accounts;
}

describe("Moonwell's price of cbETH on 15 February 2026", () => {
  const accounts = borrowers();
  const debts = [...accounts.cash].map((cash) => -cash);
  const owed = debts.reduce((sum, debt) => sum + debt, 0);
  const at = (usd: number) => {
    valueCoins(accounts.coinValues, accounts.universe, Float64Array.of(usd), 1);
    revalue(accounts);
  };

  it("is 2,226 at the published sums, the price of one vote later 1.12", () => {
    expect(Math.abs(PUBLISHED.seizedUsd / PUBLISHED.seized / PUBLISHED.rightUsd - 1)).toBeLessThan(0.02);
  });

  it("makes nobody liquidatable while it is right, and everybody the moment it is wrong, whatever they owe", () => {
    at(PUBLISHED.seizedUsd / PUBLISHED.seized);
    expect(Math.min(...accounts.equity)).toBeGreaterThan(-1e-6);
    at(PUBLISHED.wrongUsd);
    expect(Math.max(...accounts.equity)).toBeLessThan(0);
    for (let a = 0; a < accounts.count; a++) {
      const input = { maintenance: debts[a], target: 1, equity: accounts.equity[a], saleValue: accounts.worth[a], discount: 0.1, fees: 0, credit: 1 };
      expect(sliceFraction(input)).toBe(1);
    }
  });

  it("sells all 1,096.317 cbETH for about a thousand dollars of debt: a keeper earns what is seized but for that", () => {
    at(PUBLISHED.wrongUsd);
    const repaid = PUBLISHED.seized * PUBLISHED.wrongUsd;
    expect(repaid).toBeLessThan(1_300);
    const profit = keeperProfit({ discount: PUBLISHED.seizedUsd - repaid, fee: 0, unwinding: 0, gas: 1 });
    expect(profit / PUBLISHED.seizedUsd).toBeGreaterThan(0.999);
  });

  // The 1,779,044.83 USD themselves cannot be derived: they are what the borrowers owed, and who owed what is not published (some borrowed cbETH itself at the wrong
  // price). What can: it is all they owed but for that thousand, and so at most the collateral factor of what was seized.
  it("leaves unpaid all that was owed but for two tenths of a per cent, which bounds the published loss by the collateral factor", () => {
    const repaid = PUBLISHED.seized * PUBLISHED.wrongUsd;
    expect((owed - repaid) / owed).toBeGreaterThan(0.998);
    const most = COLLATERAL_FACTOR * PUBLISHED.seizedUsd;
    expect(PUBLISHED.badDebtUsd).toBeLessThan(most);
    // What they owed is then the published sum and that thousand: nine tenths of what they might have.
    expect((PUBLISHED.badDebtUsd + repaid) / most).toBeGreaterThan(0.85);
    expect((PUBLISHED.badDebtUsd + repaid) / most).toBeLessThan(0.95);
  });

  it("shows before a vote: the worth of the same book falls by all of its collateral in the block that executes", () => {
    at(PUBLISHED.seizedUsd / PUBLISHED.seized);
    const before = accounts.worth.reduce((sum, worth) => sum + worth, 0);
    at(PUBLISHED.wrongUsd);
    const after = accounts.worth.reduce((sum, worth) => sum + worth, 0);
    expect((before - after) / PUBLISHED.seizedUsd).toBeGreaterThan(0.999);
  });
});
