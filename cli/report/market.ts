import { type Manifest, manifestHash } from "../dataset/manifest.ts";

/** What a report says about the data behind its evidence: names of crashes and what the data does not hold. */
export interface MarketFacts {
  /** Hash of the dataset these facts are about. */
  readonly hash: string;
  readonly crashes: readonly CrashName[];
  /** First day with an implied volatility index, by asset, `YYYY-MM-DD`: before it, implied volatility is a model. */
  readonly impliedVolatilityFrom: Readonly<Record<string, string>>;
  /** First day with funding of its perpetual, by asset: before it, and where there is none, none is paid. */
  readonly fundingFrom: Readonly<Record<string, string>>;
  /** What the dataset says about itself. */
  readonly notes: readonly string[];
}

export interface CrashName {
  readonly id: string;
  readonly title: string;
  /** `YYYY-MM-DD` */
  readonly firstDay: string;
  /** Whether the day itself is replayed in steps of five minutes. */
  readonly isFine: boolean;
}

/** The facts of a dataset's manifest; nothing of the data itself is read. @example marketFacts(await readManifest("data")) */
export function marketFacts(manifest: Manifest): MarketFacts {
  const from = (wanted: string) =>
    Object.fromEntries(
      manifest.files.filter(({ kind }) => kind === wanted).flatMap(({ series }) => series.map(({ asset, first }) => [asset, first.slice(0, 10)])),
    );
  return {
    hash: manifestHash(manifest),
    crashes: manifest.crashes.map(({ id, title, firstDay, fine }) => ({ id, title, firstDay, isFine: fine !== undefined })),
    impliedVolatilityFrom: from("dvol"),
    fundingFrom: from("funding"),
    notes: manifest.notes,
  };
}
