import { type ImportFormat, isHeader, locateByHeader, locateByPosition, plain } from "./format.ts";

/** Coinbase Exchange candles: `time, low, high, open, close, volume` (low first!), newest first, time in seconds; the API itself has no header. */
export const coinbase: ImportFormat = {
  id: "coinbase",
  title: "Coinbase candles",
  kind: "bars",
  newestFirst: true,
  venue: "Coinbase spot",
  quote: "USD",
  // Without the header, low-first cannot be told from open-first: it has to be named.
  recognises: ([first]) => isHeader(first) && first.cells.slice(0, 6).map(plain).join() === COLUMNS.join(),
  locate: (rows) =>
    isHeader(rows.rows[0]) ? locateByHeader(rows, 0, Object.fromEntries(COLUMNS.map((name) => [name, [name]]))) : locateByPosition(rows, 0, COLUMNS),
};

const COLUMNS = ["time", "low", "high", "open", "close", "volume"];
