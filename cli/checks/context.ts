import type { Rehearsal, Stack } from "../../chain/index.ts";
import type { LiveState } from "../../chain/live/state.ts";
import { BallastError } from "../../sim/errors.ts";
import type { DrawMemory } from "../../sim/margin/index.ts";
import type { Crash, History, Market } from "../../sim/market/index.ts";
import type { ParameterSet } from "../../sim/parameters/index.ts";
import type { ProposalAttack } from "../attack/proposal.ts";
import type { Task, TaskOutcome } from "../backtest/assemble.ts";
import type { Deployment } from "../proposal/deployment.ts";
import type { Evidence } from "../proposal/evidence.ts";
import type { Proposal } from "../proposal/load.ts";
import type { Payload } from "../proposal/payload.ts";
import type { Policy } from "../proposal/policy.ts";
import type { Neighbour } from "./pending.ts";

/**
 * What the checks of one proposal look at. What may be missing is asked for with a function that throws: a check that
 * cannot see what it judges cannot run, and so has failed.
 */
export interface CheckContext {
  /** The proposal's folder as it was named on the command line. */
  readonly folder: string;
  readonly proposal: Proposal;
  readonly policy: Policy;
  /** The parameters and the deployment that stand beside the policy: what is in force, whatever a proposal says. */
  readonly workspace: () => Promise<{ readonly parameters: ParameterSet; readonly deployment: Deployment }>;
  /** The bytes of the committed evidence.json. */
  readonly evidenceText: () => Promise<string>;
  /** The four files of the committed payload, byte for byte. */
  readonly payloadTexts: () => Promise<Readonly<Record<string, string | undefined>>>;
  /** How many replays are run again, and what they are drawn with. */
  readonly sampling: Sampling;
  /** Today's hashes of everything that evidence names. */
  readonly today: () => Promise<Evidence["context"]>;
  /** Replays again under today's engine and data, and the execution shock with them. */
  readonly replayAgain: (tasks: readonly Task[]) => Promise<Pick<Evidence, "outcomes" | "executionShocks">>;
  /** Finds out again which change does what. */
  readonly attributeAgain: () => Promise<Evidence["attribution"]>;
  /** The committed payload's whole life on an embedded chain: run once, however many checks look at it. */
  readonly rehearsal: () => Promise<Rehearsal>;
  /** The other proposals of the workspace. */
  readonly neighbours: () => Promise<readonly Neighbour[]>;
  /** Proposals voted through on one embedded chain, to be executed in any order; whoever asks closes it. */
  readonly stack: (proposals: readonly Proposal[]) => Promise<Stack>;
  /** The market of the dataset, loaded once, for what is margined here and not replayed. */
  readonly market: () => Promise<CheckMarket>;
  /** The moment the check is made for, in seconds since 1970: the only clock a check may look at. */
  readonly now: () => number;
  /** Hourly closes: those the evidence is bound to, and newer ones where somebody gave them. */
  readonly closes: () => Promise<{ readonly bound: History; readonly newer?: History }>;
  /** Every crash of the dataset, on the policy's list or not. */
  readonly crashIds: () => Promise<readonly string[]>;
  /** Replays that no evidence holds, of crashes outside the policy's list. */
  readonly replayHeldOut: (tasks: readonly Task[]) => Promise<readonly TaskOutcome[]>;
  /** What an attack on the vote costs and brings; undefined where nothing is known to judge it by. Computed once. */
  readonly attack: () => Promise<ProposalAttack | undefined>;
  /** The live deployment, read at one block, where a chain was named: then the rehearsal is on a fork of it. */
  readonly live?: () => Promise<LiveState>;
}

/** The market, and the crashes that can be replayed in it. */
export interface CheckMarket {
  readonly market: Market;
  readonly crashes: readonly Crash[];
  /** What is drawn from its past, for everything that is margined in it. */
  readonly memory: DrawMemory;
}

export interface Sampling {
  readonly replays: number;
  /**
   * Nobody may know it before the evidence is written: a forger who can compute the sample tries last digits until it spares what was
   * forged, which takes a few attempts. Proposals that are checked together have the same, so that what their samples share is replayed once.
   */
  readonly nonce: string;
}

/** @throws BallastError PAYLOAD_MISSING */
export function payloadOf({ proposal, folder }: CheckContext): Payload {
  if (proposal.payload !== undefined) return proposal.payload;
  throw new BallastError("PAYLOAD_MISSING", "There is no payload to look at.", { where: { file: `${folder}/payload` }, fix: "Run `ballast build`.", exit: 3 });
}

/** @throws BallastError EVIDENCE_MISSING, with the exit code of missing evidence */
export function committedEvidence({ proposal, folder }: CheckContext): Evidence {
  if (proposal.evidence !== undefined) return proposal.evidence;
  throw new BallastError("EVIDENCE_MISSING", "There is no evidence to look at.", {
    where: { file: `${folder}/evidence.json` },
    fix: `Run \`ballast backtest ${folder}\`.`,
    exit: 5,
  });
}
