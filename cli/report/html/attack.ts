import type { AttackView } from "../sections/attack.ts";
import { cardTable, html, icon, type Markup } from "./parts.ts";

/** What an attack on the vote costs and brings, way by way. */
export function attackBody({ tone, sentence, stake, rows, lines, note }: AttackView): Markup {
  return html`<p>${tone === "warn" ? html`<span class="warn">${icon("warn")}</span> ` : undefined}${sentence} ${stake}</p>${cardTable(
    "Ways to pass a harmful change today",
    [
      { label: "By" },
      { label: "Votes needed", number: true },
      { label: "Costs", number: true },
      { label: "Returns", number: true },
      { label: "Profit", number: true },
    ],
    rows.map((row) => ({
      head: html`${row.label} <span class="sub">${row.note}</span>`,
      cells: [
        html`<span>${row.votes}</span>`,
        html`<span>${row.cost}</span>`,
        html`<span>${row.returns}</span>`,
        html`<b class="${row.tone}">${row.profit}</b>`,
      ],
    })),
  )}<ul>${lines.map((line) => html`<li>${line}</li>`)}</ul><p class="small">${note}</p>`;
}
