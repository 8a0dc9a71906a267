import { describe, expect, it } from "vitest";
import type { LiveChain } from "../../chain/live/client.ts";
import { type Batch, requireHistory } from "../../chain/live/history.ts";
import type { Reading } from "../../chain/read.ts";
import { toWord } from "../../chain/words.ts";

const HALF_WAY = 43_200;
const chain = { host: "host", block: { number: 9n, time: 1_000 + HALF_WAY } } as unknown as LiveChain;
const history: Batch[] = [
  { version: 1, block: 1, evidence: undefined, changes: [{ scope: "ETH", name: "volBuffer", from: 2_500, to: 2_500, start: 0, ramp: 0 }] },
  { version: 2, block: 5, evidence: "0x", changes: [{ scope: "ETH", name: "volBuffer", from: 2_500, to: 3_000, start: 1_000, ramp: 86_400 }] },
];
/** A buffer half way from 2500 to 3000, with what a steward may have put over it: up is tighter. */
const reading = (value: bigint, overlay?: { value: number; sunset: number }): Reading =>
  ({
    scope: toWord("ETH"),
    name: toWord("volBuffer"),
    value,
    change: { from: 2_500, to: 3_000, start: 1_000, ramp: 86_400, version: 2 },
    ...(overlay && { overlay }),
  }) as Reading;
const told = (one: Reading) => () => requireHistory(chain, history, [one], 2);

describe("the value in force is", () => {
  const running = 1_000 + HALF_WAY + 1;
  it("where the ramp is", () => {
    expect(told(reading(2_750n))).not.toThrow();
    expect(told(reading(2_751n))).toThrow("ETH.volBuffer (in force) is 2751; the events it gives lead to 2750");
  });
  it("what a steward put over it, while that is tighter and runs", () => {
    expect(told(reading(2_900n, { value: 2_900, sunset: running }))).not.toThrow();
    expect(told(reading(2_750n, { value: 2_900, sunset: running }))).toThrow(expect.objectContaining({ code: "RPC_CONTRADICTS_ITSELF" }));
    expect(told(reading(2_750n, { value: 2_600, sunset: running }))).not.toThrow();
    expect(told(reading(2_750n, { value: 2_900, sunset: running - 1 }))).not.toThrow();
    expect(told(reading(2_900n, { value: 2_900, sunset: running - 1 }))).toThrow(expect.objectContaining({ code: "RPC_CONTRADICTS_ITSELF" }));
  });
});
