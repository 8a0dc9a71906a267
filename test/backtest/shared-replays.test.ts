import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "../../cli/backtest/canonical.ts";
import { replayAll } from "../../cli/backtest/pool.ts";
import { poolOptions } from "../../cli/backtest/run.ts";
import { shareReplays } from "../../cli/backtest/shared-replays.ts";
import { GOOD, POLICY, proposalFolder } from "../checks/world.ts";

const CRASH = "2020-03-12-black-thursday";
const TASKS = [
  { crash: CRASH, set: "proposed", seed: 2 },
  { crash: CRASH, set: "baseline", seed: 1 },
] as const;

async function poolOf(yaml: string) {
  const { folder, proposal } = await proposalFolder(yaml);
  return poolOptions({ proposal, policy: { ...POLICY, seeds: [1, 2] }, policyFolder: dirname(folder), workers: 2 });
}

describe("replays that several proposals share", { timeout: 120_000 }, () => {
  it("are, to the byte, those of each alone, whatever runs beside them", async () => {
    const [one, other] = await Promise.all([poolOf(GOOD), poolOf(GOOD.replace("30 %", "28 %"))]);
    const [ofOne, ofOther] = [canonicalJson(await replayAll(one, TASKS)), canonicalJson(await replayAll(other, TASKS))];
    expect(ofOne).not.toBe(ofOther);

    const shared = shareReplays(2);
    try {
      const together = await Promise.all([one, other, one].map((pool) => shared.replay(pool, TASKS)));
      expect(together.map(canonicalJson)).toEqual([ofOne, ofOther, ofOne]);
      const [alone, beside] = await Promise.all([shared.outcomes(other, TASKS), shared.replay(one, TASKS)]);
      expect(canonicalJson(alone)).toBe(canonicalJson((await replayAll(other, TASKS)).outcomes));
      expect(canonicalJson(beside)).toBe(ofOne);
    } finally {
      await shared.close();
    }
  });

  it("of one that cannot be replayed are refused to that one alone", async () => {
    const good = await poolOf(GOOD);
    const shared = shareReplays(1);
    try {
      // The first keeps the thread busy, so that the other two are run together.
      const [first, bad, second] = await Promise.allSettled([
        shared.replay(good, TASKS),
        shared.replay(good, [{ crash: "2020-01-01-no-such-crash", set: "baseline", seed: 1 }]),
        shared.replay(good, TASKS),
      ]);
      expect(bad).toMatchObject({ status: "rejected", reason: { code: "CRASH_UNKNOWN" } });
      expect([first.status, second.status]).toEqual(["fulfilled", "fulfilled"]);
    } finally {
      await shared.close();
    }
  });
});
