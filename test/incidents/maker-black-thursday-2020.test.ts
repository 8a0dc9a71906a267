import { describe, expect, it } from "vitest";
import { gasCostUsd, keeperProfit, type Liquidity, unwindingCost } from "../../sim/liquidation/index.ts";
import { BLACK_THURSDAY, dataset, market } from "../replay/world.ts";

/**
 * MakerDAO, 12 and 13 March 2020. Published: Whiterabbit, "Black Thursday for MakerDAO: $8.32 million was liquidated for 0 DAI" (2020-03-14), MakerDAO
 * forum, black-thursday-response-thread; 62,890 ETH: cryptoscoop.io. Of high confidence; penalty and duration of a bid of medium.
 */
const PUBLISHED = { holeDai: 5_670_000, zeroBidUsd: 8_320_000, zeroBidEther: 62_890, zeroBidShare: 0.36, etherAtTheStart: 171 };
const RULES = { liquidationRatio: 1.5, penalty: 0.13, lotEther: 50, oracleDelayHours: 1 };

/**
 * MODEL: whose vault stood where is not published. Vaults stand at every liquidation price below the price the day's fall began from, as much ether
 * at each; keepers that ran the default script were stuck, so a published share of the auctions went to a bid of nothing. Prices are the hourly
 * closes of the data; a vault is bitten at the price of one hour ago.
 */
function blackThursday(): { auctions: { debt: number; price: number; hour: number }[] } {
  const { close } = BLACK_THURSDAY.bars[BLACK_THURSDAY.assets.indexOf("ETH")];
  const first = Date.UTC(2020, 2, 12, 8) / 3_600_000 - BLACK_THURSDAY.startHour;
  const auctions = [];
  for (let liquidationPrice = PUBLISHED.etherAtTheStart; liquidationPrice > 60; liquidationPrice -= 0.25) {
    for (let i = first; i < first + 40; i++) {
      const oracle = close[i - RULES.oracleDelayHours];
      if (oracle >= liquidationPrice) continue;
      auctions.push({ debt: liquidationPrice / RULES.liquidationRatio, price: close[i], hour: BLACK_THURSDAY.startHour + i + 1 });
      break;
    }
  }
  return { auctions };
}

/** What a keeper that can transact makes of a lot: it pays debt and penalty, and sells the ether by the square-root law at that hour's gas price. */
function profitOf({ debt, price, hour }: { debt: number; price: number; hour: number }, gasTimes: number): number {
  const ether = market.snapshotAt(hour).underlyings.find(({ asset }) => asset === "ETH");
  if (ether === undefined) throw new Error("no ETH");
  const liquidity: Liquidity = { dailyVolatility: ether.realisedVolatility / Math.sqrt(365), dailyVolumeUsd: ether.dailyVolumeUsd };
  const gasGwei = gasTimes * dataset.gasGwei.values[Math.floor(hour / 24) - 1 - dataset.gasGwei.startDay];
  return keeperProfit({
    discount: RULES.lotEther * (price - debt * (1 + RULES.penalty)),
    fee: 0,
    unwinding: unwindingCost(0, RULES.lotEther * price, liquidity),
    gas: gasCostUsd(gasGwei, price),
  });
}

describe("Maker on 12 March 2020", () => {
  const { auctions } = blackThursday();
  const mean = (value: (auction: (typeof auctions)[number]) => number) => auctions.reduce((sum, one) => sum + value(one), 0) / auctions.length;

  it("lost the published 5.67 million DAI on 62,890 ether sold for nothing, to a tenth", () => {
    const hole = PUBLISHED.zeroBidEther * mean(({ debt }) => debt);
    expect(Math.abs(hole / PUBLISHED.holeDai - 1)).toBeLessThan(0.1);
  });

  it("gave away the published 8.32 million USD, to a tenth", () => {
    const given = PUBLISHED.zeroBidEther * mean(({ price }) => price);
    expect(Math.abs(given / PUBLISHED.zeroBidUsd - 1)).toBeLessThan(0.1);
  });

  it("has a hole at all only for the bids of nothing: every lot a keeper could reach paid debt, penalty, impact and gas", () => {
    // Even at 100 times the mean gas price of the day before, the lots of the median auction are worth taking.
    const profits = auctions.map((auction) => profitOf(auction, 100)).sort((x, y) => x - y);
    expect(profits[profits.length >> 1]).toBeGreaterThan(0);
    // Whoever was sold was worth more than the debt at the market, however late the oracle: with bidders there is no hole.
    for (const { price, debt } of auctions) expect(price).toBeGreaterThan(debt);
    const unpaid = auctions.filter((auction) => profitOf(auction, 1) <= 0);
    expect(unpaid.length / auctions.length).toBeLessThan(PUBLISHED.zeroBidShare);
  });

  it("is worse with the fall and with the delay of the oracle: the debt of a vault is what it was at a price that is gone", () => {
    const late = auctions.filter(({ debt, price }) => price < RULES.liquidationRatio * debt);
    // Collateral was worth less than 150 % of the debt when it came under the hammer, as the published sums say: 8.32 / 5.67 = 147 %.
    expect(late.length / auctions.length).toBeGreaterThan(0.5);
    const ratio = mean(({ price }) => price) / mean(({ debt }) => debt);
    expect(Math.abs(ratio / (PUBLISHED.zeroBidUsd / PUBLISHED.holeDai) - 1)).toBeLessThan(0.1);
  });
});
