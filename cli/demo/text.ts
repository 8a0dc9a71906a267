import { relative } from "node:path";
import pc from "picocolors";
import { changeTable, crashTable, gateTable, indented, section, verdictLine } from "../backtest/text.ts";
import { exitCodeOf } from "../checks/run.ts";
import { AGAINST_NOTE, againstText } from "../peers/text.ts";
import { changeSentence } from "../proposal/description.ts";
import { isFaithful } from "../rehearsal/folder.ts";
import { readBackTable, stepTable } from "../rehearsal/text.ts";
import { count, plural } from "../report/format.ts";
import { DEMO_PROPOSAL, type Station } from "./run.ts";

/** What the demo is about, before anything runs. */
export function introduction(): string {
  return [
    pc.bold("Ballast crash-tests a change of risk parameters before anyone votes on it."),
    "",
    indented(`The proposal: ${relative(process.cwd(), DEMO_PROPOSAL) || DEMO_PROPOSAL}. Everything below is computed here and now, offline.`),
  ].join("\n");
}

/** One station as it ends. */
export function stationText(station: Station): string {
  switch (station.name) {
    case "backtest": {
      const { view, evidence, seconds } = station.backtest;
      return [
        heading(
          1,
          "Crash test",
          `${plural(station.crashes, "crash", "crashes")}, ${station.accounts}, today's parameters and the proposed ones, in ${seconds.toFixed(1)} s`,
        ),
        indented(verdictLine(view)),
        changeTable(view),
        crashTable(view.crashes),
        gateTable(view),
        indented(pc.dim(`result hash ${evidence.root}`)),
      ].join("\n\n");
    }
    case "peers": {
      const { crashes, equalCapital } = station.against;
      const what = `the same books under other margin models, at equal capital: ${plural(crashes.length, "crash", "crashes")}, ${plural(equalCapital.seeds.length, "seed", "seeds")}`;
      return [heading(2, "Peers", what), indented(`${againstText(station.against)}\n${pc.dim(AGAINST_NOTE)}`)].join("\n\n");
    }
    case "build": {
      const { governor, calldata } = station.payload;
      return [
        heading(3, "Calldata", "bound to that result: the hash stands in the description and in the call"),
        indented([`proposal id  ${governor.proposalId}`, `calldata     ${calldata.slice(0, 74)}… (${count((calldata.length - 2) / 2)} bytes)`].join("\n")),
      ].join("\n\n");
    }
    case "check": {
      const { findings, checked } = station.checks;
      const exit = exitCodeOf(findings);
      const lines = [
        `${exit === 0 ? pc.green("✓") : pc.red("✗")} ${checked.map(({ check }) => check).join(" · ")}`,
        ...findings.map(({ severity, check, message }) => `${severity === "error" ? pc.red("✗") : pc.yellow("!")} ${check}: ${message}`),
      ];
      return [heading(4, "Checks", `${checked.length} ran, ${findings.length} found something`), indented(lines.join("\n"))].join("\n\n");
    }
    case "rehearse": {
      const { rehearsal, readBack } = station.rehearsal;
      const faithful = isFaithful(station.rehearsal);
      return [
        heading(5, "Vote", "propose → vote → queue → execute, on a chain in this process"),
        stepTable(rehearsal.steps),
        section(`  ${faithful ? pc.green("✓") : pc.red("✗")} Parameters read back from the chain`, `\n${readBackTable(readBack)}`),
      ].join("\n\n");
    }
    case "report":
      return [heading(6, "Report", "what a token holder reads"), indented(`${station.report.html}\n${station.report.markdown}`)].join("\n\n");
  }
}

const NEXT = [
  ["./ballast verify proposals/0001-raise-eth-vol-buffer", "run the committed evidence again, all of it"],
  ["./ballast check proposals/000*", "one that passes, one too dangerous, one malicious"],
  ["./ballast draft my-change --set ETH.volBuffer=3200", "draft your own"],
] as const;

/** The end: what happened in one sentence, and where to go on. */
export function conclusion(stations: readonly Station[]): string {
  const changes = stations.flatMap((station) => (station.name === "rehearse" ? station.rehearsal.proposal.changes : []));
  return [
    `${isSuccess(stations) ? pc.green(pc.bold("✓ Done")) : pc.red(pc.bold("✗ Not done"))}: ${changes.map(changeSentence).join("; ")}.`,
    "",
    pc.bold("Next"),
    indented(NEXT.map(([command, what]) => `${command.padEnd(54)}${pc.dim(what)}`).join("\n")),
  ].join("\n");
}

/** Whether every station went as it should: the verdict passes, no check fails, and the chain says what was proposed. */
export function isSuccess(stations: readonly Station[]): boolean {
  return (
    stations.length === 6 &&
    stations.every((station) => {
      if (station.name === "backtest") return station.backtest.evidence.verdict === "pass";
      if (station.name === "check") return exitCodeOf(station.checks.findings) === 0;
      return station.name === "rehearse" ? isFaithful(station.rehearsal) : true;
    })
  );
}

function heading(number: number, title: string, what: string): string {
  return `${pc.bold(`${number}  ${title}`)}  ${pc.dim(what)}`;
}
