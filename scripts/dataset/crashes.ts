/** The 21 crashes of the shipped dataset: id, title, first and last day of the event (UTC). */
export const CRASHES: readonly (readonly [id: string, title: string, firstDay: string, lastDay: string])[] = [
  ["2018-11-14-bch-hash-war", "Bitcoin Cash hash war", "2018-11-14", "2018-11-14"],
  ["2019-06-26-top-reversal", "Reversal from the 2019 top", "2019-06-26", "2019-06-26"],
  ["2019-09-24-bakkt-launch", "Sell-off after the Bakkt launch", "2019-09-24", "2019-09-24"],
  ["2020-03-12-black-thursday", "Black Thursday", "2020-03-12", "2020-03-12"],
  ["2021-01-11-first-pullback", "First pullback of the 2021 rally", "2021-01-11", "2021-01-11"],
  ["2021-02-22-leverage-flush", "February 2021 leverage flush", "2021-02-22", "2021-02-22"],
  ["2021-04-18-weekend-cascade", "Weekend liquidation cascade", "2021-04-18", "2021-04-18"],
  ["2021-05-19-china-ban", "China's crackdown", "2021-05-19", "2021-05-19"],
  ["2021-12-04-flash-crash", "December 2021 flash crash", "2021-12-04", "2021-12-04"],
  ["2022-01-21-rate-fears", "Rate fears", "2022-01-21", "2022-01-21"],
  ["2022-05-07-terra", "Collapse of Terra", "2022-05-07", "2022-05-13"],
  ["2022-06-10-celsius-3ac", "Celsius and Three Arrows", "2022-06-10", "2022-06-18"],
  ["2022-11-06-ftx", "Collapse of FTX", "2022-11-06", "2022-11-10"],
  ["2023-03-09-svb-usdc-depeg", "Silicon Valley Bank, USDC depeg", "2023-03-09", "2023-03-13"],
  ["2023-08-17-leverage-flush", "August 2023 leverage flush", "2023-08-17", "2023-08-17"],
  ["2024-01-03-etf-doubt", "Doubt about the spot ETFs", "2024-01-03", "2024-01-03"],
  ["2024-04-13-iran-israel", "Iran attacks Israel", "2024-04-13", "2024-04-13"],
  ["2024-08-05-yen-carry", "Unwind of the yen carry trade", "2024-08-05", "2024-08-05"],
  ["2025-02-03-tariff-shock", "First tariff shock", "2025-02-03", "2025-02-03"],
  ["2025-04-07-tariff-selloff", "Tariff sell-off", "2025-04-07", "2025-04-07"],
  ["2025-10-10-liquidation-cascade", "The largest liquidation cascade", "2025-10-10", "2025-10-10"],
];

/** Lowest values published elsewhere: [crash id or file, column, from, to, value in its own digits]. */
export const ANCHORS: readonly (readonly [file: string, column: string, from: string, to: string, lowest: string])[] = [
  ...(
    [
      ["BTC", "2020-03-12-black-thursday", "2020-03-13T02:00Z", "3782.13"],
      ["BTC", "2021-05-19-china-ban", "2021-05-19T13:00Z", "30000"],
      ["BTC", "2022-06-10-celsius-3ac", "2022-06-18T20:00Z", "17622"],
      ["BTC", "2022-11-06-ftx", "2022-11-09T23:00Z", "15588"],
      ["BTC", "2024-08-05-yen-carry", "2024-08-05T06:00Z", "49000"],
      ["BTC", "2025-04-07-tariff-selloff", "2025-04-07T07:00Z", "74508"],
      ["BTC", "2025-10-10-liquidation-cascade", "2025-10-10T21:00Z", "102000"],
      ["ETH", "2020-03-12-black-thursday", "2020-03-13T02:00Z", "86.0"],
      ["ETH", "2021-05-19-china-ban", "2021-05-19T13:00Z", "1888"],
      ["ETH", "2022-06-10-celsius-3ac", "2022-06-18T20:00Z", "881.56"],
      ["ETH", "2022-11-06-ftx", "2022-11-09T23:00Z", "1073.5"],
      ["ETH", "2024-08-05-yen-carry", "2024-08-05T01:00Z", "2111"],
      ["ETH", "2025-10-10-liquidation-cascade", "2025-10-10T21:00Z", "3435"],
      ["USDC-USD", "2023-03-09-svb-usdc-depeg", "2023-03-11T07:00Z", "0.874"],
    ] as const
  ).map(([asset, crash, hour, lowest]) => [`crashes/${crash}.csv`, `${asset}.low`, hour, hour, lowest] as const),
  ["crashes/2022-05-07-terra.csv", "UST.low", "2022-05-11T00:00Z", "2022-05-11T23:00Z", "0.225"],
  ["daily/pegs.csv", "stETH", "2022-06-01", "2022-06-30", "0.937"],
];

/** Why the outliers of an asset in a file (at a time, if given) are real. The build stops at one that has no reason here. */
export const OUTLIER_REASONS: readonly (readonly [file: string, asset: string, why: string, at?: string])[] = [
  ["crashes/2020-03-12-black-thursday.csv", "LINK", "the order book was empty for a moment: sells executed down to 0.0001"],
  ["crashes/2021-12-04-flash-crash.csv", "USDC", "the order book was empty for a moment: sells executed down to 0.2"],
  ["crashes/2022-05-07-terra.csv", "LUNA", "the collapse of Terra: from 80 to below 0.0001 in a week"],
  ["crashes/2022-05-07-terra.csv", "UST", "the collapse of Terra: the stablecoin lost its peg"],
  ["crashes/2022-05-07-terra.csv", "USDC", "a flight into USDC: buys executed up to 3.99"],
  ["crashes/2022-11-06-ftx.csv", "FTT", "the collapse of FTX, whose token this is"],
  ["crashes/2025-10-10-liquidation-cascade.csv", "LINK", "the liquidation cascade: sells executed far below the rest of the market"],
  ["daily/gas.csv", "GAS", "the liquidation cascade: everybody moved collateral at once", "2025-10-10"],
  ["daily/gas.csv", "GAS", "a mean over all transactions, moved by a few with enormous fees"],
  ["crashes/2025-10-10-liquidation-cascade.csv", "AVAX", "the liquidation cascade: sells executed far below the rest of the market"],
];
