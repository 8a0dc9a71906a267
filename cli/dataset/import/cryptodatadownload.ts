import { type ImportFormat, locateByHeader, plain } from "./format.ts";
import type { Row } from "./rows.ts";

/**
 * CryptoDataDownload: a line with the site's address, then a header `unix, date, symbol, open, high, low, close, Volume
 * <asset>, Volume <quote>[, tradecount]`, newest first; unix time in seconds or milliseconds, sometimes both in one
 * file, which is refused.
 */
export const cryptodatadownload: ImportFormat = {
  id: "cryptodatadownload",
  title: "CryptoDataDownload",
  kind: "bars",
  newestFirst: true,
  venue: "CryptoDataDownload",
  quote: "USDT",
  recognises: (head) => addressLines(head) > 0 || (head[0] !== undefined && plain(head[0].cells[0]) === "unix" && head[0].cells.map(plain).includes("symbol")),
  locate: (rows) => {
    const skip = addressLines(rows.rows);
    // The first of the two volume columns is the asset's own: "Volume BTC".
    const volumes = (rows.rows[skip]?.cells ?? []).map(plain).filter((name) => name.startsWith("volume"));
    return locateByHeader(rows, skip, {
      time: ["unix", "unixtimestamp"],
      symbol: ["symbol"],
      open: ["open"],
      high: ["high"],
      low: ["low"],
      close: ["close"],
      volume: volumes.slice(0, 1),
    });
  },
};

function addressLines(head: readonly Row[]): number {
  return head[0] !== undefined && head[0].cells.length === 1 && /^https?:\/\//i.test(head[0].cells[0]) ? 1 : 0;
}
