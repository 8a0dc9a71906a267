import { type KeeperModel, offlineKeepers } from "../liquidation/index.ts";
import { power } from "../math/index.ts";

/** The keepers of a replay. */
export interface Keepers {
  readonly model: KeeperModel;
  /** When the replay starts, and when `carriedUsd` was last brought up to date; hours since 1970-01-01T00:00Z. */
  readonly startHour: number;
  hour: number;
  /** What each carries, USD of gross delta. */
  readonly carriedUsd: Float64Array;
  offline: Uint8Array;
  /** Numbers of the keepers, the quickest first. */
  readonly byLatency: readonly number[];
}

export function createKeepers(model: KeeperModel, startHour: number): Keepers {
  const byLatency = model.keepers.map((_, k) => k).sort((a, b) => model.keepers[a].latencyMinutes - model.keepers[b].latencyMinutes || a - b);
  return { model, startHour, hour: startHour, carriedUsd: new Float64Array(model.keepers.length), offline: offlineKeepers(model, 0), byLatency };
}

/** Time passes, gaps included: keepers sell on what they carry, go offline and come back. */
export function passTime(keepers: Keepers, hour: number): void {
  const { model, startHour, carriedUsd } = keepers;
  const factor = power(0.5, (hour - keepers.hour) / model.inventoryHalfLifeHours);
  for (let k = 0; k < carriedUsd.length; k++) carriedUsd[k] *= factor;
  keepers.hour = hour;
  keepers.offline = offlineKeepers(model, hour - startHour);
}

/** How much more a keeper takes of an auction that has run so many minutes, USD; 0 while it is offline or has not seen it. */
export function freeInventory({ model, carriedUsd, offline }: Keepers, k: number, minutes: number): number {
  const { inventoryUsd, latencyMinutes } = model.keepers[k];
  return offline[k] === 1 || minutes < latencyMinutes ? 0 : Math.max(0, inventoryUsd - carriedUsd[k]);
}
