import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkKeeperModel, DEFAULT_KEEPERS, type KeeperModel, OUTAGE_KEEPERS, offlineKeepers, priorityOf } from "../../sim/liquidation/index.ts";
import { createKeepers, freeInventory, passTime } from "../../sim/replay/keepers.ts";

const three: KeeperModel = {
  keepers: [
    { inventoryUsd: 100, latencyMinutes: 5 },
    { inventoryUsd: 300, latencyMinutes: 1 },
    { inventoryUsd: 200, latencyMinutes: 1 },
  ],
  inventoryHalfLifeHours: 2,
  priorityPerAuction: 0.1,
  largestPriority: 3,
  outages: [
    { fromHour: 10, hours: 5, share: 0.5 },
    { fromHour: 12, hours: 1, share: 1 },
  ],
};

describe("keepers", () => {
  it("pay a tenth more gas for each further auction of the same hour, up to three times the day's price", () => {
    expect([0, 1, 2, 11, 21, 1_000].map((auctions) => priorityOf(three, auctions))).toEqual([1, 1, 1.1, 2, 3, 3]);
  });

  it("bid the quickest first, and not before they have seen the auction", () => {
    const keepers = createKeepers(three, 0);
    expect(keepers.byLatency).toEqual([1, 2, 0]);
    expect([0, 1, 4, 5].map((minutes) => [0, 1, 2].map((k) => freeInventory(keepers, k, minutes)))).toEqual([
      [0, 0, 0],
      [0, 300, 200],
      [0, 300, 200],
      [100, 300, 200],
    ]);
  });

  it("sell on half of what they carry in two hours, gaps included, in steps of any length", () => {
    const [one, many] = [createKeepers(three, 100), createKeepers(three, 100)];
    for (const { carriedUsd } of [one, many]) carriedUsd.set([40, 80, 500]);
    passTime(one, 102);
    for (let step = 1; step <= 24; step++) passTime(many, 100 + step / 12);
    expect(Array.from(one.carriedUsd)).toEqual([20, 40, 250]);
    for (const [k, usd] of many.carriedUsd.entries()) expect(usd).toBeCloseTo(one.carriedUsd[k], 10);
    // Nothing is free where more is carried than the limit.
    expect(freeInventory(one, 2, 60)).toBe(0);
    expect(freeInventory(one, 1, 60)).toBe(260);
  });

  it("go offline the largest first, half of three being two, and come back", () => {
    expect([0, 9.9, 10, 12, 13, 14.9, 15].map((hours) => Array.from(offlineKeepers(three, hours)))).toEqual([
      [0, 0, 0],
      [0, 0, 0],
      [0, 1, 1],
      [1, 1, 1],
      [0, 1, 1],
      [0, 1, 1],
      [0, 0, 0],
    ]);
  });

  it("of a stated share that is a whole number are that many, however the share is written", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 40 }), (count, some) => {
        const gone = Math.min(count, some);
        const model = { ...three, keepers: new Array(count).fill(three.keepers[0]), outages: [{ fromHour: 0, hours: 1, share: gone / count }] };
        expect(offlineKeepers(model, 0).reduce((sum, one) => sum + one, 0)).toBe(gone);
      }),
    );
  });

  it("of the default model carry 64 million together, and four of five are away for a day of an outage", () => {
    expect(DEFAULT_KEEPERS.keepers.reduce((sum, { inventoryUsd }) => sum + inventoryUsd, 0)).toBe(64e6);
    expect(Array.from(offlineKeepers(OUTAGE_KEEPERS, 120))).toEqual([1, 1, 1, 1, 0]);
    expect(Array.from(offlineKeepers(DEFAULT_KEEPERS, 120))).toEqual([0, 0, 0, 0, 0]);
    for (const model of [DEFAULT_KEEPERS, OUTAGE_KEEPERS, three]) checkKeeperModel(model);
  });

  it.each([
    ["keepers[0].inventoryUsd", { keepers: [{ inventoryUsd: -1, latencyMinutes: 1 }] }],
    ["keepers[0].inventoryUsd", { keepers: [{ inventoryUsd: Number.NaN, latencyMinutes: 1 }] }],
    ["keepers[0].latencyMinutes", { keepers: [{ inventoryUsd: 1, latencyMinutes: 0.5 }] }],
    ["inventoryHalfLifeHours", { inventoryHalfLifeHours: 0 }],
    ["priorityPerAuction", { priorityPerAuction: Number.POSITIVE_INFINITY }],
    ["largestPriority", { largestPriority: 0.9 }],
    ["outages[0].fromHour", { outages: [{ fromHour: -1, hours: 1, share: 1 }] }],
    ["outages[0].share", { outages: [{ fromHour: 1, hours: 1, share: 1.1 }] }],
  ])("with a wrong %s are refused by name", (field, change: Partial<KeeperModel>) => {
    expect(() => checkKeeperModel({ ...three, ...change })).toThrow(
      expect.objectContaining({ code: "LIQUIDATION_MODEL_INVALID", where: expect.objectContaining({ field }) }),
    );
  });
});
