import { specOf } from "../../sim/parameters/index.ts";
import type { Proposal } from "../proposal/load.ts";
import type { Policy } from "../proposal/policy.ts";
import type { Check } from "./check.ts";
import { dispatchesOf } from "./cross-chain.ts";
import { SAMPLED_REPLAYS } from "./evidence.ts";

/** Something a reader might believe was looked at, and was not. */
export interface NotChecked {
  readonly what: string;
  readonly why: string;
}

/** What one run of the checks left out. */
interface Unseen {
  /** Checks that the policy turns off. */
  readonly off?: readonly Pick<Check, "id" | "title">[];
  /** What checks themselves could not see. */
  readonly unseen?: readonly NotChecked[];
  /** Whether a governance.yaml stands beside the policy. */
  readonly isAttackJudged?: boolean;
}

/**
 * What the checks say nothing about, for one proposal: silence would read as approval.
 *
 * @example notChecked(proposal, policy)[0] // { what: "The effect of ETH.openInterestCap", why: "No engine reads it yet …" }
 */
export function notChecked(
  { changes, payload }: Pick<Proposal, "changes" | "payload">,
  policy: Pick<Policy, "crashes" | "seeds">,
  replayed: number = SAMPLED_REPLAYS,
  { off = [], unseen = [], isAttackJudged = false }: Unseen = {},
): NotChecked[] {
  const unread = changes.filter(({ name }) => specOf(name)?.reach === "registry");
  const replays = policy.crashes.length * policy.seeds.length * 2;
  return [
    ...off.map(({ id, title }) => ({ what: `${title} (${id})`, why: `The policy turns this check off (checks.${id}: off).` })),
    ...unread.map(({ scope, name }) => ({
      what: `The effect of ${scope}.${name}`,
      why: "No engine reads it yet: it is stored on chain, and the backtest is the same with and without the change.",
    })),
    ...(payload === undefined ? [] : dispatchesOf(payload)).map(({ path, bridge, target }) => ({
      what: `What ${path} does on another chain`,
      why: `It hands a call on by ${bridge} at ${target}: only that it leaves was rehearsed.`,
    })),
    ...(replays > replayed
      ? [
          {
            what: `${replays - replayed} of the ${replays} replays`,
            why: "The evidence is sampled, at random each time: one forged replay goes unseen in most runs. `ballast check --all` and `ballast verify` run all of them again.",
          },
        ]
      : []),
    ...unseen,
    {
      what: "The live deployment",
      why: "The payload was rehearsed at its addresses, with this checkout's contracts on an embedded chain: what stands there on the real chain was not read.",
    },
    {
      what: "Cooldowns of earlier changes",
      why: "The base is a parameter file, which does not know when a value was last changed; the chain does, and refuses.",
    },
    {
      what: "The guardian and the council",
      why: "The deployment names neither: on the embedded chain other accounts stand in for whoever may cancel, and for the steward's council, on the real one.",
    },
    {
      what: "A late swing of votes",
      why: "The vote is extended once, by a quorum reached late; an abstention early on reaches it and uses the extension up, so that a late For can still decide in the last second (OpenZeppelin 5.7).",
    },
    {
      what: "Certificates of a later version",
      why: "A certificate is for one version of the parameters: of two pending proposals, the one executed second needs its evidence signed again. Orders were tried with such certificates.",
    },
    {
      what: "Other proposals in a crash",
      why: "Pending proposals of this folder are executed with it, but crashes are replayed under its own changes alone; those of other folders, and those on the real chain, were not seen.",
    },
    { what: "Option prices before March 2021, and smiles anywhere", why: "No market data exists for them: a model stands in, and says so." },
    isAttackJudged ? ATTACK_ASSUMES : ATTACK_UNKNOWN,
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
  { what: "Reverse stress", why: "The smallest market move that breaks the protocol stands in the evidence and the report; no check puts a limit on it." },
  { what: "The treasury", why: "What a proposal could send away is a figure of governance.yaml, not read from the chain." },
];
