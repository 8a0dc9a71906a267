import { specOf } from "../../sim/parameters/index.ts";
import type { Proposal } from "../proposal/load.ts";
import type { Policy } from "../proposal/policy.ts";
import { dispatchesOf } from "./cross-chain.ts";
import { SAMPLED_REPLAYS } from "./evidence.ts";

/** Something a reader might believe was looked at, and was not. */
export interface NotChecked {
  readonly what: string;
  readonly why: string;
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
): NotChecked[] {
  const unread = changes.filter(({ name }) => specOf(name)?.reach === "registry");
  const replays = policy.crashes.length * policy.seeds.length * 2;
  return [
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
    {
      what: "The live deployment",
      why: "The payload was rehearsed at its addresses, with this checkout's contracts on an embedded chain: what stands there on the real chain was not read.",
    },
    {
      what: "Cooldowns of earlier changes",
      why: "The base is a parameter file, which does not know when a value was last changed; the chain does, and refuses.",
    },
    {
      what: "Other proposals in a crash",
      why: "Pending proposals of this folder are executed with it, but crashes are replayed under its own changes alone; those of other folders, and those on the real chain, were not seen.",
    },
    { what: "Option prices before March 2021, and smiles anywhere", why: "No market data exists for them: a model stands in, and says so." },
    ...NOT_BUILT,
  ];
}

const NOT_BUILT: readonly NotChecked[] = [
  { what: "Reverse stress", why: "The smallest market move that breaks the protocol stands in the evidence and the report; no check puts a limit on it." },
  { what: "Attack cost", why: "What it would cost to buy this vote, and what it could take, is not computed yet." },
  { what: "The calendar", why: "Whether the vote ends on a holiday, or the execution falls outside staffed hours, is not looked at yet." },
];
