import pc from "picocolors";
import { formatTable } from "../output/table.ts";
import type { ReportView } from "../report/view.ts";

/**
 * A backtest for a terminal or a pipe: the verdict first, then what changes, what each crash does, the gates, and how to get the
 * same result. The words and numbers are the report's.
 *
 * @param run how the run was: seconds, and the command that repeats it
 */
export function backtestText(view: ReportView, hash: string, run: { readonly seconds: number; readonly command: string }): string {
  return [
    verdictLine(view),
    section("Change", changeTable(view)),
    section("Effect, with 95 % intervals over the seeds", effectTable(view)),
    section("Crashes, today → proposed", crashTable(view.crashes)),
    ...(view.fund === undefined ? [] : [section("Fund and liquidations, today → proposed", crashTable(view.fund.rows, "most"))]),
    section("Gates", `${gateTable(view)}\n${indented(pc.dim(view.verdict.gates))}`),
    section("Reproduce", `${indented(run.command)}\n${indented(`result hash ${hash}`)}\n${indented(pc.dim(`${run.seconds.toFixed(1)} s`))}`),
  ].join("\n\n");
}

/** "✓ Passes: all 9 gates within limits; …" */
export function verdictLine({ verdict, headlines }: ReportView): string {
  const colour = verdict.pass ? pc.green : pc.red;
  return [`${colour(pc.bold(`${verdict.symbol} ${verdict.word}`))}: ${verdict.rest}`, headlines.sentence].filter(Boolean).join("\n");
}

/** Every headline figure, today and proposed, its change, and what the seeds say of it. */
export function effectTable({ headlines, attribution }: Pick<ReportView, "headlines" | "attribution">): string {
  const colour = { pass: pc.green, warn: pc.yellow, muted: pc.dim };
  const rows = headlines.rows.map(({ label, today, proposed, change, interval, word, tone }) => [label, today, proposed, change, interval, colour[tone](word)]);
  const columns = [
    { title: "figure" },
    { title: "today", align: "right" },
    { title: "proposed", align: "right" },
    { title: "change", align: "right" },
  ] as const;
  const effect = indented(formatTable([...columns, { title: "95 % interval" }, { title: "so it" }], rows));
  if (attribution === undefined) return effect;
  const shares = attribution.rows.map(({ label, cells }) => [label, ...cells.map(({ value }) => value)]);
  const heads = attribution.columns.map((title) => ({ title: title.toLowerCase(), align: "right" as const }));
  return `${effect}\n\n${indented(formatTable([{ title: "which change does what" }, ...heads], shares))}`;
}

/** The proposal's changes, before and after, in human units. */
export function changeTable({ changes }: Pick<ReportView, "changes">): string {
  const rows = changes.map(({ label, from, to, rawFrom, rawTo, directionWord, ramp }) => [
    label,
    from,
    "→",
    to,
    directionWord,
    ramp,
    pc.dim(`${rawFrom} → ${rawTo}`),
  ]);
  const columns = [
    { title: "parameter" },
    { title: "today", align: "right" },
    { title: "" },
    { title: "proposed" },
    { title: "" },
    { title: "" },
    { title: "on chain" },
  ] as const;
  return indented(formatTable(columns, rows));
}

/** Every crash, today → proposed. */
export function crashTable(crashes: ReportView["crashes"], mark = "worst"): string {
  const labels = crashes[0]?.cells.map(({ label }) => label.toLowerCase()) ?? [];
  const arrow = { better: pc.green("▲"), worse: pc.red("▼"), same: " " };
  const rows = crashes.map(({ title, worst, cells }) => [
    `${title}${worst ? ` ◂ ${mark}` : ""}`,
    ...cells.map(({ today, proposed, change }) => `${today === proposed ? today : `${today} → ${proposed}`} ${arrow[change]}`),
  ]);
  return indented(formatTable([{ title: "crash" }, ...labels.map((title) => ({ title, align: "right" as const }))], rows));
}

/** The gates with ✓ and ✗, breached ones first. */
export function gateTable({ gates }: Pick<ReportView, "gates">): string {
  const mark = { pass: pc.green("✓"), fail: pc.red("✗"), warn: pc.yellow("!") };
  const rows = gates.map(({ status, label, value, interval, limit, id }) => [mark[status], label, value, interval, limit, pc.dim(id)]);
  const columns = [
    { title: "" },
    { title: "gate" },
    { title: "found", align: "right" },
    { title: "95 % interval" },
    { title: "allowed" },
    { title: "" },
  ] as const;
  return indented(formatTable(columns, rows));
}

/** A title and what stands under it. */
export function section(title: string, body: string): string {
  return `${pc.bold(title)}\n${body}`;
}

/** Two spaces in front of every line. */
export function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, "  ");
}
