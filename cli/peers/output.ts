import { z } from "zod";
import { PEER_NAMES } from "../../sim/peers/index.ts";

const usd = z.number().meta({ description: "USD." });
const share = z.number().meta({ description: "A fraction: 0.01 is 1 %." });

const value = z.number().nullable();

/** A mean over the seeds with its 95 % interval; null where one seed says nothing about how far they vary. */
const ESTIMATE = z.strictObject({ value: z.number(), low: value, high: value });

const FIGURE = ESTIMATE.extend({
  change: ESTIMATE.meta({ description: "Less what the proposed set has, within each seed." }),
  says: z.enum(["improves", "worsens", "cannot tell"]).meta({ description: "Of being margined like this instead of by the proposed set." }),
});

const SYSTEM_RESULT = z.strictObject({
  shortfallFinal: FIGURE.meta({ description: "USD." }),
  coverage: FIGURE.meta({ description: "A fraction: 0.01 is 1 %." }),
  shortfallPeak: usd,
  accountsLiquidated: z.number(),
  meanMarginRate: share,
  largestOneDayRise: share,
});

const SYSTEM_NAME = z.enum(["proposed", "baseline", ...PEER_NAMES]);
const SYSTEM = z.strictObject({
  name: SYSTEM_NAME,
  factor: z.number().meta({ description: "What both its requirements are multiplied by." }),
  initialRatio: z.number().meta({ description: "Initial over maintenance margin." }),
  initialMargin: usd,
});

/** What `ballast backtest --against … --json` adds under `against`. */
export const AGAINST_OUTPUT = z
  .strictObject({
    equalCapital: z
      .strictObject({ initialMargin: usd, seeds: z.array(z.int()) })
      .meta({ description: "Initial margin of all books as they open under the proposed set: what every peer is scaled to ask for." }),
    systems: z.array(SYSTEM),
    crashes: z.array(z.strictObject({ id: z.string(), systems: z.partialRecord(SYSTEM_NAME, SYSTEM_RESULT) })).meta({ description: "Means over the seeds." }),
  })
  .meta({ title: "Comparison with peers" });

/** What a comparison shows of one replay. */
const SHOWN = z.strictObject({
  crash: z.string(),
  seed: z.int(),
  shortfallFinal: usd,
  coverage: share,
  shortfallPeak: usd,
  accountsLiquidated: z.number(),
  meanMarginRate: share,
  largestOneDayRise: share,
});

/** What replaying under peers found. */
const PEER_RUN = z.strictObject({
  crashes: z.array(z.string()),
  seeds: z.array(z.int()).min(1),
  systems: z.array(SYSTEM).min(3),
  outcomes: z.array(SHOWN.extend({ peer: z.enum(PEER_NAMES) })),
});

/** `peers.json` in a proposal's folder: a run under peers, and the result hash of the evidence it was made beside. */
export const PEERS_RECORD = PEER_RUN.extend({ root: z.string().regex(/^0x[0-9a-f]{64}$/) }).meta({
  title: "Peers",
  description: "peers.json in a proposal's folder.",
});

export type Shown = z.output<typeof SHOWN>;
export type PeerRun = z.output<typeof PEER_RUN>;
export type PeersRecord = z.output<typeof PEERS_RECORD>;
export type AgainstDocument = z.output<typeof AGAINST_OUTPUT>;
export type SystemResult = z.output<typeof SYSTEM_RESULT>;
export type Figure = z.output<typeof FIGURE>;
