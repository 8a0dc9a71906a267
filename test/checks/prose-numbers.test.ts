import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { proseNumbers } from "../../cli/checks/prose-numbers.ts";
import { changeSentence } from "../../cli/proposal/description.ts";
import { loadProposal, type Proposal } from "../../cli/proposal/load.ts";
import { rationaleText, titleOf } from "../../cli/proposal/templates.ts";
import { type Change, furthest, keysOf, specOf, valueOf } from "../../sim/parameters/index.ts";
import { contextOf, find, proposalFolder } from "./world.ts";

/** Raises ETH's volatility buffer from 25 % to 30 % over a day, BTC's haircut from 20 % to 22 %, and an auction from 30 to 45 minutes. */
const YAML = `title: Raise the ETH volatility buffer
author: Risk committee
changes:
  ETH.volBuffer: 30 %
  BTC.haircut: 22 %
  protocol.auctionDuration: 45 min
`;
const proposal = (await proposalFolder(YAML)).proposal;

const messages = async (rationale: string, rest: Partial<Proposal> = {}) =>
  (await find(proseNumbers, contextOf({ ...proposal, rationale, ...rest }))).map(({ message }) => message);

describe("numbers in the prose", () => {
  it.each([
    [
      "another new value",
      "We raise the ETH volatility buffer from 25 % to 28 %.",
      /says ".*from 25 % to 28 %"; the change is: Raise ETH volatility buffer from 25 % to 30 %/,
    ],
    ["another old value", "ETH.volBuffer goes from 20 % to 30 %.", /from 20 % to 30 %/],
    ["an arrow", "- `ETH.volBuffer`: 2500 → 3500", /2500 → 3500/],
    ["a number before the name", "A move from 25 % to 35 % of the ETH volatility buffer.", /25 % to 35 %/],
    ["the raw integer in the wrong place", "We set ETH volBuffer to 300 bps.", /to 300 bps/],
    ["a bare number that no unit makes true", "We set ETH volBuffer to 31.", /to 31/],
    ["another step", "The volatility buffer rises by 3 percentage points.", /by 3 percentage points/],
    ["another relative step", "The volatility buffer rises by 30 %.", /by 30 %/],
    ["a level that is neither today's nor tomorrow's", "A volatility buffer of 27 % is what we ask for.", /of 27 %/],
    ["another duration", "The liquidation auction duration goes from 30 minutes to 1 hour.", /30 minutes to 1 hour/],
    ["a ramp that is not the change's", "The ETH volatility buffer moves to 30 % over 7 days.", /over 7 days/],
    ["a sentence broken over lines, by its line", "# T\n\nWe raise the ETH volatility\nbuffer from 25 % to\n28 %.\n", /rationale\.md:4 says/],
    ["a possessive", "ETH's volatility buffer goes to 40 %.", /to 40 %/],
    ["thousands with a separator", "ETH.volBuffer from 2,500 to 3,100 bps.", /2,500 to 3,100 bps/],
  ])("catches %s", async (_name, prose, message) => {
    expect(await messages(prose)).toContainEqual(expect.stringMatching(message));
  });

  it("catches a title that promises less than the change does", async () => {
    expect(await messages("", { title: "Raise ETH volatility buffer to 26 %" })).toEqual([
      expect.stringMatching(/^The title says "ETH volatility buffer to 26 %"/),
    ]);
  });

  it.each([
    ["the change in per cent", "We raise the ETH volatility buffer from 25 % to 30 %."],
    ["the change in basis points", "ETH.volBuffer: 2500 → 3000 bps; BTC.haircut: 2000 → 2200 bps."],
    ["the change in bare numbers", "ETH.volBuffer from 2500 to 3000, and BTC haircut from 20 to 22."],
    ["a unit that stands once", "The volatility buffer goes from 25 to 30 %."],
    [
      "the step in points, and relative to what it was",
      "The volatility buffer rises by 5 percentage points, the ETH volatility buffer by 20 %. The BTC haircut rises by 10 %.",
    ],
    ["today's value", "A volatility buffer of 25 % was enough in 2023."],
    ["durations in other units", "The liquidation auction duration goes from 1800 s to 0.75 hours, over 1 day."],
    ["the ramp", "The ETH volatility buffer moves to 30 % over 24 hours."],
    ["about", "We raise the ETH volatility buffer to about 29 %."],
    ["a parameter that does not change", "The SOL volatility buffer is at 60 %, and the LINK volatility buffer fell from 80 % to 70 %. The keeper fee is 9 %."],
    ["the same parameter of another asset", "Binance raised BTC's volatility buffer from 10 % to 40 %."],
    ["the market", "ETH fell by 43 % to 90 USD, which a volatility buffer of that size does not cover. In 2020 spreads went from 10 % to 30 %."],
    ["a clause of its own", "The volatility buffer matters because volatility went from 40 % to 180 %, and premiums rose by 12 %."],
    ["another unit", "Whoever watched the ETH volatility buffer over 30 days of 2022 saw it released within 3 hours."],
    [
      "alternatives",
      "# T\n\n## What was considered instead\n\n- A volatility buffer of 40 %: too dear.\n- ETH.volBuffer from 25 % to 35 %.\n\n### Why not\n\nA volatility buffer of 45 % is worse.",
    ],
  ])("lets %s pass", async (_name, prose) => {
    expect(await messages(prose)).toEqual([]);
  });

  it("reads on after the alternatives", async () => {
    const prose = "## What was considered instead\n\nA volatility buffer of 40 %.\n\n## What changes\n\nThe volatility buffer goes to 40 %.\n";
    expect(await messages(prose)).toEqual([expect.stringMatching(/rationale\.md:7 says/)]);
  });

  it("has nothing against what `draft` writes, nor against the kept proposals", async () => {
    expect(await messages(rationaleText(proposal.title, proposal.changes))).toEqual([]);
    for (const folder of ["0001-raise-eth-vol-buffer", "0002-free-trapped-margin", "0003-raise-keeper-fee"]) {
      const kept = await loadProposal(resolve(import.meta.dirname, "../../proposals", folder));
      expect((await find(proseNumbers, contextOf(kept))).map(({ message }) => message)).toEqual([]);
    }
  });

  describe("over every parameter there is", () => {
    const every = keysOf(proposal.base).flatMap((key) => {
      const from = valueOf(proposal.base, key);
      const spec = specOf(key.name)!;
      const to = [furthest(spec, from, "up"), furthest(spec, from, "down")].find((value) => value !== from && value >= spec.min && value <= spec.max);
      return to === undefined ? [] : [{ ...key, from, to, rampSeconds: 86_400 }];
    });
    const about = (change: Change, text: string) => messages(text, { changes: [change], title: titleOf([change]) });

    it("believes the sentence that is generated from the change, and the draft of a rationale", async () => {
      expect(every.length).toBeGreaterThan(70);
      for (const change of every) {
        expect(await about(change, changeSentence(change))).toEqual([]);
        expect(await about(change, rationaleText(titleOf([change]), [change]))).toEqual([]);
      }
    });

    it("does not believe that sentence about a change that goes one unit further", async () => {
      for (const change of every) {
        if (specOf(change.name)!.unit === "choice") continue;
        const further = { ...change, to: change.to + 1 };
        expect([changeSentence(change), (await messages(changeSentence(change), { changes: [further], title: "T" })).length > 0]).toEqual([
          changeSentence(change),
          true,
        ]);
      }
    });
  });
});
