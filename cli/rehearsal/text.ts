import pc from "picocolors";
import type { Step } from "../../chain/index.ts";
import { specOf } from "../../sim/parameters/index.ts";
import { indented, section } from "../backtest/text.ts";
import { formatTable } from "../output/table.ts";
import { labelOf } from "../proposal/labels.ts";
import { formatAmount } from "../proposal/units.ts";
import { count, usd } from "../report/format.ts";
import { visibleLine } from "../report/text.ts";
import { type FolderRehearsal, isFaithful, type ReadBack } from "./folder.ts";

/** A rehearsal for a terminal or a pipe: what became of the proposal first, then station by station, and what was read back. */
export function rehearsalText(found: FolderRehearsal): string {
  const { rehearsal, proposal, readBack, remargined, fork } = found;
  const where = fork === undefined ? "an embedded chain" : `a fork of chain ${fork.chainId} at block ${fork.block}, as ${fork.endpoint} tells it`;
  const stations = [section(`Life of the proposal, on ${where}`, stepTable(rehearsal.steps)), ...votersWords(fork)].join("\n");
  if (!rehearsal.ok) {
    return [`${pc.red(pc.bold("✗ Stopped"))} at "${rehearsal.failed}": ${visibleLine(rehearsal.message)}`, stations].join("\n\n");
  }
  const head = isFaithful(found)
    ? `${pc.green(pc.bold("✓ Executed"))}: what the chain says is what proposal.yaml says.`
    : `${pc.red(pc.bold("✗ Executed"))}, but the chain does not say what proposal.yaml says.`;
  const changed = rehearsal.slots.map(({ contract, address, name, declared }) => [
    declared ? pc.green("✓") : pc.red("✗"),
    contract ?? address,
    name ?? "unknown",
  ]);
  return [
    head,
    stations,
    section("Read back from the chain", readBackTable(readBack)),
    section(
      `Storage that changed: ${count(rehearsal.slots.length)} slots`,
      indented(formatTable([{ title: "" }, { title: "contract" }, { title: "holds" }], changed)),
    ),
    ...(remargined === undefined ? [] : [section("The book, margined under what was read", indented(remarginedWords(remargined)))]),
    pc.dim(`proposal id ${rehearsal.proposalId}  ·  ${visibleLine(proposal.title)}`),
  ].join("\n\n");
}

/** That it passed is no forecast: the largest delegates were made to vote for it. */
function votersWords(fork: FolderRehearsal["fork"]): string[] {
  if (fork === undefined || fork.voters.length === 0) return [];
  return [indented(pc.dim(`made to vote for it: ${fork.voters.join(", ")} (it can be executed; whether they will vote so is another question)`))];
}

/** The stations with the chain's clock and the gas they took. */
export function stepTable(steps: readonly Step[]): string {
  const rows = steps.map(({ name, time, gasUsed }) => [pc.green("✓"), name, timeOf(time), gasUsed === undefined ? "" : count(gasUsed)]);
  return indented(formatTable([{ title: "" }, { title: "station" }, { title: "chain time (UTC)" }, { title: "gas", align: "right" }], rows));
}

/** Each declared change: before, asked for, and what the chain says. */
export function readBackTable(rows: readonly ReadBack[]): string {
  const cells = rows.map(({ scope, name, from, asked, atExecution, afterRamp }) => {
    const unit = specOf(name)?.unit;
    const amount = (value: number) => (unit === undefined ? String(value) : formatAmount(value, unit, name));
    return [afterRamp === asked ? pc.green("✓") : pc.red("✗"), labelOf({ scope, name }), amount(from), amount(asked), amount(atExecution), amount(afterRamp)];
  });
  const columns = ["before", "asked for", "at execution", "after the ramp"].map((title) => ({ title, align: "right" as const }));
  return indented(formatTable([{ title: "" }, { title: "parameter" }, ...columns], cells));
}

function remarginedWords({ accounts, maintenance, initial, differing, values }: NonNullable<FolderRehearsal["remargined"]>): string {
  const needs = `${count(accounts)} accounts need ${usd(maintenance.chain)} of maintenance and ${usd(initial.chain)} of initial margin`;
  if (differing === 0 && values.length === 0) return `${pc.green("✓")} ${needs}: the same as under the files, account by account and bit by bit.`;
  return `${pc.red("✗")} ${needs}; ${count(differing)} of them another amount than under the files (${values.join(", ") || "no value differs"}).`;
}

function timeOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ");
}
