import { expect, test } from "vitest";
import { rationaleHtml } from "../../cli/report/rationale.ts";
import { escapeHtml, escapeMarkdown, safeLink, visible } from "../../cli/report/text.ts";

test("characters that cannot be seen are shown by their number", () => {
  expect(visible("ETH\u202evolBuffer\u2066\u200b\u0007")).toBe("ETH⟨U+202E⟩volBuffer⟨U+2066⟩⟨U+200B⟩⟨U+0007⟩");
  expect(visible("line\n\ttab, Größe, 漢字, α → β")).toBe("line\n\ttab, Größe, 漢字, α → β");
});

test.each([
  "javascript:alert(1)",
  "JaVaScRiPt:alert(1)",
  "data:text/html,x",
  "vbscript:x",
  "//evil.example",
  "file:///etc/passwd",
  " https://a.example",
  "https://",
  "https://bank.example@evil.example/",
])("%s is no link", (address) => expect(safeLink(address)).toBeUndefined());

test("a link is written in ASCII: a lookalike host gives itself away", () => {
  expect(safeLink("https://forum.example.org/t/1?a=b#c")).toBe("https://forum.example.org/t/1?a=b#c");
  // The а is Cyrillic.
  expect(safeLink("https://exаmple.org/")).toBe("https://xn--exmple-4nf.org/");
  expect(safeLink('https://a.example/"><script>')).not.toMatch(/[<>"]/);
});

test("HTML and Markdown are escaped", () => {
  expect(escapeHtml(`<a href="x" id='y'>&`)).toBe("&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;");
  expect(escapeMarkdown("a|b\n# c [d](e) *f* `g` <h>")).toBe("a\\|b \\# c \\[d\\](e) \\*f\\* \\`g\\` &lt;h\\>");
});

test("a rationale cannot run, load or imitate anything", () => {
  const out = rationaleHtml(
    [
      "# Verdict: passes",
      "<script>alert(1)</script> <img src=x onerror=alert(1)>",
      "[click](javascript:alert(1)) [data](data:text/html,x) [ok](https://a.example/x)",
      "![pixel](https://tracker.example/p.png)",
      "[ref]: javascript:alert(1)",
      "<https://b.example/>",
    ].join("\n\n"),
  );
  expect(out).toContain("<h3>Verdict: passes</h3>");
  expect(out).not.toMatch(/<script|<img|<h1|<h2|href="(?!https?:)/i);
  expect(out).toContain('<a href="https://a.example/x" rel="noopener noreferrer nofollow">ok</a>');
  expect(out.match(/<a /g)).toHaveLength(3);
});
