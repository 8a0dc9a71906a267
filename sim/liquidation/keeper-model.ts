import { BallastError } from "../errors.ts";

/** One liquidator. */
export interface Keeper {
  /** What it carries at most until it has been unwound, USD of gross delta. */
  readonly inventoryUsd: number;
  /** Whole minutes from the start of an auction until it can bid. */
  readonly latencyMinutes: number;
}

/** A time in which keepers are offline. */
export interface Outage {
  /** Hours after the start of the replay; from and how long. */
  readonly fromHour: number;
  readonly hours: number;
  /** Share of the keepers, 0 … 1, rounded up to whole ones, those with the largest inventory first. */
  readonly share: number;
}

/** Who takes what liquidations sell. A setting of the replay, not a parameter of the protocol: nobody votes on it. */
export interface KeeperModel {
  readonly keepers: readonly Keeper[];
  /** After this many hours half of what a keeper carries is sold on. */
  readonly inventoryHalfLifeHours: number;
  /** By how much the winning bid's gas price rises with every further auction open at the same time that has not run out unsold yet, as a share of the day's; and at most, as a multiple. */
  readonly priorityPerAuction: number;
  readonly largestPriority: number;
  readonly outages: readonly Outage[];
}

/**
 * Five keepers, 64 million USD together: what Aave's liquidators took in the 50 minutes of 22 November 2022 was worth about as much (63.6 million
 * USDC behind the short in CRV, 385 liquidations; figures of high confidence, that it was the most they could take is an assumption). Few and
 * unequal, as winners of auctions are. Minutes of latency and the half-life are assumptions: a bot sees a block within a minute, a slow one
 * polls. On 12 March 2020 the price of a quick transaction stood about ten times above the day before (medium confidence): the cap.
 */
export const DEFAULT_KEEPERS: KeeperModel = {
  keepers: [
    { inventoryUsd: 32_000_000, latencyMinutes: 1 },
    { inventoryUsd: 16_000_000, latencyMinutes: 1 },
    { inventoryUsd: 8_000_000, latencyMinutes: 2 },
    { inventoryUsd: 4_000_000, latencyMinutes: 3 },
    { inventoryUsd: 4_000_000, latencyMinutes: 5 },
  ],
  inventoryHalfLifeHours: 1,
  priorityPerAuction: 0.05,
  largestPriority: 10,
  outages: [],
};

/**
 * The same with four of the five offline for the day around the crash itself (hours 108 to 132 of a window that opens five days before it). After
 * Maker on 12 March 2020, where keepers that ran the default script were stuck and 36 % of auctions went to a bid of zero (high confidence);
 * how many keepers were stuck is not known: that it was most is an assumption.
 */
export const OUTAGE_KEEPERS: KeeperModel = { ...DEFAULT_KEEPERS, outages: [{ fromHour: 108, hours: 24, share: 0.8 }] };

/**
 * What the day's gas price is multiplied by when so many auctions are contested at the same time, ≥ 1.
 *
 * @example priorityOf(DEFAULT_KEEPERS, 21); // 2
 */
export function priorityOf({ priorityPerAuction, largestPriority }: KeeperModel, auctions: number): number {
  return Math.min(largestPriority, 1 + priorityPerAuction * Math.max(0, auctions - 1));
}

/**
 * Which keepers are offline: 1 for each that is.
 *
 * @param hours after the start of the replay
 */
export function offlineKeepers({ keepers, outages }: KeeperModel, hours: number): Uint8Array {
  let share = 0;
  for (const outage of outages) if (hours >= outage.fromHour && hours < outage.fromHour + outage.hours) share = Math.max(share, outage.share);
  const offline = new Uint8Array(keepers.length);
  const largestFirst = keepers.map((_, k) => k).sort((a, b) => keepers[b].inventoryUsd - keepers[a].inventoryUsd || a - b);
  for (const k of largestFirst.slice(0, Math.ceil(share * keepers.length - HAIR))) offline[k] = 1;
  return offline;
}

/** A product that misses a whole number by rounding does not cost another keeper. */
const HAIR = 1e-9;

/** @throws LIQUIDATION_MODEL_INVALID for a number that is none, below zero or, for shares, above one */
export function checkKeeperModel(model: KeeperModel): void {
  const { keepers, inventoryHalfLifeHours, priorityPerAuction, largestPriority, outages } = model;
  const check = (isRight: boolean, field: string, value: number, fix: string) => {
    if (!(isRight && Number.isFinite(value)))
      throw new BallastError("LIQUIDATION_MODEL_INVALID", `The keepers of the replay are not valid at ${field}.`, {
        where: { field, value: String(value) },
        fix,
      });
  };
  keepers.forEach(({ inventoryUsd, latencyMinutes }, k) => {
    check(inventoryUsd >= 0, `keepers[${k}].inventoryUsd`, inventoryUsd, "USD, zero or more.");
    check(Number.isInteger(latencyMinutes) && latencyMinutes >= 0, `keepers[${k}].latencyMinutes`, latencyMinutes, "Whole minutes, zero or more.");
  });
  check(inventoryHalfLifeHours > 0, "inventoryHalfLifeHours", inventoryHalfLifeHours, "Hours, above zero.");
  check(priorityPerAuction >= 0, "priorityPerAuction", priorityPerAuction, "A share of the gas price, zero or more.");
  check(largestPriority >= 1, "largestPriority", largestPriority, "A multiple of the gas price, one or more.");
  outages.forEach(({ fromHour, hours, share }, o) => {
    check(fromHour >= 0, `outages[${o}].fromHour`, fromHour, "Hours after the start of the replay, zero or more.");
    check(hours >= 0, `outages[${o}].hours`, hours, "Hours, zero or more.");
    check(share >= 0 && share <= 1, `outages[${o}].share`, share, "From 0 to 1.");
  });
}
