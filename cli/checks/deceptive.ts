/** A place in a text where what is read is not what is there. Lines and columns count from 1, columns in characters. */
export interface Deception {
  readonly kind: "invisible" | "direction" | "lookalike" | "control";
  readonly line: number;
  readonly column: number;
  /** The code point, `U+202E`. */
  readonly codePoint: string;
  /** The word or the place, printable. */
  readonly excerpt: string;
}

/** Bidirectional embeddings, overrides, isolates and marks: they reorder what is shown (CVE-2021-42574, "Trojan Source"). */
const DIRECTION = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
const CONTROL = /[\p{Cc}\u2028\u2029]/u;
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cf}\ufff9-\ufffb]/u;
/** An emoji may be followed by the selector that asks for its coloured form, and by a joiner. */
const EMOJI_JOINING = /\p{Extended_Pictographic}[\ufe0f\u200d]*$/u;

const SCRIPTS = ["Latin", "Cyrillic", "Greek", "Armenian", "Cherokee", "Georgian", "Coptic", "Lisu", "Hebrew", "Arabic"] as const;
const SCRIPT_TESTS = SCRIPTS.map((script) => [script, new RegExp(`\\p{Script=${script}}`, "u")] as const);

/** Cyrillic, Greek and Armenian letters that a usual font draws like a Latin one (Unicode TR39, confusables). */
const LIKE_LATIN = new Set("аеорсухіјѕһԁԛԝѵҽАВЕЅІЈКМНОРСТУХҮԌԚԜΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹοѵհոսօցզյ");

/**
 * Every place of a text where a reader is shown something else than the bytes say: direction overrides, invisible and control
 * characters, words of mixed scripts, words of another script drawn with Latin-looking letters only, and letters of
 * compatibility forms (full-width, mathematical bold) that stand for plain ones.
 *
 * A Greek symbol alone (α, σ, Δ) and a word wholly in another alphabet that could not be read as Latin are no deception.
 *
 * @example deceptions("Raise vоlBuffer") // one lookalike: the о is Cyrillic (U+043E)
 */
export function deceptions(text: string): Deception[] {
  const found: Deception[] = [];
  text.split("\n").forEach((line, index) => {
    found.push(...hiddenIn(line, index + 1), ...lookalikesIn(line, index + 1));
  });
  return found.sort((a, b) => a.line - b.line || a.column - b.column);
}

function hiddenIn(line: string, number: number): Deception[] {
  const found: Deception[] = [];
  let before = "";
  let column = 0;
  for (const character of line) {
    column += 1;
    const kind = hiddenKind(character, before);
    if (kind !== undefined)
      found.push({ kind, line: number, column, codePoint: codePointOf(character), excerpt: printable(`${before.slice(-12)}${character}`) });
    before += character;
  }
  return found;
}

function hiddenKind(character: string, before: string): Deception["kind"] | undefined {
  if (DIRECTION.test(character)) return "direction";
  if (CONTROL.test(character)) return character === "\t" ? undefined : "control";
  if (!INVISIBLE.test(character)) return undefined;
  return (character === "\ufe0f" || character === "\u200d") && EMOJI_JOINING.test(before) ? undefined : "invisible";
}

function lookalikesIn(line: string, number: number): Deception[] {
  const found: Deception[] = [];
  for (const match of line.matchAll(/[\p{L}\p{M}\p{N}\p{Default_Ignorable_Code_Point}]+/gu)) {
    const foreign = firstForeignLetter(match[0]);
    if (foreign === undefined) continue;
    const column = Array.from(line.slice(0, match.index + foreign.at)).length + 1;
    found.push({ kind: "lookalike", line: number, column, codePoint: codePointOf(foreign.letter), excerpt: printable(match[0]) });
  }
  return found;
}

/** The first letter that makes a word read as something it is not. */
function firstForeignLetter(word: string): { letter: string; at: number } | undefined {
  const letters: { letter: string; at: number; script: string }[] = [];
  let at = 0;
  for (const letter of word) {
    if (/[\p{L}\p{N}]/u.test(letter)) {
      if (isDisguisedAscii(letter)) return { letter, at };
      const script = scriptOf(letter);
      if (script !== undefined) letters.push({ letter, at, script });
    }
    at += letter.length;
  }
  const foreign = letters.filter(({ script }) => script !== "Latin");
  const mixed = foreign.length > 0 && foreign.length < letters.length;
  const disguised = foreign.length === letters.length && foreign.length > 0 && foreign.every(({ letter }) => LIKE_LATIN.has(letter));
  return mixed || disguised ? foreign[0] : undefined;
}

/** Full-width, mathematical, circled …: the compatibility form of an ASCII letter or digit. Superscripts are honest (10⁻²⁰). */
function isDisguisedAscii(letter: string): boolean {
  return letter > "\u2fff" && /^[0-9A-Za-z]$/.test(letter.normalize("NFKC"));
}

function scriptOf(letter: string): string | undefined {
  return SCRIPT_TESTS.find(([, test]) => test.test(letter))?.[0];
}

function codePointOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}

/** With everything a terminal would hide or obey spelled out: a finding must not carry the trick along. */
function printable(text: string): string {
  return Array.from(text, (character) =>
    DIRECTION.test(character) || CONTROL.test(character) || INVISIBLE.test(character) ? `<${codePointOf(character)}>` : character,
  ).join("");
}
