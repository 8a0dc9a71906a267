import type { Outcome } from "../outcome.ts";
import { githubFormat } from "./github.ts";
import { jsonFormat } from "./json.ts";
import { junitFormat } from "./junit.ts";
import { markdownFormat } from "./markdown.ts";
import type { FormatName } from "./names.ts";
import { sarifFormat } from "./sarif.ts";
import { textFormat } from "./text.ts";

/** What a format may have to know beside the outcome. */
export interface FormatContext {
  /** The checkout: what file names are relative to. */
  readonly root: string;
  readonly version: string;
}

/**
 * The outcome of a run in one of the formats, whole, with its final newline.
 *
 * @example formatOutcome("sarif", outcome, { root: process.cwd(), version: "0.1.0" })
 */
export function formatOutcome(name: FormatName, outcome: Outcome, { root, version }: FormatContext): string {
  switch (name) {
    case "text":
      return textFormat(outcome);
    case "json":
      return jsonFormat(outcome);
    case "md":
      return markdownFormat(outcome);
    case "sarif":
      return sarifFormat(outcome, root, version);
    case "junit":
      return junitFormat(outcome);
    case "github":
      return githubFormat(outcome, root);
  }
}
