import { specOf } from "../../sim/parameters/index.ts";
import type { Proposal } from "../proposal/load.ts";
import type { Policy } from "../proposal/policy.ts";
import { SAMPLED_REPLAYS } from "./evidence.ts";

/** Something a reader might believe was looked at, and was not. */
export interface NotChecked {
  readonly what: string;
  readonly why: string;
}

/**
 * What the checks say nothing about, for one proposal: silence would read as approval.
 *
 * @param attackJudged whether a governance.yaml stands beside the policy
 * @example notChecked(proposal, policy)[0] // { what: "The effect of ETH.openInterestCap", why: "No engine reads it yet …" }
 */
export function notChecked(
  { changes }: Pick<Proposal, "changes">,
  policy: Pick<Policy, "crashes" | "seeds">,
  replayed: number = SAMPLED_REPLAYS,
  attackJudged = false,
): NotChecked[] {
  const unread = changes.filter(({ name }) => specOf(name)?.reach === "registry");
  const replays = policy.crashes.length * policy.seeds.length * 2;
  return [
    ...unread.map(({ scope, name }) => ({
      what: `The effect of ${scope}.${name}`,
      why: "No engine reads it yet: it is stored on chain, and the backtest is the same with and without the change.",
    })),
    ...(replays > replayed
      ? [
          {
            what: `${replays - replayed} of the ${replays} replays`,
            why: "The evidence is sampled, at random each time: one forged replay goes unseen in most runs. `ballast check --all` and `ballast verify` run all of them again.",
          },
        ]
      : []),
    {
      what: "The live deployment",
      why: "The payload was rehearsed at its addresses, with this checkout's contracts on an embedded chain: what stands there on the real chain was not read.",
    },
    {
      what: "Cooldowns of earlier changes",
      why: "The base is a parameter file, which does not know when a value was last changed; the chain does, and refuses.",
    },
    { what: "Other proposals", why: "Each proposal is tested alone, not together with others that are pending." },
    { what: "Option prices before March 2021, and smiles anywhere", why: "No market data exists for them: a model stands in, and says so." },
    attackJudged ? ATTACK_ASSUMES : ATTACK_UNKNOWN,
    ...NOT_BUILT,
  ];
}

const ATTACK_UNKNOWN: NotChecked = {
  what: "Attack cost and concentration",
  why: "No governance.yaml stands beside the policy: what it would cost to buy this vote, and who holds it, cannot be said.",
};

const ATTACK_ASSUMES: NotChecked = {
  what: "Who holds the votes now",
  why: "Attack cost and concentration rest on the figures of governance.yaml; votes delegated since, before a snapshot, are not seen.",
};

const NOT_BUILT: readonly NotChecked[] = [
  { what: "Reverse stress", why: "The smallest market move that breaks the protocol is not searched for yet." },
  { what: "The treasury", why: "What a proposal could send away is a figure of governance.yaml, not read from the chain." },
  { what: "The calendar", why: "Whether the vote ends on a holiday, or the execution falls outside staffed hours, is not looked at yet." },
];
