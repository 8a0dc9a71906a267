import { describe, it } from "vitest";
import { expectStopped, gate, proposed } from "./gate.ts";

const drafted = (changes: string) => proposed(`title: A change\nauthor: Somebody\nchanges:\n${changes}`);

describe("changes of parameters that were voted through elsewhere, at this gate", { timeout: 120_000 }, () => {
  // Aave, 10 March 2026: ratio and timestamp each within their limits (3 % in three days), the price of the two together 2.85 % too low.
  it("Aave CAPO: three values, each within its bounds and its step, together take more off the requirement than a vote may", async () => {
    const proposal = await drafted("  protocol.initialMargin: 120 %\n  ETH.spotRange: 13.5 %\n  ETH.volBuffer: 20 %\n");
    const found = await gate(proposal);
    expectStopped(found, { exit: 3, check: "coupled", message: /ETH's reference requirement would move/, names: /Aave CAPO, March 2026/ });
    // Nothing else of the rules has anything against them: it is the pair that is wrong, not a part of it.
    for (const rule of ["bounds", "step", "cooldown", "units", "no-op"]) {
      if (found.findings.some(({ check }) => check === rule)) throw new Error(`${rule} found something too`);
    }
  });

  // Moonwell, 15 February 2026: MIP-X43 gave cbETH's rate in ether, 1.12, where dollars were read, about 2 200.
  it("Moonwell MIP-X43: a value that lacks the price of ether, a factor of 2 200", async () => {
    // The cap of stETH is 100 000 thousand dollars: 45 thousand ether at that price.
    const found = await gate(await drafted("  stETH.cap: 45\n"));
    expectStopped(found, {
      exit: 3,
      check: "units",
      message: /stETH\.cap goes from 100000 to 45 usdThousands, a factor of 2222/,
      names: /Moonwell, February 2026/,
    });
  });

  // Ribbon/Aevo, 12 December 2025: prices of 18 decimals where 8 were read.
  it("Ribbon: a value with 18 decimals where there are 8, a factor of 10^10", async () => {
    const found = await gate(await drafted("  ETH.shortOptionMinimum: 500000000000\n"));
    expectStopped(found, {
      exit: 3,
      check: "units",
      message: /a factor of 10000000000: about the factor between 8 and 18 decimals/,
      names: /Ribbon\/Aevo, December 2025/,
    });
  });

  // Venus, 8 May 2021: VIP-22 let XVS count for 80 % of its value; on 18 May it fell from 144 to 31 USD.
  it("Venus XVS: collateral that is to count for 80 % of its value, in one vote", async () => {
    // The nearest we have to a thin coin: stETH, haircut 35 %.
    const found = await gate(await drafted("  stETH.haircut: 20 %\n"));
    expectStopped(found, { exit: 3, check: "step", message: /stETH\.haircut .*at least 3250 bps/, names: /Venus, May 2021.*XVS to 80 %/ });
  });
});
