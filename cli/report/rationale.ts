import MarkdownIt from "markdown-it";
import { escapeHtml, safeLink } from "./text.ts";

/**
 * An author's Markdown as HTML that can neither run, load nor imitate anything: no HTML, no pictures (each would be a request
 * that tells somebody who reads the report), links to http and https only and never followed by robots, headings two levels
 * down, below the report's own.
 *
 * @example rationaleHtml("# Why\n<b>x</b>") // "<h3>Why</h3>\n<p>&lt;b&gt;x&lt;/b&gt;</p>\n"
 */
export function rationaleHtml(markdown: string): string {
  const reader = new MarkdownIt({ html: false, linkify: false, typographer: false }).disable("image");
  reader.validateLink = (address) => safeLink(address) !== undefined;
  reader.normalizeLink = (address) => safeLink(address) ?? "";
  reader.normalizeLinkText = (text) => text;
  const { rules } = reader.renderer;
  rules.heading_open = (tokens, index) => `<${deeper(tokens[index].tag)}>`;
  rules.heading_close = (tokens, index) => `</${deeper(tokens[index].tag)}>\n`;
  rules.link_open = (tokens, index) => `<a href="${escapeHtml(String(tokens[index].attrGet("href") ?? ""))}" rel="noopener noreferrer nofollow">`;
  // A table of the author's scrolls in its own box, as the report's do.
  rules.table_open = () => '<div class="scroll" tabindex="0" role="region" aria-label="Table of the rationale"><table>\n';
  rules.table_close = () => "</table></div>\n";
  return reader.render(markdown);
}

function deeper(tag: string): string {
  return `h${Math.min(6, Number(tag.slice(1)) + 2)}`;
}
