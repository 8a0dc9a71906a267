import type { LiveProposal } from "../../chain/live/proposals.ts";
import { BallastError } from "../../sim/errors.ts";
import type { Change } from "../../sim/parameters/index.ts";
import { type Decoded, decodeCalls, type ShownChange, shownChanges } from "../proposal/decoded.ts";
import type { Address } from "../proposal/deployment.ts";
import { visibleLine } from "../report/text.ts";

/** A proposal on chain as it is listed. Votes in the token's smallest unit, decimal; times in seconds since 1970. */
export interface ListedProposal {
  readonly id: string;
  readonly state: LiveProposal["state"];
  /** The first line of its description; a stranger wrote it. */
  readonly title: string;
  readonly proposer: string;
  readonly voteStart: number;
  readonly voteEnd: number;
  readonly eta: number | null;
  readonly votes: { readonly for: string; readonly against: string; readonly abstain: string };
  readonly changes: readonly ShownChange[];
  /** Calls that change no parameter, as `signature on address`; or why the calls cannot be read. */
  readonly others: readonly string[];
}

/** A proposal on chain for people and programs. */
export function listed(live: LiveProposal, registry: Address): ListedProposal {
  const { id, state, proposal, proposer, voteStart, voteEnd, eta, votes } = live;
  const { decoded, unreadable } = decodedOf(live, registry);
  return {
    id,
    state,
    title: titleOf(proposal.description),
    proposer,
    voteStart,
    voteEnd,
    eta: eta ?? null,
    votes: { for: String(votes.for), against: String(votes.against), abstain: String(votes.abstain) },
    changes: shownChanges(decoded?.changes ?? []),
    others: unreadable === undefined ? (decoded?.others ?? []).map(({ signature, selector, target }) => `${signature ?? selector} on ${target}`) : [unreadable],
  };
}

/** The changes a proposal on chain makes; none where its calls cannot be read. */
export function changesOf(live: LiveProposal, registry: Address): readonly Change[] {
  return decodedOf(live, registry).decoded?.changes ?? [];
}

/** The first line that says something, without what Markdown puts before a title. */
export function titleOf(description: string): string {
  const line = description.split("\n").find((text) => text.trim() !== "") ?? "";
  return visibleLine(line.replace(/^#+\s*/, "")).slice(0, 120);
}

/** Anybody may propose anything: calls that cannot be read are said to be so, and keep nobody from reading the rest. */
function decodedOf({ proposal }: LiveProposal, registry: Address): { decoded?: Decoded; unreadable?: string } {
  try {
    return { decoded: decodeCalls(proposal, registry) };
  } catch (error) {
    if (error instanceof BallastError) return { unreadable: error.message };
    throw error;
  }
}
