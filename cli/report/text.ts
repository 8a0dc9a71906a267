/**
 * Text that strangers wrote, made safe to print. A proposal's title, links and rationale may try to run a script, to look
 * like the report around them, or to turn it around with direction marks: here they become plain, visible characters.
 */

/**
 * Replaces what cannot be seen but changes what is: direction marks and overrides, zero-width characters, control
 * characters. Each shows as its code point, so that a reader sees that something was there.
 *
 * @example visible("ETH\u202evolBuffer") // "ETH⟨U+202E⟩volBuffer"
 */
export function visible(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/gu, (character) => {
    if (character === "\n" || character === "\t") return character;
    const code = character.codePointAt(0) ?? 0;
    return `⟨U+${code.toString(16).toUpperCase().padStart(4, "0")}⟩`;
  });
}

/** The same on one line, for titles and names. */
export function visibleLine(text: string): string {
  return visible(text.replaceAll(/\s+/g, " ").trim());
}

/** Text for HTML content and quoted attributes. @example escapeHtml("<b>") // "&lt;b&gt;" */
export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;").replaceAll("'", "&#39;");
}

/** One line of text for Markdown, also within a table cell: every character that could start something is escaped. */
export function escapeMarkdown(text: string): string {
  return visibleLine(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(/[\\`*_{}[\]#|~>]/g, "\\$&")
    .replaceAll(/(https?|ftp|www)([:.])/gi, "$1&#8203;$2");
}

/**
 * An address a report may link to: http or https, written in ASCII (a lookalike host shows as xn--…), without a user part
 * that would hide the host. Anything else is undefined and is printed as text.
 *
 * @example safeLink("javascript:alert(1)") // undefined
 */
export function safeLink(text: string): string | undefined {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.protocol !== "https:" && url.protocol !== "http:") return undefined;
  return url.username === "" && url.password === "" ? url.href : undefined;
}
