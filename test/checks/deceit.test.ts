import { resolve } from "node:path";
import { encodeFunctionData, parseAbi } from "viem";
import { describe, expect, it } from "vitest";
import type { Check } from "../../cli/checks/check.ts";
import type { CheckContext } from "../../cli/checks/context.ts";
import { crossChain } from "../../cli/checks/cross-chain.ts";
import { drift } from "../../cli/checks/drift.ts";
import { duplicateSpam } from "../../cli/checks/duplicate-spam.ts";
import { hiddenText } from "../../cli/checks/hidden-text.ts";
import { notChecked } from "../../cli/checks/not-checked.ts";
import { type Neighbour, neighboursIn, othersThan } from "../../cli/checks/pending.ts";
import { shape } from "../../cli/checks/shape.ts";
import { loadProposal, type Proposal } from "../../cli/proposal/load.ts";
import { loadPolicy } from "../../cli/proposal/policy.ts";
import { applyChanges, withValue } from "../../sim/parameters/index.ts";
import { besides, forged } from "./forged.ts";
import { contextOf, find, GOOD, POLICY, proposalFolder } from "./world.ts";

const STRANGER = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const KEPT = resolve(import.meta.dirname, "../../proposals");
const proposing = async (changes: string, title = "T") => (await proposalFolder(`title: "${title}"\nauthor: A\nchanges:\n  ${changes}\n`)).proposal;
const good = (await proposalFolder(GOOD)).proposal;

const messages = async (check: Check, proposal: Proposal, rest: Partial<CheckContext> = {}) =>
  (await find(check, contextOf(proposal, rest))).map(({ message }) => message);
const beside = (others: Readonly<Record<string, Proposal>>): Partial<CheckContext> => ({
  neighbours: async () => Object.entries(others).map(([name, proposal]): Neighbour => ({ name, proposal, notPending: undefined })),
});

describe("the kept proposals", () => {
  it.each(["0001-raise-eth-vol-buffer", "0002-free-trapped-margin", "0003-raise-keeper-fee"])(
    "%s: nothing is wrong with its text, its kin or its history",
    async (folder) => {
      const proposal = await loadProposal(resolve(KEPT, folder));
      const neighbours = async () => othersThan(folder, await neighboursIn(KEPT, await loadPolicy(resolve(KEPT, "policy.yaml"))));
      for (const check of [hiddenText, duplicateSpam, drift, crossChain])
        expect([check.id, await messages(check, proposal, { neighbours })]).toEqual([check.id, []]);
    },
  );
});

describe("hidden-text", () => {
  it("leaves plain links alone, with a name or as they are, and an ampersand", async () => {
    const links = 'links: ["https://forum.example.org/t?a=1&b=2", "[Forum](https://forum.example.org)", "<https://example.org>", "https://example.org/ä"]';
    const { proposal } = await proposalFolder(`title: "Raise ETH & BTC"\nauthor: A\nchanges:\n  ETH.volBuffer: 30 %\n${links}\n`);
    expect(await messages(hiddenText, proposal)).toEqual([]);
  });

  const described = (change: (text: string) => string) => messages(hiddenText, forged(good, { description: change(good.payload!.governor.description) }));
  it.each([
    [
      "a second title further down",
      (text: string) => text.replace("\nAuthor", "\n# Drain the treasury\n\nAuthor"),
      /description\.md:\d+ is a second title: "Drain the treasury"/,
    ],
    ["one of the second level", (text: string) => text.replace("\nAuthor", "\n## Drain\n\nAuthor"), /second title: "Drain"/],
    [
      "one that a line of signs underlines",
      (text: string) => text.replace("\nAuthor", "\nDrain the treasury\n===\n\nAuthor"),
      /second title: "Drain the treasury"/,
    ],
    ["one inside a list", (text: string) => text.replace("- Raise", "- # Drain\n- Raise"), /second title: "Drain"/],
    ["one in HTML", (text: string) => text.replace("\nAuthor", "\n<h1>Drain</h1>\n\nAuthor"), /has HTML, .*"<h1>Drain<\/h1>"/],
    ["a comment", (text: string) => text.replace("\nAuthor", "\n<!-- the real reason -->\n\nAuthor"), /has HTML/],
    ["a mark of direction, written as an entity", (text: string) => text.replace("Raise", "&#x202E;Raise"), /the entity &#x202E;.* U\+202E/],
    ["an invisible character, written by its name", (text: string) => text.replace("Raise", "&zwnj;Raise"), /the entity &zwnj;.* U\+200C/],
    ["text that is struck out", (text: string) => text.replace("Raise", "~~Do not~~ raise"), /strikes out/],
    ["a picture", (text: string) => text.replace("Raise", "![](https://example.org/a.png) Raise"), /a picture, https:\/\/example\.org\/a\.png/],
    ["a link in the title", (text: string) => text.replace("Raise", "[Raise](https://example.org)"), /a link in its title/],
    [
      "a link that leads elsewhere than it shows",
      (text: string) => text.replace("\nAuthor", "\n[https://forum.example.org](https://example.com)\n\nAuthor"),
      /shows https:\/\/forum\.example\.org and leads to https:\/\/example\.com/,
    ],
    [
      "a line that a page leaves out",
      (text: string) => text.replace("\nAuthor", "\n[a]: https://example.com\n\nAuthor"),
      /does not show.*https:\/\/example\.com/,
    ],
  ])("catches %s in the description", async (_name, change, message) => {
    expect(await described(change)).toEqual([expect.stringMatching(message)]);
  });
  it.each([
    ["a link that is a title", "links:\n  - '# Drain the treasury'\n", /second title: "Drain the treasury"/],
    ["a title whose end is pushed out of sight", "", /The title has a run of blanks/],
  ])("catches %s, as `build` would write it", async (_name, extra, message) => {
    const yaml = extra === "" ? GOOD.replace("buffer", `buffer${" ".repeat(40)}and drain the treasury`) : `${GOOD}${extra}`;
    const { proposal } = await proposalFolder(yaml.replace(/^title: (.*)$/m, 'title: "$1"'));
    expect((await messages(hiddenText, proposal)).join()).toMatch(message);
  });
  it("catches what hides in the rationale and in links", async () => {
    expect(await messages(hiddenText, { ...good, rationale: "# T\n\nfrom 25 %\u202e to 30 %\n" })).toEqual([
      expect.stringMatching(/rationale\.md:3:10 .*direction, U\+202E/),
    ]);
    expect(await messages(hiddenText, { ...good, rationale: "vol\u200bBuffer" })).toEqual([expect.stringMatching(/invisible, U\+200B/)]);
    expect(await messages(hiddenText, { ...good, links: ["https://аpple.com"] })).toEqual([expect.stringMatching(/link 1:1:9 .*lookalike, U\+0430/)]);
  });
  it("lets honest Markdown pass", async () => {
    const rationale =
      "# Why now\n\n## Costs\n\n- a < b, and c > d\n- <https://example.org>\n- `<b>` in code\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n⚠️ Société, 25 % → 30 %\n";
    expect(await messages(hiddenText, { ...good, rationale })).toEqual([]);
  });
});

describe("a proposal with 50 actions", () => {
  const [target, calldata] = [good.deployment.riskParameters, good.payload!.governor.calldatas[0]];
  it("is refused for their number alone; ten are the most, as in Compound's governor", async () => {
    const many = (count: number) => besides(good, ...Array.from({ length: count - 1 }, () => ({ target, calldata })));
    expect(await messages(shape, many(50))).toEqual(["The payload has 50 calls; 10 are the most that anybody can be asked to read."]);
    expect(await messages(shape, many(10))).toEqual([]);
  });
});

describe("cross-chain", () => {
  const ABI = parseAbi(["function sendTxToL1(address,bytes)", "function relay(address,uint256,bytes)", "function sendMessage(address,bytes,uint32)"]);
  const toL1 = encodeFunctionData({ abi: ABI, functionName: "sendTxToL1", args: [STRANGER, "0x12"] });
  it("says what is not simulated, and so does the end of the report", async () => {
    const message = encodeFunctionData({ abi: ABI, functionName: "sendMessage", args: [STRANGER, "0x", 200_000] });
    // 0x3dbb202b: the selector of sendMessage in the OP stack's CrossDomainMessenger.
    expect(message.slice(0, 10)).toBe("0x3dbb202b");
    const proposal = besides(good, { target: STRANGER, calldata: message });
    expect(await messages(crossChain, proposal)).toEqual([
      expect.stringMatching(/^Not simulated: call 2 hands a call on to another chain.*OP stack's messenger/),
    ]);
    expect(notChecked(proposal, POLICY)).toContainEqual({
      what: "What call 2 does on another chain",
      why: expect.stringMatching(/only that it leaves was rehearsed/),
    });
  });
  it("looks inside other calls, and leaves ours alone", async () => {
    const relayed = encodeFunctionData({ abi: ABI, functionName: "relay", args: [STRANGER, 0n, toL1] });
    expect(await messages(crossChain, besides(good, { target: good.deployment.governor, calldata: relayed }))).toEqual([
      expect.stringMatching(/call 2 › relay 1 .*Arbitrum's ArbSys/),
    ]);
    expect(await messages(crossChain, good)).toEqual([]);
    expect(
      notChecked(good, POLICY)
        .map(({ what }) => what)
        .join(),
    ).not.toMatch(/another chain/);
  });
});

describe("duplicate-spam", () => {
  const own = () => proposing("ETH.volBuffer: 30 %", "Raise the ETH volatility buffer to 30 %");
  it("Synthetify: catches the ninth copy, and the one that only reads like them", async () => {
    const copies = { "0002-copy": await proposing("ETH.volBuffer: 30 %", "Another title") };
    expect(await messages(duplicateSpam, await own(), beside(copies))).toEqual([expect.stringMatching(/^0002-copy makes the same changes: 100.% /)]);
    for (const title of [
      "Raise the ETH volatility buffer to 30 %!",
      "Raise the ETH volatilty buffer to 30 %",
      "Raise the ETH volаtility buffer to 30 %",
      "RAISE the ETH vol\u200batility buffer to 30 %",
    ]) {
      const alike = { "0003-alike": { ...(await proposing("USDC.haircut: 1 %")), title } };
      expect(await messages(duplicateSpam, await own(), beside(alike))).toEqual([expect.stringMatching(/^0003-alike has a title that reads the same/)]);
    }
  });
  it.each([
    ["another asset", "BTC.volBuffer: 30 %", "Raise the BTC volatility buffer to 30 %"],
    ["another value", "ETH.volBuffer: 29 %", "Raise the ETH volatility buffer to 29 %"],
    ["the other way", "ETH.volBuffer: 20 %", "Lower the ETH volatility buffer to 20 %"],
    ["more to it", "ETH.volBuffer: 30 %\n  BTC.haircut: 22 %", "Raise ETH's buffer and BTC's haircut"],
  ])("lets a proposal with %s pass", async (_name, changes, title) => {
    expect(await messages(duplicateSpam, await own(), beside({ "0002-other": await proposing(changes, title) }))).toEqual([]);
  });
  it("does not mind that drafts of several changes are all called by their number", async () => {
    const [one, two] = [
      await proposing("ETH.volBuffer: 30 %\n  BTC.haircut: 22 %", "Change 2 risk parameters"),
      await proposing("SOL.jumpMean: 1700\n  protocol.keeperFee: 110", "Change 2 risk parameters"),
    ];
    expect(await messages(duplicateSpam, one, beside({ "0002-draft": two }))).toEqual([]);
    // But one that is called so and changes something else than two parameters is no draft.
    expect(await messages(duplicateSpam, one, beside({ "0002-posing": { ...two, changes: two.changes.slice(0, 1) } }))).toHaveLength(1);
  });
  it("takes the limit from the policy: half of all changes equal", async () => {
    const both = beside({ "0002-other": await proposing("ETH.volBuffer: 30 %\n  BTC.haircut: 22 %", "Two things") });
    expect(await messages(duplicateSpam, await own(), { ...both, policy: { ...POLICY, limits: { similarity: 0.5 } } })).toHaveLength(1);
    expect(await messages(duplicateSpam, await own(), { ...both, policy: { ...POLICY, limits: { similarity: 0.51 } } })).toEqual([]);
  });
  it("does not mind one that has been executed, nor one eleven numbers away", async () => {
    const proposal = await own();
    const after = {
      ...proposal,
      base: applyChanges(proposal.base, [{ ...proposal.changes[0], to: 3_000 }]),
      changes: [{ ...proposal.changes[0], from: 3_000, to: 3_500 }],
    };
    expect(await messages(duplicateSpam, after, beside({ "0002-executed": proposal }))).toEqual([]);
    expect(await messages(duplicateSpam, proposal, beside({ "0012-far": proposal }))).toEqual([]);
    expect(await messages(duplicateSpam, proposal, beside({ "0011-near": proposal }))).toHaveLength(1);
  });
});

describe("drift", () => {
  /** A proposal that takes ETH's buffer from one value to another, as it was drafted at its time. */
  const stepOf = async (from: number, to: number): Promise<Proposal> => {
    const { base } = good;
    const { proposal } = await proposalFolder(GOOD.replace("30 %", String(to)), withValue(base, { scope: "ETH", name: "volBuffer" }, from));
    return proposal;
  };
  const last = async (from: number, to: number): Promise<Proposal> => ({ ...(await stepOf(from, to)), folder: "proposals/0009-last" });

  it("catches the third of three largest steps down: 500 each, where two are the pace", async () => {
    const before = beside({ "0001-a": await stepOf(4_000, 3_500), "0004-b": await stepOf(3_500, 3_000) });
    expect(await messages(drift, await last(3_000, 2_500), before)).toEqual([
      expect.stringMatching(/^ETH\.volBuffer goes 4000 → 3500 → 3000 → 2500 in 3.changes: 1500 together, and 2 of its largest steps are 1000/),
    ]);
  });
  it.each<[string, [number, number], [number, number][]]>([
    ["two steps", [3_000, 2_500], [[3_500, 3_000]]],
    [
      "steps that tighten",
      [3_500, 4_500],
      [
        [2_500, 3_500],
        [1_500, 2_500],
      ],
    ],
    [
      "a way back up in between",
      [3_000, 2_500],
      [
        [3_500, 3_000],
        [3_000, 3_500],
      ],
    ],
    [
      "proposals that were never executed",
      [3_000, 2_500],
      [
        [4_000, 3_500],
        [4_500, 4_000],
      ],
    ],
  ])("lets %s pass", async (_name, own, earlier) => {
    const others = Object.fromEntries(await Promise.all(earlier.map(async ([from, to], i) => [`000${8 - i}-x`, await stepOf(from, to)] as const)));
    expect(await messages(drift, await last(...own), beside(others))).toEqual([]);
  });
  it("looks back as far as the policy says", async () => {
    const before = beside({ "0001-a": await stepOf(4_000, 3_500), "0004-b": await stepOf(3_500, 3_000) });
    const proposal = await last(3_000, 2_500);
    expect(await messages(drift, proposal, { ...before, policy: { ...POLICY, limits: { driftChanges: 2 } } })).toEqual([]);
    expect(await messages(drift, proposal, { ...before, policy: { ...POLICY, limits: { driftSteps: 3 } } })).toEqual([]);
  });
});
