import { describeProposal, evidenceOf } from "../proposal/description.ts";
import type { Check, Emit } from "./check.ts";
import { type CheckContext, payloadOf } from "./context.ts";
import { type Deception, deceptions } from "./deceptive.ts";

/** What fits comfortably into a proposal transaction, and into a voter's patience. */
const LONGEST_BYTES = 32_768;
const SHOWN = 5;

const WORDS: Readonly<Record<Deception["kind"], string>> = {
  direction: "a character that turns the direction of the text around",
  invisible: "an invisible character",
  control: "a control character",
  lookalike: "a letter that only looks like the one it stands for",
};

export const description: Check = {
  id: "description",
  title: "The description says what it seems to say",
  why: "Voters read the description, the chain stores bytes. Lookalike letters, direction marks and invisible characters make the two differ.",
  incident: "Synthetify, October 2023: ten proposals that looked alike, the tenth took the treasury. CVE-2021-42574 for the characters.",
  fix: "Retype the text in plain letters and run `ballast build` again.",
  severity: "error",
  kind: "check",
  file: "payload/description.md",
  run(context, emit) {
    const text = payloadOf(context).governor.description;
    const found = deceptions(text);
    for (const { kind, line, column, codePoint, excerpt } of found.slice(0, SHOWN)) {
      const where = { file: "payload/description.md", line, column };
      emit({ message: `description.md:${line}:${column} has ${WORDS[kind]} (${codePoint}) in "${excerpt}".`, where });
    }
    if (found.length > SHOWN) emit({ message: `The description has ${found.length - SHOWN} more such characters.` });
    for (const [name, written] of [
      ["title", context.proposal.title],
      ["author", context.proposal.author],
    ] as const) {
      for (const one of deceptions(written).slice(0, 1)) emit({ message: `The ${name} in proposal.yaml has ${WORDS[one.kind]} (${one.codePoint}).` });
    }

    const title = text.split("\n", 1)[0].replace(/^# /, "");
    if (title !== context.proposal.title)
      emit({ message: `The description is titled "${visible(title)}", proposal.yaml says "${visible(context.proposal.title)}".` });
    const bytes = Buffer.byteLength(text);
    if (bytes > LONGEST_BYTES) emit({ message: `The description is ${bytes} bytes long; ${LONGEST_BYTES} is the most.` });

    const evidence = evidenceOf(text);
    if (evidence === undefined) emit({ message: "The description does not end with the hash of the evidence." });
    else compareWithGenerated(context, text, evidence, emit);
    return `${bytes} bytes, title, characters and last line`;
  },
};

/** The text is generated from the changes, so any other text says something the changes do not. */
function compareWithGenerated(context: CheckContext, text: string, evidence: string, emit: Emit): void {
  const lines = text.split("\n");
  const generated = describeProposal(context.proposal, evidence).split("\n");
  const differing = generated.findIndex((line, i) => line !== lines[i]);
  const line = differing >= 0 ? differing : generated.length;
  // A wrong title has been named already.
  if (line === 0 || (differing < 0 && lines.length === generated.length)) return;
  emit({
    where: { file: "payload/description.md", line: line + 1 },
    message: `description.md:${line + 1} says "${visible(lines[line] ?? "")}" where the changes make "${generated[line] ?? "nothing more"}".`,
  });
}

/** With everything but plain ASCII spelled out: two words that look the same must not look the same in the finding. */
function visible(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/gu, (character) => `<U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}>`);
}
