import { describe, expect, it } from "vitest";
import { deceptions } from "../../cli/checks/deceptive.ts";

describe("text that reads as something it is not", () => {
  // Code points and categories are Unicode's; the confusable pairs are those of Unicode TR39.
  const cases: [name: string, text: string, kind: string, codePoint: string, line: number, column: number][] = [
    ["a right-to-left override", "Raise\u202e reffuBlov", "direction", "U+202E", 1, 6],
    ["an isolate", "ok\nab\u2066c", "direction", "U+2066", 2, 3],
    ["a zero-width space", "vol\u200bBuffer", "invisible", "U+200B", 1, 4],
    ["a soft hyphen", "vol\u00adBuffer", "invisible", "U+00AD", 1, 4],
    ["a tag character", "ok\u{e0041}", "invisible", "U+E0041", 1, 3],
    ["a Hangul filler", "ok \u3164", "invisible", "U+3164", 1, 4],
    ["an escape", "\u001b[8m", "control", "U+001B", 1, 1],
    ["a carriage return", "title\r", "control", "U+000D", 1, 6],
    ["a Cyrillic o in a Latin word", "Raise vоlBuffer", "lookalike", "U+043E", 1, 8],
    ["a Greek omicron in a Latin word", "vοl", "lookalike", "U+03BF", 1, 2],
    ["a word of Cyrillic letters that all look Latin", "Ask Аре now", "lookalike", "U+0410", 1, 5],
    ["full-width letters", "ＥTH", "lookalike", "U+FF25", 1, 1],
    ["mathematical bold letters", "to 𝟑000", "lookalike", "U+1D7D1", 1, 4],
  ];
  it.each(cases)("finds %s", (_name, text, kind, codePoint, line, column) => {
    expect(deceptions(text)).toContainEqual(expect.objectContaining({ kind, codePoint, line, column }));
  });

  it.each([
    ["plain ASCII over lines", "Raise ETH.volBuffer\n\n- from 2500 to 3000 bps\n\tindented"],
    ["accents, as one code point and as two", "Société, Socie\u0301te\u0301"],
    ["a Greek symbol", "the loss quantile α, σ and Δ"],
    ["arrows, dashes and a multiplication sign", "25 % → 30 % — 2 × 10⁻²⁰ m²"],
    ["a Russian word that could not be Latin", "см. обсуждение"],
    ["an emoji in its coloured form", "⚠️ careful"],
    ["Chinese", "提案"],
  ])("lets %s pass", (_name, text) => {
    expect(deceptions(text)).toEqual([]);
  });

  it("spells out what it quotes, so that a finding cannot carry the trick along", () => {
    for (const deception of deceptions("a\u202eb \u001b[2J v\u200bx")) expect(deception.excerpt).toMatch(/^[\x20-\x7e]*$/);
  });
});
