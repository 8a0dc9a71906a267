import { costSafetyOption } from "../charts/cost-safety.ts";
import { crashPathOption } from "../charts/crash-path.ts";
import { marginLossOption } from "../charts/margin-loss.ts";
import { type ChartOption, renderChart, type Size } from "../charts/render.ts";
import type { Picture, Pictures } from "../sections/pictures.ts";
import { html, type Markup, plainTable, trusted } from "./parts.ts";

/** Each chart is drawn twice, for a desk and for a phone: shrinking one picture would shrink its letters. */
export const SIZES = {
  crashPath: { wide: { width: 1040, height: 560, narrow: false }, narrow: { width: 340, height: 640, narrow: true } },
  square: { wide: { width: 500, height: 440, narrow: false }, narrow: { width: 340, height: 380, narrow: true } },
} as const;

/** The charts with the worst crash first, then the two that compare crashes, side by side. */
export function chartSections(pictures: Pictures): { worst: Markup; pair: Markup } {
  const { crashPath, marginLoss, costSafety } = pictures;
  return {
    worst: section("worst-crash", crashPath, SIZES.crashPath, (size) => crashPathOption(crashPath.data, size)),
    pair: html`<div class="pair">${section("cost-safety", costSafety, SIZES.square, (size) => costSafetyOption(costSafety.data, size))}${section(
      "margin-loss",
      marginLoss,
      SIZES.square,
      (size) => marginLossOption(marginLoss.data, size),
    )}</div>`,
  };
}

function section(id: string, picture: Picture<unknown>, sizes: { readonly wide: Size; readonly narrow: Size }, option: (size: Size) => ChartOption): Markup {
  const drawn = (name: "wide" | "narrow") =>
    html`<div class="${name}">${trusted(renderChart(option(sizes[name]), sizes[name], { id: `${id}-${name}`, title: picture.title, text: `${picture.takeaway} ${picture.reading}` }))}</div>`;
  const { caption, columns, rows } = picture.table;
  return html`<section id="${id}" aria-labelledby="${id}-h"><h2 id="${id}-h">${picture.title}</h2>
<p class="lead">${picture.takeaway}</p>
<figure>${drawn("wide")}${drawn("narrow")}<figcaption class="small">${picture.reading}</figcaption></figure>
<details><summary>The same as a table</summary>${plainTable(caption, columns, rows)}</details></section>
`;
}
