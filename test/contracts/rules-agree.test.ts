import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadArtifacts } from "../../chain/artifacts.ts";
import { deployBallast, localAddresses } from "../../chain/deploy.ts";
import { encodeApply } from "../../chain/encode.ts";
import { type EmbeddedChain, Reverted, startChain } from "../../chain/network.ts";
import { readParameters } from "../../chain/read.ts";
import { decodeRevert } from "../../chain/revert.ts";
import { certifyByStandIns } from "../../chain/stand-ins.ts";
import {
  applyChanges,
  type Change,
  furthest,
  initialParameters,
  type ParameterSet,
  specOf,
  validateChanges,
  valueOf,
  withValue,
} from "../../sim/parameters/index.ts";

const DAY = 86_400;
const EVIDENCE = `0x${"e1".repeat(32)}` as const;
const artifacts = await loadArtifacts();
const { parameters, timelock } = localAddresses();

/** A set that stands close to several coupled rules at once. */
const EDGE = [
  ["stETH", "haircut", 7_000],
  ["protocol", "liquidationTarget", 12_400],
  ["ETH", "volFloor", 3_900],
].reduce<ParameterSet>((set, [scope, name, value]) => withValue(set, { scope: String(scope), name: String(name) }, Number(value)), initialParameters());

/** Parameters that the coupled rules read, and a few that they do not. */
const KEYS = [
  "protocol.initialMargin",
  "protocol.liquidationTarget",
  "protocol.liquidationDiscount",
  "protocol.keeperFee",
  "protocol.insuranceFee",
  "protocol.offsetCap",
  "ETH.volFloor",
  "ETH.minVolUp",
  "ETH.spotRange",
  "ETH.volBuffer",
  "ETH.volRangeDown",
  "ETH.openInterestCap",
  "stETH.haircut",
  "USDC.haircut",
  "stETH.cap",
  "stETH.depegShock",
];

type Draft = { key: string; rising: boolean; share: number; ramp: number; mistake: string };
type Batch = { wait: number; drafts: Draft[] };

const draft: fc.Arbitrary<Draft> = fc.record({
  key: fc.constantFrom(...KEYS, ...KEYS.slice(0, 2), ...KEYS.slice(6, 10)),
  rising: fc.boolean(),
  // Of the furthest step allowed; a little more than one goes too far.
  share: fc.constantFrom(0.02, 0.1, 0.35, 0.6, 0.9, 1, 1, 1.001),
  ramp: fc.constantFrom(0, 0, 1, 3 * DAY + 7, 7 * DAY),
  mistake: fc.oneof(
    { weight: 14, arbitrary: fc.constant("none") },
    { weight: 1, arbitrary: fc.constantFrom("stale", "unknown name", "unknown scope", "no-op", "bounds", "ramp", "huge") },
  ),
});
const batch: fc.Arbitrary<Batch> = fc.record({
  wait: fc.constantFrom(1, 2 * DAY, 7 * DAY - 1, 7 * DAY, 8 * DAY, 8 * DAY),
  drafts: fc.oneof(
    { weight: 20, arbitrary: fc.uniqueArray(draft, { minLength: 1, maxLength: 4, selector: ({ key }) => key }) },
    { weight: 1, arbitrary: fc.array(draft, { minLength: 3, maxLength: 6 }) },
    { weight: 1, arbitrary: fc.constant<Draft[]>([]) },
  ),
});

function toChange(set: ParameterSet, { key, rising, share, ramp, mistake }: Draft): Change {
  const [scope = "", name = ""] = key.split(".");
  const from = valueOf(set, { scope, name });
  const spec = specOf(name);
  if (spec === undefined) throw new Error(`no ${name}`);
  const step = Math.max(1, Math.floor(Math.abs(furthest(spec, from, rising ? "up" : "down") - from) * share) + (share > 1 ? 1 : 0));
  const change: Change = { scope, name, from, to: Math.max(0, rising ? from + step : from - step), rampSeconds: ramp };
  switch (mistake) {
    case "stale":
      return { ...change, from: from + 1 };
    case "unknown name":
      return { ...change, name: "volBufer" };
    case "unknown scope":
      return { ...change, scope: "DOGE" };
    case "no-op":
      return { ...change, to: from };
    case "bounds":
      return { ...change, to: spec.max + 1 };
    case "ramp":
      return { ...change, rampSeconds: spec.cooldown + 1 };
    case "huge":
      return { ...change, to: Number.MAX_SAFE_INTEGER };
    default:
      return change;
  }
}

describe("Solidity and TypeScript agree on every batch", () => {
  const seen = new Map<string, number>();

  async function refusalOf(chain: EmbeddedChain, changes: readonly Change[]): Promise<{ error: string; args: readonly string[] } | undefined> {
    try {
      await chain.send({ from: timelock, to: parameters, data: encodeApply(changes, EVIDENCE) });
      return undefined;
    } catch (thrown) {
      if (!(thrown instanceof Reverted)) throw thrown;
      const { name, args } = decodeRevert(artifacts, thrown.data);
      return { error: name, args };
    }
  }

  const certify = (chain: EmbeddedChain, changes: readonly Change[]) =>
    certifyByStandIns(chain, localAddresses(), { calls: [{ target: parameters, value: 0n, calldata: encodeApply(changes, EVIDENCE) }] });

  describe.each([
    ["the initial set", initialParameters()],
    ["a set near the coupled rules", EDGE],
  ])("from %s", (_, base) => {
    let chain: EmbeddedChain;
    beforeAll(async () => {
      chain = await startChain();
      await deployBallast(chain, base);
      await certify(chain, []);
      await refusalOf(chain, []); // the timelock is funded from now on, in every snapshot
    });
    afterAll(() => chain.close());

    it("reverts exactly when there is a finding, with the first finding's error and arguments, and else holds the same values", async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(batch, { minLength: 2, maxLength: 4 }), async (batches) => {
          const fresh = await chain.request("evm_snapshot");
          let expected = base;
          for (const { wait, drafts } of batches) {
            await chain.travelTo(chain.now() + wait);
            const { decided, lastChanged } = await readParameters(chain.client, parameters);
            expect(decided).toEqual(expected);
            const changes = drafts.map((one) => toChange(decided, one));
            await certify(chain, changes);
            const findings = validateChanges(decided, changes, { now: chain.now() + 1, lastChanged });
            const refusal = await refusalOf(chain, changes);
            expect(refusal).toEqual(findings[0]?.revert);
            const what = findings[0] ? `${findings[0].code} ${findings[0].rule ?? ""}`.trim() : "accepted";
            seen.set(what, (seen.get(what) ?? 0) + 1);
            if (refusal === undefined) expected = applyChanges(decided, changes);
          }
          expect((await readParameters(chain.client, parameters)).decided).toEqual(expected);
          await chain.request("evm_revert", [fresh]);
        }),
        { numRuns: 80, seed: 20_260_310 },
      );
    });
  });

  it("and the batches tried met every kind of refusal", () => {
    expect([...seen.keys()].sort()).toEqual(
      expect.arrayContaining([
        "accepted",
        "batch-empty",
        "bounds",
        "cooldown",
        "coupled liquidation-cost",
        "coupled liquidation-target",
        "coupled requirement",
        "coupled vol-floor",
        "duplicate",
        "no-op",
        "ramp",
        "stale",
        "step",
        "unknown",
      ]),
    );
  });
});
