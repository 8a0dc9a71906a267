import pc from "picocolors";
import { wholeTokens } from "../../chain/live/delegates.ts";
import { indented, section } from "../backtest/text.ts";
import { formatTable } from "../output/table.ts";
import { formatDuration } from "../proposal/units.ts";
import { visibleLine } from "../report/text.ts";
import type { LiveDocument } from "./document.ts";
import type { ListedProposal } from "./proposal.ts";
import type { LiveRow } from "./rows.ts";

/** What is in force on chain, for a terminal or a pipe: where and when first, then every value, then what is under way. */
export function liveText(document: LiveDocument): string {
  const { endpoint, chainId, block, version, parameters, differences, bounds, history, proposals } = document;
  const open = proposals.filter(({ state }) => ["pending", "active", "succeeded", "queued"].includes(state));
  return [
    `${pc.bold(`Version ${version}`)} on chain ${chainId}, block ${block.number} of ${timeOf(block.time)} UTC, as ${endpoint} tells it`,
    parameterTable(parameters),
    differences.length === 0
      ? `${pc.green("✓")} parameters.yaml says the same.`
      : section(
          `parameters.yaml differs in ${differences.length} of ${parameters.length}`,
          indented(
            formatTable(
              [{ title: "parameter" }, { title: "on chain", align: "right" }, { title: "in the file", align: "right" }],
              differences.map(({ scope, name, chain, file }) => [`${scope}.${name}`, String(chain ?? "none"), String(file ?? "none")]),
            ),
          ),
        ),
    ...(bounds.length === 0
      ? []
      : [
          section(
            "Bounds that are not this version's",
            indented(
              formatTable(
                [{ title: "parameter" }, { title: "field" }, { title: "on chain", align: "right" }, { title: "here", align: "right" }],
                bounds.map(({ name, field, chain, table }) => [name, field, chain, table]),
              ),
            ),
          ),
        ]),
    section(`Versions: ${history.length}`, indented(historyTable(history))),
    section(`Proposals under way: ${open.length} of ${proposals.length}`, indented(open.length === 0 ? "none" : open.map(proposalLines).join("\n"))),
    section("Governance", indented(governanceWords(document))),
  ].join("\n\n");
}

function parameterTable(rows: readonly LiveRow[]): string {
  return formatTable(
    [{ title: "parameter" }, { title: "in force", align: "right" }, { title: "unit" }, { title: "in words", align: "right" }, { title: "on its way" }],
    rows.map(({ scope, name, value, unit, human, ramp, file, decided }) => [
      `${scope}.${name}${file === decided ? "" : pc.yellow(" ≠ file")}`,
      String(value),
      unit,
      human,
      ramp === null ? "" : `${ramp.from} → ${ramp.to} until ${timeOf(ramp.end)}`,
    ]),
  );
}

const SHOWN_VERSIONS = 5;

function historyTable(history: LiveDocument["history"]): string {
  const rows = history.slice(-SHOWN_VERSIONS).map(({ version, block, evidence, changes }) => {
    const words =
      version === 1 ? `the deployment: ${changes.length} values` : changes.map(({ scope, name, from, to }) => `${scope}.${name} ${from} → ${to}`).join(", ");
    return [String(version), String(block), evidence === null ? "none" : `${evidence.slice(0, 10)}…`, words];
  });
  return formatTable([{ title: "version", align: "right" }, { title: "block", align: "right" }, { title: "evidence" }, { title: "changes" }], rows);
}

/** A proposal in two or three lines: state and title, what it changes, what else it calls. */
export function proposalLines({ id, state, title, voteEnd, eta, changes, others }: ListedProposal): string {
  const until = state === "queued" ? `executable from ${timeOf(eta ?? 0)}` : state === "succeeded" ? "to be queued" : `vote until ${timeOf(voteEnd)}`;
  return [
    `${pc.bold(state)}  ${title}  (${until} UTC)`,
    `  id ${id}`,
    ...changes.map(({ scope, name, from, to, unit }) => `  ${scope}.${name} ${from} → ${to} ${unit}`),
    ...others.map((other) => pc.yellow(`  also: ${other}`)),
  ].join("\n");
}

function governanceWords({ governance }: LiveDocument): string {
  const { symbol, decimals, totalSupply, votingDelay, votingPeriod, quorumPercent, timelockDelay, proposalThreshold, guardian } = governance;
  const tokens = (amount: string) => `${wholeTokens(BigInt(amount), decimals)} ${visibleLine(symbol)}`;
  return [
    `vote after ${formatDuration(votingDelay)}, for ${formatDuration(votingPeriod)}; timelock ${formatDuration(timelockDelay)}; quorum ${quorumPercent} % of ${tokens(totalSupply)}`,
    `proposing takes ${tokens(proposalThreshold)}; guardian ${guardian}`,
  ].join("\n");
}

/** "2026-11-30 22:43". */
export function timeOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ");
}
