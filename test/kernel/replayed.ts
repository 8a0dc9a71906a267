import type { Dataset } from "../../sim/market/dataset.ts";
import { createMarket } from "../../sim/market/market.ts";
import { initialParameters } from "../../sim/parameters/index.ts";
import { replay, seededPopulation } from "../../sim/replay/index.ts";

/** Marks an array of doubles in JSON; what follows is their bytes in base64, so that NaN and −0 survive. */
const DOUBLES = "doubles:";
const COUNTS = { filtered: 64, stressed: 16 };

/** A dataset as text, for a page that cannot read files. */
export function datasetText(dataset: Dataset): string {
  return JSON.stringify(dataset, (_name, value: unknown) => {
    if (!ArrayBuffer.isView(value)) return value;
    if (!(value instanceof Float64Array)) throw new Error(`a dataset with a ${value.constructor.name}`);
    return DOUBLES + Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64");
  });
}

/** A whole replay of Black Thursday with a small book, as JSON: what runs in Node and in a browser. */
export function replayed(text: string): string {
  const dataset: Dataset = JSON.parse(text, (_name, value: unknown) => {
    if (typeof value !== "string" || !value.startsWith(DOUBLES)) return value;
    return new Float64Array(Uint8Array.from(atob(value.slice(DOUBLES.length)), (byte) => byte.charCodeAt(0)).buffer);
  });
  const crash = dataset.crashes.find(({ id }) => id === "2020-03-12-black-thursday");
  if (crash === undefined) throw new Error("no such crash");
  const book = seededPopulation({ accounts: 30, seed: 7 });
  return JSON.stringify(replay({ market: createMarket(dataset), crash, book, parameters: initialParameters(), counts: COUNTS, seed: 7 }));
}
