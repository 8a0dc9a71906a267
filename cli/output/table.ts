import { stripVTControlCharacters } from "node:util";

/** A column of a text table. */
export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
}

/**
 * Rows under their titles, columns two spaces apart, for a terminal. Lengths count code points, colours aside; no line ends in a space.
 *
 * @example formatTable([{ title: "name" }, { title: "value", align: "right" }], [["volBuffer", "2500"]])
 */
export function formatTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map(({ title }, index) => Math.max(...[title, ...rows.map((row) => row[index] ?? "")].map(width)));
  const line = (cells: readonly string[]) =>
    columns
      .map(({ align }, index) => pad(cells[index] ?? "", widths[index], align ?? "left"))
      .join("  ")
      .trimEnd();
  return [line(columns.map(({ title }) => title)), line(widths.map((size) => "─".repeat(size))), ...rows.map(line)].join("\n");
}

function width(text: string): number {
  return Array.from(stripVTControlCharacters(text)).length;
}

function pad(text: string, size: number, align: "left" | "right"): string {
  const space = " ".repeat(size - width(text));
  return align === "left" ? text + space : space + text;
}
