import { existsSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { writeEvidence } from "../../cli/backtest/folder.ts";
import type { PeerRun } from "../../cli/peers/output.ts";
import { readPeers, writePeers } from "../../cli/peers/record.ts";
import { renderHtml } from "../../cli/report/html.ts";
import { renderMarkdown } from "../../cli/report/markdown.ts";
import { reportView } from "../../cli/report/view.ts";
import { BallastError } from "../../sim/errors.ts";
import { temporary } from "../temporary.ts";
import { MARKET, madeUpEvidence, PROPOSAL } from "./fixtures/proposal.ts";

const EVIDENCE = madeUpEvidence({ seeds: [1, 2, 3] });
const CRASH = EVIDENCE.outcomes[0].crash;
const ours = EVIDENCE.outcomes.filter(({ crash, set }) => crash === CRASH && set === "proposed").map(({ outcome }) => outcome);

/** A run in which fixed ratios cover ten points less than the proposed set, a little more or less in each seed. */
const RUN: PeerRun = {
  crashes: [CRASH],
  seeds: [1, 2, 3],
  systems: [
    { name: "proposed", factor: 1, initialRatio: 1.25, initialMargin: 100 },
    { name: "baseline", factor: 1, initialRatio: 1.25, initialMargin: 90 },
    { name: "static", factor: 1.8, initialRatio: 1.5, initialMargin: 100 },
  ],
  outcomes: ours.map(({ crash, seed, shortfallFinal, coverage }, i) => ({
    peer: "static",
    crash,
    seed,
    shortfallFinal,
    coverage: coverage - 0.1 - i / 1_000,
    shortfallPeak: 0,
    accountsLiquidated: 1,
    meanMarginRate: 0.1,
    largestOneDayRise: 0,
  })),
};

describe("a comparison with peers beside the evidence", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await temporary("peers");
  });

  async function refusalOf(run: PeerRun, root: string): Promise<BallastError> {
    await writePeers(folder, run, root);
    const refusal = await readPeers(folder, EVIDENCE).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(refusal).toBeInstanceOf(BallastError);
    return refusal as BallastError;
  }

  test("there need not be one", async () => {
    expect(await readPeers(join(folder, "elsewhere"), EVIDENCE)).toBeUndefined();
    const view = reportView(PROPOSAL, EVIDENCE, MARKET);
    expect(view.peers).toBeUndefined();
    expect(renderHtml(view) + renderMarkdown(view)).not.toContain("other margin models");
  });

  test("is shown with our figures from the evidence, words where the seeds leave no doubt, and that nobody re-ran it", async () => {
    await writePeers(folder, RUN, EVIDENCE.root);
    const found = await readPeers(folder, EVIDENCE);
    const view = reportView(PROPOSAL, EVIDENCE, MARKET, undefined, undefined, found);
    const [proposed, , fixed] = view.peers!.rows[0].cells;
    expect(proposed).toMatchObject({ label: "Proposed", change: "same" });
    expect(fixed).toMatchObject({ label: "Fixed ratios", change: "worse" });
    expect(found!.crashes[0].systems.proposed!.coverage.value).toBeCloseTo(ours.reduce((sum, { coverage }) => sum + coverage, 0) / 3, 12);
    expect(found!.crashes[0].systems.static!.coverage.change.value).toBeCloseTo(-0.101, 12);
    const markdown = renderMarkdown(view);
    expect(markdown).toMatch(/## Against other margin models\n\n\| Crash \| Proposed \| Today \| Fixed ratios \|/);
    expect(markdown).toContain("no part of the result hash");
    expect(markdown).toContain("Fixed ratios 1.80");
    expect(renderHtml(view)).toMatch(/<section id="peers"[\s\S]*<span class="tag fail">worse<\/span>/);
  });

  test("the same bytes every time", async () => {
    await writePeers(folder, RUN, EVIDENCE.root);
    const once = await readFile(join(folder, "peers.json"), "utf8");
    await writePeers(folder, { outcomes: RUN.outcomes, systems: RUN.systems, seeds: RUN.seeds, crashes: RUN.crashes }, EVIDENCE.root);
    expect(await readFile(join(folder, "peers.json"), "utf8")).toBe(once);
  });

  test("goes when other evidence is written, and stays beside its own", async () => {
    const file = join(folder, "peers.json");
    const evidence = { ...EVIDENCE, root: `0x${"1".repeat(64)}` };
    await rm(file, { force: true });
    expect(await writeEvidence(folder, evidence)).toEqual({ peersDropped: false });
    await writePeers(folder, RUN, evidence.root);
    expect(await writeEvidence(folder, evidence)).toEqual({ peersDropped: false });
    expect(await readPeers(folder, evidence)).toBeDefined();
    expect(await writeEvidence(folder, EVIDENCE)).toEqual({ peersDropped: true });
    expect(await readPeers(folder, EVIDENCE)).toBeUndefined();
    for (const unreadable of ["", "null", "{"]) {
      await writeFile(file, unreadable);
      expect(await writeEvidence(folder, EVIDENCE)).toEqual({ peersDropped: true });
    }
    expect(existsSync(file)).toBe(false);
  });

  test("is refused beside other evidence, with a replay missing, or with a field nobody knows", async () => {
    expect(await refusalOf(RUN, `0x${"0".repeat(64)}`)).toMatchObject({ code: "PEERS_STALE", exit: 5 });
    expect(await refusalOf({ ...RUN, outcomes: [] }, EVIDENCE.root)).toMatchObject({ code: "PEERS_INCOMPLETE", exit: 6 });
    expect(await refusalOf({ ...RUN, outcomes: [...RUN.outcomes, RUN.outcomes[0]] }, EVIDENCE.root)).toMatchObject({ code: "PEERS_INCOMPLETE", exit: 6 });
    expect(await refusalOf({ ...RUN, outcomes: RUN.outcomes.slice(1) }, EVIDENCE.root)).toMatchObject({ code: "PEERS_INCOMPLETE", exit: 6 });
    await writeFile(join(folder, "peers.json"), JSON.stringify({ ...RUN, root: EVIDENCE.root, verdict: "pass" }));
    await expect(readPeers(folder, EVIDENCE)).rejects.toMatchObject({ code: "FIELD_UNKNOWN" });
  });
});
