import { LineChart, ScatterChart } from "echarts/charts";
import { GridComponent, LegendComponent, MarkLineComponent, TitleComponent } from "echarts/components";
import { init, setPlatformAPI, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { escapeHtml } from "../text.ts";
import { LIGHT, MARKERS, type Meaning } from "./palette.ts";

use([LineChart, ScatterChart, GridComponent, LegendComponent, MarkLineComponent, TitleComponent, SVGRenderer]);
// Without a browser there is no font to measure; the widest of the usual system fonts has to fit.
setPlatformAPI({ measureText: (text: string, font?: string) => ({ width: text.length * 0.59 * Number(/(\d+(?:\.\d+)?)px/.exec(font ?? "")?.[1] ?? 12) }) });

/** How large a chart is drawn, in CSS pixels, and whether for a phone. */
export interface Size {
  readonly width: number;
  readonly height: number;
  readonly narrow: boolean;
}

/** An ECharts option as plain data: no functions, so that a browser can be given the same. */
export type ChartOption = Readonly<Record<string, unknown>>;

/** What a chart says to those who do not see it. */
export interface Description {
  /** Unique in the page: ids within the picture start with it. */
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

/**
 * Draws an option as SVG markup: the same bytes for the same option, colours as custom properties, a title and a
 * description, nothing that moves or reacts.
 *
 * @example renderChart(crashPathOption(data, size), size, { id: "path", title: "…", text: "…" })
 */
export function renderChart(option: ChartOption, size: Size, description: Description): string {
  const chart = init(null, null, { renderer: "svg", ssr: true, width: size.width, height: size.height });
  try {
    chart.setOption({ animation: false, textStyle: { fontFamily: FONT }, ...option });
    return dressed(chart.renderToSVGString(), description);
  } finally {
    chart.dispose();
  }
}

/** Lists are inherited by the SVG's text from the page; this one is for the picture on its own. */
const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";

function dressed(svg: string, { id, title, text }: Description): string {
  let out = svg
    // The renderer's class names, hover rules and bookkeeping attributes: there is no script to use them.
    .replaceAll(/<style\s*><!\[CDATA\[[\s\S]*?\]\]>\s*<\/style>/g, "")
    .replaceAll(/ (?:class|ecmeta_\w+|pointer-events)="[^"]*"/g, "")
    .replaceAll(/ (?:xmlns:xlink|version|baseProfile)="[^"]*"/g, "")
    // Ids count up over the life of the process; a picture's own must not depend on what was drawn before it.
    .replaceAll(/zr\d+-/g, `${id}-`)
    .replaceAll(/font-family:[^;"]*;?/g, "")
    .replaceAll(/<defs >/g, "<defs>")
    .replaceAll(/\n+/g, "\n");
  for (const [meaning, marker] of Object.entries(MARKERS)) out = out.replaceAll(marker, `var(--${meaning},${LIGHT[meaning as Meaning]})`);
  return out.replace(
    /^<svg ([^>]*)>/,
    (_, attributes: string) =>
      `<svg ${attributes} role="img" aria-labelledby="${id}-title ${id}-desc" font-family="${FONT}">\n<title id="${id}-title">${escapeHtml(title)}</title>\n<desc id="${id}-desc">${escapeHtml(text)}</desc>`,
  );
}
