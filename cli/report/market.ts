import { type Manifest, manifestHash } from "../dataset/manifest.ts";

/** What a report says about the data behind its evidence: names of crashes and what the data does not hold. */
export interface MarketFacts {
  /** Hash of the dataset these facts are about. */
  readonly hash: string;
  readonly crashes: readonly CrashName[];
  /** First day with an implied volatility index, by asset, `YYYY-MM-DD`: before it, implied volatility is a model. */
  readonly impliedVolatilityFrom: Readonly<Record<string, string>>;
  /** What the dataset says about itself. */
  readonly notes: readonly string[];
}

export interface CrashName {
  readonly id: string;
  readonly title: string;
  /** `YYYY-MM-DD` */
  readonly firstDay: string;
}

/** The facts of a dataset's manifest; nothing of the data itself is read. @example marketFacts(await readManifest("data")) */
export function marketFacts(manifest: Manifest): MarketFacts {
  const indices = manifest.files.filter(({ kind }) => kind === "dvol").flatMap(({ series }) => series);
  return {
    hash: manifestHash(manifest),
    crashes: manifest.crashes.map(({ id, title, firstDay }) => ({ id, title, firstDay })),
    impliedVolatilityFrom: Object.fromEntries(indices.map(({ asset, first }) => [asset, first.slice(0, 10)])),
    notes: manifest.notes,
  };
}
