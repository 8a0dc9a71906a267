import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { expect, it } from "vitest";
import { CHECKS } from "../../cli/checks/index.ts";
import { DEMO_PROPOSAL, runDemo, type Station } from "../../cli/demo/run.ts";
import { conclusion, isSuccess, stationText } from "../../cli/demo/text.ts";
import { temporary } from "../temporary.ts";

it("the demo takes a proposal the whole way and touches nothing that is committed", { timeout: 180_000 }, async () => {
  const workspace = await temporary("demo");
  const committed = await readFile(join(DEMO_PROPOSAL, "evidence.json"), "utf8");
  const stations: Station[] = [];
  for await (const station of runDemo({ workspace })) stations.push(station);

  expect(stations.map(({ name }) => name)).toEqual(["backtest", "peers", "build", "check", "rehearse", "report"]);
  expect(isSuccess(stations)).toBe(true);
  const [backtest, peers, build, check, rehearse, report] = stations.map((station) =>
    stripVTControlCharacters(stationText(station)).replaceAll(/[\u00a0\u202f]/g, " "),
  );
  expect(backtest).toMatch(/✓ Passes: all \d+ gates within limits/);
  expect(backtest).toMatch(/ETH volatility buffer +25 % +→ +30 %/);
  expect(peers).toMatch(/crash +proposed +today +static +span +deribit-pm +derive-pmrm2/);
  expect(peers.match(/coverage/g)).toHaveLength(2);
  expect(build).toMatch(/proposal id +[0-9]{70,}/);
  expect(check).toContain(`${CHECKS.filter(({ dated }) => dated !== true).length} ran, 0 found something`);
  expect(rehearse).toMatch(/✓ +ETH volatility buffer +25 % +30 % +25 % +30 %/);
  expect(report).toContain(join(workspace, "proposals", "0001-raise-eth-vol-buffer", "report.html"));
  expect(await readFile(join(workspace, "proposals", "0001-raise-eth-vol-buffer", "report.html"), "utf8")).toContain("Against other margin models");
  expect(conclusion(stations)).toMatch(/Done/);
  expect(await readFile(join(DEMO_PROPOSAL, "evidence.json"), "utf8")).toBe(committed);
});
