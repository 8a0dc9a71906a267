import MarkdownIt from "markdown-it";

/** With the tokens of entities kept apart, which are otherwise joined with the text around them. */
const MARKDOWN = new MarkdownIt({ html: true }).disable("text_join");

const SHOWN = 3;

/** Text that claims to be an address: what a link shows instead of where it leads. */
const LIKE_ADDRESS = /:\/\/|^www\.|^[\w-]+(\.[\w-]+)*\.[a-z]{2,}(\/|$)/i;

type Token = ReturnType<typeof MARKDOWN.parse>[number];

/**
 * Where a page shows something else than the bytes that a terminal shows: characters written as entities, which no look at the bytes finds, text
 * struck out, pictures, links over other text, and lines that only define one. A sentence each.
 *
 * @param name what the text is, as the beginning of a sentence
 * @example renderedOtherwise("The description", "# Raise &#x202E;reffub") // ["The description has … "]
 */
export function renderedOtherwise(name: string, text: string): string[] {
  const env: NonNullable<Parameters<typeof MARKDOWN.parse>[1]> = {};
  const tokens = MARKDOWN.parse(text, env);
  const found = tokens.flatMap((token, i) => inlineOf(token, tokens[i - 1]?.type === "heading_open"));
  const unseen = Object.values(env.references ?? {}).map(({ href }) => `a line that a page does not show, of a link to ${printable(href)}`);
  return [...new Set([...found, ...unseen])].slice(0, SHOWN).map((what) => `${name} has ${what}.`);
}

function inlineOf({ children }: Token, inHeading: boolean): string[] {
  const tokens = children ?? [];
  return tokens.flatMap((token, i) => {
    if (token.type === "text_special" && token.info === "entity")
      return [`the entity ${printable(token.markup)}, which a page shows as the character ${codePoints(token.content)}`];
    if (token.type === "image") return [`a picture, ${printable(String(token.attrGet("src") ?? ""))}: some readers see it, others its source`];
    if (token.type === "s_open") return ["text that a page strikes out and a terminal does not"];
    if (token.type !== "link_open") return [];
    const href = String(token.attrGet("href") ?? "");
    const end = tokens.findIndex((one, at) => at > i && one.type === "link_close");
    const shown = tokens
      .slice(i + 1, end)
      .map(({ content }) => content)
      .join("");
    if (inHeading) return [`a link in its title, to ${printable(href)}`];
    const isSame = [shown, encodeURI(shown), MARKDOWN.normalizeLink(shown), `mailto:${shown}`].includes(href);
    return LIKE_ADDRESS.test(shown.trim()) && !isSame ? [`a link that shows ${printable(shown)} and leads to ${printable(href)}`] : [];
  });
}

function codePoints(text: string): string {
  return Array.from(text, (character) => `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`).join(" ");
}

function printable(text: string): string {
  return text.slice(0, 120).replaceAll(/[^\x20-\x7e]/gu, (character) => `<${codePoints(character)}>`);
}
