import { visible } from "../../report/text.ts";

/**
 * Text for XML 1.0 content and attributes. Characters that XML cannot hold at all (controls, lone surrogates, U+FFFE and U+FFFF) and those that hide or
 * turn text around show as their code points; line ends and tabs are references, which an attribute would else turn into spaces.
 *
 * @example xmlText('a < "b"\u0000') // "a &lt; &quot;b&quot;⟨U+0000⟩"
 */
export function xmlText(text: string): string {
  return visible(text)
    .replaceAll(/[\ufffe\uffff]/g, (character) => `⟨U+${character.charCodeAt(0).toString(16).toUpperCase()}⟩`)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&apos;")
    .replaceAll("\n", "&#10;")
    .replaceAll("\t", "&#9;");
}

/** An element with its attributes; empty where it has no content. Names are the caller's own, text is escaped here, content is markup. */
export function element(name: string, attributes: Readonly<Record<string, string | number>>, content = ""): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${xmlText(String(value))}"`);
  return content === "" ? `<${name}${written.join("")}/>` : `<${name}${written.join("")}>${content}</${name}>`;
}
