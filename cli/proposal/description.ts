import { type Change, specOf } from "../../sim/parameters/index.ts";
import type { Deployment } from "./deployment.ts";
import { labelOf } from "./labels.ts";
import { formatAmount, formatDuration, unitName } from "./units.ts";

/** What a description is generated from: nothing in it is typed but title, author and links. */
export interface Described {
  readonly title: string;
  readonly author: string;
  readonly changes: readonly Change[];
  readonly deployment: Deployment;
  readonly links: readonly string[];
  readonly proposer?: string | undefined;
}

const HASH = "0x[0-9a-f]{64}";
const SUFFIX = "#proposer=0x[0-9a-fA-F]{40}";

/**
 * The description a proposal carries on chain: title, each change in a sentence, where it is applied, and last the hash of its evidence.
 * With a proposer, OpenZeppelin's `#proposer=0x…` follows as the last 52 bytes: no byte may come after, not even a newline,
 * else the protection against front-running is silently off.
 *
 * @param evidence result hash of the backtest, 0x and 64 hex digits
 * @returns Markdown without a final newline
 * @example describeProposal(proposal, root).split("\n")[0] // "# Raise the ETH volatility buffer"
 */
export function describeProposal(proposal: Described, evidence: string): string {
  const { title, author, changes, deployment, links, proposer } = proposal;
  const lines = [
    `# ${title}`,
    "",
    ...changes.map((change) => `- ${changeSentence(change)}`),
    "",
    `Changes RiskParameters ${deployment.riskParameters} on chain ${deployment.chainId}. It reverts if a value has moved since the draft.`,
    "",
    `Author: ${author}`,
    ...(links.length > 0 ? ["", "Links:", ...links.map((link) => `- ${link}`)] : []),
    "",
    `Evidence: ${evidence}`,
  ];
  return lines.join("\n") + (proposer === undefined ? "" : `\n#proposer=${proposer}`);
}

/**
 * One change as a sentence, from the numbers alone.
 *
 * @example changeSentence({ scope: "ETH", name: "volBuffer", from: 2500, to: 3000, rampSeconds: 86_400 })
 * // "Raise ETH volatility buffer from 25 % to 30 % (2500 → 3000 bps), over 1 day"
 */
export function changeSentence({ scope, name, from, to, rampSeconds }: Change): string {
  const unit = specOf(name)?.unit;
  const verb = unit === "choice" ? "Change" : to > from ? "Raise" : to < from ? "Lower" : "Leave";
  const over = rampSeconds === 0 ? "at once" : `over ${formatDuration(rampSeconds)}`;
  if (unit === undefined) return `${verb} ${scope}.${name} from ${from} to ${to}, ${over}`;
  const raw = unit === "days" ? "" : ` (${from} → ${to}${unit === "choice" ? "" : ` ${unitName(unit)}`})`;
  return `${verb} ${labelOf({ scope, name })} from ${formatAmount(from, unit, name)} to ${formatAmount(to, unit, name)}${raw}, ${over}`;
}

/** The evidence hash a description ends with, or undefined where it ends with none. */
export function evidenceOf(description: string): string | undefined {
  return new RegExp(`\nEvidence: (${HASH})(?:\n${SUFFIX})?$`).exec(description)?.[1];
}

/** The address of the proposer suffix as the governor would read it: from the last 52 bytes and nothing else. */
export function proposerOf(description: string): string | undefined {
  return new RegExp(`${SUFFIX}$`).exec(description)?.[0].slice("#proposer=".length);
}
