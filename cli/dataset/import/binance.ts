import { type ImportFormat, isHeader, locateByHeader, locateByPosition, plain } from "./format.ts";

/**
 * Binance klines (data.binance.vision, `GET /api/v3/klines`): twelve columns, with or without a header, oldest first;
 * open time in milliseconds, from 2025 on in microseconds for spot.
 */
export const binance: ImportFormat = {
  id: "binance",
  title: "Binance klines",
  kind: "bars",
  newestFirst: false,
  venue: "Binance spot",
  quote: "USDT",
  recognises: ([first]) => (isHeader(first) ? plain(first.cells[0]) === "opentime" : first.cells.length === 12 && /^\d{13}(\d{3})?$/.test(first.cells[0])),
  locate: (rows) =>
    isHeader(rows.rows[0])
      ? locateByHeader(rows, 0, { time: ["opentime"], open: ["open"], high: ["high"], low: ["low"], close: ["close"], volume: ["volume"] })
      : locateByPosition(rows, 0, COLUMNS),
};

const COLUMNS = [
  "time",
  "open",
  "high",
  "low",
  "close",
  "volume",
  "close time",
  "quote volume",
  "trades",
  "taker buy volume",
  "taker buy quote volume",
  "ignore",
];
