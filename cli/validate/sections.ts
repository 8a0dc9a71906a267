import { type ChartOption, renderChart, type Size } from "../report/charts/render.ts";
import { html, type Markup, plainTable, trusted } from "../report/html/parts.ts";

/** A chart drawn for a desk and for a phone, with its reading below and the same as a table. */
export function chart(
  id: string,
  title: string,
  takeaway: string,
  reading: string,
  sizes: { readonly wide: Size; readonly narrow: Size },
  option: (size: Size) => ChartOption,
  table: { readonly columns: readonly string[]; readonly rows: readonly (readonly string[])[] },
): Markup {
  const drawn = (name: "wide" | "narrow") =>
    html`<div class="${name}">${trusted(renderChart(option(sizes[name]), sizes[name], { id: `${id}-${name}`, title, text: `${takeaway} ${reading}` }))}</div>`;
  return section(
    id,
    title,
    html`<p class="lead">${takeaway}</p>
<figure>${drawn("wide")}${drawn("narrow")}<figcaption class="small">${reading}</figcaption></figure>
<details><summary>The same as a table</summary>${plainTable(title, table.columns, table.rows)}</details>`,
  );
}

/** A part of the page that can be linked to. */
export function section(id: string, title: string, body: Markup): Markup {
  return html`<section id="${id}" aria-labelledby="${id}-h"><h2 id="${id}-h">${title}</h2>
${body}</section>
`;
}
