import { type ImportFormat, locateByPosition } from "./format.ts";

/** Kraken's downloadable OHLCVT history: seven columns, no header, oldest first, time in seconds, hours without a trade left out. */
export const kraken: ImportFormat = {
  id: "kraken",
  title: "Kraken OHLCVT",
  kind: "bars",
  newestFirst: false,
  venue: "Kraken spot",
  quote: "USD",
  recognises: ([first]) => first.cells.length === 7 && /^\d{10}$/.test(first.cells[0]),
  locate: (rows) => locateByPosition(rows, 0, ["time", "open", "high", "low", "close", "volume", "trades"]),
};
