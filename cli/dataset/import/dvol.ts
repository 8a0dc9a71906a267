import { type ImportFormat, isHeader, locateByHeader, locateByPosition } from "./format.ts";

/**
 * Deribit's volatility index (`public/get_volatility_index_data`): time in milliseconds, open, high, low, close in vol
 * points, hourly or daily, oldest first. Never guessed: five columns of prices look just the same.
 */
export const dvol: ImportFormat = {
  id: "dvol",
  title: "Deribit DVOL",
  kind: "dvol",
  newestFirst: false,
  venue: "Deribit DVOL",
  quote: "",
  recognises: () => false,
  locate: (rows) =>
    isHeader(rows.rows[0])
      ? locateByHeader(rows, 0, { time: ["timestamp", "time", "date", "day", "hour"], close: ["close", "dvol", "value"] })
      : locateByPosition(rows, 0, ["time", "open", "high", "low", "close"]),
};
