import { type ImportFormat, isHeader, locateByHeader, plain } from "./format.ts";

const TIME_NAMES = ["timestamp", "time", "date", "datetime", "hour", "unix", "opentime"];

/** Any CSV with a header that names time, open, high, low, close and volume, oldest first; time as ISO 8601 UTC or unix time of one unit. */
export const generic: ImportFormat = {
  id: "generic",
  title: "CSV with a header",
  kind: "bars",
  newestFirst: false,
  venue: "imported",
  quote: "USDT",
  recognises: ([first]) => isHeader(first) && first.cells.some((cell) => TIME_NAMES.includes(plain(cell))),
  locate: (rows) =>
    locateByHeader(rows, 0, { time: TIME_NAMES, open: ["open"], high: ["high"], low: ["low"], close: ["close"], volume: ["volume", "vol", "basevolume"] }),
};
