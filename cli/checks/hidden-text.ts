import MarkdownIt from "markdown-it";
import type { Check, Emit, Severity } from "./check.ts";
import { type CheckContext, payloadOf } from "./context.ts";
import { deceptions } from "./deceptive.ts";
import { renderedOtherwise } from "./rendered.ts";

/** So many blanks in a line push what follows out of a narrow list. */
const PADDING = /[\s\u00a0\u2000-\u200a\u3000\u2800]{4,}/u;
const SHOWN = 3;

export const hiddenText: Check = {
  id: "hidden-text",
  title: "There is one title, and no text that only some readers see",
  why: "A list of votes shows the first line, a page shows the largest one, a terminal shows all of them: text that hides from one of them is there to be missed.",
  incident: "Synthetify, October 2023: proposals that looked alike in the list. CVE-2021-42574 for text that is shown in another order than it is read.",
  fix: "Keep the one title of proposal.yaml, and write title, links and rationale.md in plain Markdown without HTML.",
  severity: "error",
  kind: "check",
  run(context, emit) {
    const { description } = payloadOf(context).governor;
    emitSecondTitles(description, emit);
    emitHtml("The description", description, "error", emit);
    // The report shows it as the text it is; elsewhere it may be rendered.
    emitHtml("rationale.md", context.proposal.rationale, "warn", emit);
    for (const message of renderedOtherwise("The description", description)) emit({ message });
    for (const message of renderedOtherwise("rationale.md", context.proposal.rationale)) emit({ message, severity: "warn" });
    const { title, author, links } = context.proposal;
    for (const [name, text] of [["title", title], ["author", author], ...links.map((link) => ["link", link] as const)] as const) {
      if (PADDING.test(text)) emit({ message: `The ${name} has a run of blanks that pushes the rest of it out of sight: "${text.replace(PADDING, " ⋯ ")}".` });
    }
    emitDeceptions(context, emit);
    return "headings, HTML, entities, links and pictures of the description, blanks in title, author and links, characters of links and rationale.md";
  },
};

function emitSecondTitles(description: string, emit: Emit): void {
  const tokens = new MarkdownIt({ html: true }).parse(description, {});
  const headings = tokens.flatMap(({ type, map }, i) => (type === "heading_open" ? [{ line: (map?.[0] ?? 0) + 1, text: tokens[i + 1]?.content ?? "" }] : []));
  for (const { line, text } of headings.filter((heading) => heading.line !== 1)) {
    emit({ message: `description.md:${line} is a second title: "${printable(text)}".` });
  }
}

/** Comments, tags that make headings, and everything else that a page renders and a terminal does not. */
function emitHtml(name: string, text: string, severity: Severity, emit: Emit): void {
  const tokens = new MarkdownIt({ html: true }).parse(text, {});
  const all = tokens.flatMap((token) => [token, ...(token.children ?? [])]);
  const found = all.filter(({ type }) => type === "html_block" || type === "html_inline");
  for (const { content } of found.slice(0, SHOWN))
    emit({ severity, message: `${name} has HTML, which some readers render and others hide: "${printable(content.trim().slice(0, 80))}".` });
}

/** Title and author are `description`'s. */
function emitDeceptions({ proposal }: CheckContext, emit: Emit): void {
  const texts = [["rationale.md", proposal.rationale], ...proposal.links.map((link, i) => [`link ${i + 1}`, link])] as const;
  for (const [name, text] of texts) {
    for (const { line, column, kind, codePoint, excerpt } of deceptions(text).slice(0, SHOWN)) {
      emit({ message: `${name}:${line}:${column} has a character that is not what it seems (${kind}, ${codePoint}) in "${excerpt}".` });
    }
  }
}

function printable(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/gu, (character) => `<U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}>`);
}
