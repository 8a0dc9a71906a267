import { visibleLine } from "../../report/text.ts";
import { headlineOf, type Outcome } from "../outcome.ts";
import { checkText } from "../text.ts";

/** For a terminal or a pipe: each proposal as `checkText` says it; of several, or of none, a sentence over all. */
export function textFormat(outcome: Outcome): string {
  const { reports, problems, compared } = outcome;
  const unread = problems.map(
    ({ proposal, code, message, fix }) => `✗ ${visibleLine(proposal)} could not be read: ${code}: ${visibleLine(`${message} ${fix}`)}`,
  );
  const moved = compared?.yardstick.map((file) => `! ${visibleLine(file)} changes too: every proposal is measured by it.`) ?? [];
  const gone = compared?.removed.map((folder) => `! ${visibleLine(folder)} was removed: not checked.`) ?? [];
  const several = reports.length + problems.length !== 1 || compared !== undefined;
  const blocks = [...(several ? [[headlineOf(outcome), ...moved, ...gone].join("\n")] : []), ...unread, ...reports.map(checkText)];
  return `${blocks.join("\n\n")}\n`;
}
