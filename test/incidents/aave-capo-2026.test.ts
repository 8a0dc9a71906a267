import { describe, expect, it } from "vitest";
import { sliceFraction } from "../../sim/liquidation/index.ts";
import { type Accounts, createAccounts, revalue, valueCoins } from "../../sim/replay/accounts.ts";
import { createUniverse } from "../../sim/replay/universe.ts";
import { parameters } from "../replay/world.ts";

/**
 * Aave v3, 10 March 2026: a cap on the growth of wstETH's exchange rate held it 2.85 % too low (1.19 instead of 1.23 ETH), because its snapshot may rise 3 % in
 * three days and was meant to cover seven. 10,938 wstETH of 34 accounts sold, liquidators made 499 ETH, nothing was left unpaid. Published: post-mortem of
 * the risk manager, by Crypto Briefing and others; of high confidence.
 */
const PUBLISHED = { underpriced: 0.0285, ratio: 1.23, wstEther: 10_938, accounts: 34, liquidatorsEther: 499, badDebt: 0 };
/** Ether-correlated category of Aave v3 (public parameters): liquidation threshold 95 %, bonus 1 %. */
const EMODE = { threshold: 0.95, bonus: 0.01 };
const ETHER_USD = 2_000;

/**
 * Loops of wstETH against ETH in our accounts: collateral counted at 95 % by a haircut of 5 %, the debt as cash owed; equity below zero is a health factor
 * below one. Who had which health factor is not published: 34 accounts stand below the line that 2.85 % draws, as many above, evenly.
 */
function loops(healthFactors: readonly number[], etherPerLoop: number): Accounts {
  const universe = createUniverse(["ETH"], []);
  const count = healthFactors.length;
  const set = parameters({ "stETH.haircut": Math.round(10_000 * (1 - EMODE.threshold)) });
  const lots = new Float64Array(count).fill(Math.round(etherPerLoop / universe.lotSize[0]));
  const ether = universe.lotSize[0] * ETHER_USD;
  const table = { accounts: count, offsets: new Int32Array(count + 1), instrument: new Int32Array(0), lots: new Float64Array(0) };
  const accounts = createAccounts({ fundUsd: 0, accounts: [], universe, table }, set);
  accounts.cash.set(Float64Array.from(healthFactors, (factor, a) => (-lots[a] * ether * EMODE.threshold) / factor));
  accounts.coinLots[2].set(lots);
  return accounts;
}

describe("Aave's cap on wstETH on 10 March 2026", () => {
  const line = 1 / (1 - PUBLISHED.underpriced);
  const below = Array.from({ length: PUBLISHED.accounts }, (_, i) => 1.0005 + ((line - 1.001) * i) / PUBLISHED.accounts);
  const above = below.map((factor) => factor + line - 1);
  const etherPerLoop = (PUBLISHED.wstEther * PUBLISHED.ratio) / PUBLISHED.accounts;
  const accounts = loops([...below, ...above], etherPerLoop);
  const liquidatable = (price: number) => {
    valueCoins(accounts.coinValues, accounts.universe, Float64Array.of(ETHER_USD), price);
    revalue(accounts);
    return [...accounts.equity].map((equity) => equity < 0);
  };

  it("makes nobody liquidatable at the market's price, and at one of 2.85 % less exactly those with a health factor below 1 / (1 − 2.85 %)", () => {
    expect(liquidatable(1)).not.toContain(true);
    const hit = liquidatable(1 - PUBLISHED.underpriced);
    expect(hit.filter(Boolean)).toHaveLength(PUBLISHED.accounts);
    expect(hit.slice(0, PUBLISHED.accounts)).not.toContain(false);
  });

  it("pays liquidators the published 499 ether on the published 10,938 wstETH, to a tenth: bonus and mispricing together", () => {
    liquidatable(1 - PUBLISHED.underpriced);
    let taken = 0;
    let repaid = 0;
    for (let a = 0; a < PUBLISHED.accounts; a++) {
      // Nothing can restore a loop that owes more than its collateral counts for: it is sold whole, up to what pays the debt.
      const fraction = sliceFraction({ maintenance: 1, target: 1, equity: accounts.equity[a], saleValue: 0, discount: 0, fees: 0, credit: 1 });
      expect(fraction).toBe(1);
      const price = accounts.coinValues[2] / (accounts.universe.lotSize[0] * ETHER_USD);
      // Seized: all of it, as the published sum says; the debt it repays at the wrong price, less the bonus.
      taken += etherPerLoop;
      repaid += (etherPerLoop * price) / (1 + EMODE.bonus);
    }
    expect(Math.abs((taken - repaid) / PUBLISHED.liquidatorsEther - 1)).toBeLessThan(0.1);
  });

  it("leaves no bad debt: a loop at the threshold is worth more than its debt by far more than 2.85 %", () => {
    liquidatable(1 - PUBLISHED.underpriced);
    for (let a = 0; a < PUBLISHED.accounts; a++) expect(accounts.worth[a]).toBeGreaterThan(PUBLISHED.badDebt);
    // Only a price more than 5 % too low would have left some.
    liquidatable(1 - (1 - EMODE.threshold) - PUBLISHED.underpriced);
    expect(Math.min(...accounts.worth)).toBeLessThan(0);
  });

  it("is what two parameters that must move together do alone: a rise of seven days does not fit a step of three per cent", () => {
    // What the cap lacked of the market's ratio, 2.85 %, is less than one step: the step, not the market, was in the way. How far the snapshot stood from its
    // target when the timestamp was moved is not published, so the 2.85 % themselves cannot be derived.
    const step = 0.03;
    expect(PUBLISHED.underpriced).toBeLessThan(step);
    expect(1.23 * (1 - PUBLISHED.underpriced)).toBeCloseTo(1.19, 2);
  });
});
