import { escapeHtml } from "../text.ts";

/** Text that is already HTML. Everything else goes through `html`, which escapes it. */
export interface Markup {
  readonly markup: string;
}

export type Piece = string | number | Markup | undefined | readonly Piece[];

/**
 * HTML from a template in which every value is escaped unless it is markup itself: forgetting to escape is not possible.
 *
 * @example html`<b>${"<x>"}</b>`.markup // "<b>&lt;x&gt;</b>"
 */
export function html(strings: TemplateStringsArray, ...values: readonly Piece[]): Markup {
  return { markup: strings.reduce((out, text, index) => out + written(values[index - 1]) + text) };
}

/** Markup somebody else has made safe: an own chart, the rationale's renderer. */
export function trusted(markup: string): Markup {
  return { markup };
}

function written(value: Piece): string {
  if (value === undefined) return "";
  if (typeof value === "string" || typeof value === "number") return escapeHtml(String(value));
  return isList(value) ? value.map(written).join("") : value.markup;
}

function isList(value: readonly Piece[] | Markup): value is readonly Piece[] {
  return Array.isArray(value);
}

/** A circle that passes, an octagon that stops, a triangle that warns: shapes tell what colours tell. */
export function icon(status: "pass" | "fail" | "warn"): Markup {
  const shape = {
    pass: '<circle cx="12" cy="12" r="11" fill="currentColor"/><path d="M6.8 12.6l3.4 3.4 7-7.6" fill="none" stroke="var(--page)" stroke-width="2.4" stroke-linecap="round" stroke-linejoin="round"/>',
    fail: '<path d="M7.6 1h8.8L23 7.6v8.8L16.4 23H7.6L1 16.4V7.6z" fill="currentColor"/><path d="M8 8l8 8M16 8l-8 8" fill="none" stroke="var(--page)" stroke-width="2.4" stroke-linecap="round"/>',
    warn: '<path d="M12 1.6L23.4 22H.6z" fill="currentColor" stroke="currentColor" stroke-linejoin="round"/><path d="M12 9v6M12 18.2v.3" fill="none" stroke="var(--page)" stroke-width="2.4" stroke-linecap="round"/>',
  }[status];
  return trusted(`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${shape}</svg>`);
}

/** A column's cells share a label, which a phone shows in front of each. */
export interface Column {
  readonly label: string;
  readonly number?: boolean;
}

export interface Row {
  readonly head: Markup;
  readonly cells: readonly Markup[];
  readonly worst?: boolean;
}

/**
 * A table whose rows become cards on a phone. Roles are written out: a browser forgets them where `display` is not a table's.
 */
export function cardTable(caption: string, columns: readonly Column[], rows: readonly Row[]): Markup {
  const [first, ...rest] = columns;
  return html`<div class="scroll cards"><table role="table"><caption>${caption}</caption>
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">${first.label}</th>${rest.map(({ label }) => html`<th role="columnheader" scope="col">${label}</th>`)}</tr></thead>
<tbody role="rowgroup">
${rows.map(
  ({ head, cells, worst }) => html`<tr role="row"${trusted(worst ? ' class="worst"' : "")}><th role="rowheader" scope="row">${head}</th>${cells.map(
    (cell, index) => html`<td role="cell" data-label="${rest[index].label}"${trusted(rest[index].number ? ' class="number"' : "")}>${cell}</td>`,
  )}</tr>
`,
)}</tbody></table></div>`;
}

/** A plain table that scrolls in its own box. */
export function plainTable(caption: string, columns: readonly string[], rows: readonly (readonly string[])[]): Markup {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table><caption>${caption}</caption>
<thead><tr>${columns.map((label) => html`<th scope="col">${label}</th>`)}</tr></thead>
<tbody>
${rows.map(
  ([head, ...cells]) => html`<tr><th scope="row">${head}</th>${cells.map((cell) => html`<td class="number">${cell}</td>`)}</tr>
`,
)}</tbody></table></div>`;
}

/** Before and after in one cell; an unchanged value stands once, one that got worse says so. */
export function beforeAfter(today: string, proposed: string, change: "better" | "worse" | "same"): Markup {
  if (today === proposed) return html`<span>${proposed} <span class="unseen">unchanged</span></span>`;
  return html`<span class="pairing"><span class="then">${today} →</span> <span><b>${proposed}</b>${change === "worse" ? html` <span class="tag fail">worse</span>` : undefined}</span></span>`;
}
