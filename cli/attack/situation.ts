import { dirname, resolve } from "node:path";
import { formatEther } from "viem";
import { GOVERNANCE as DEPLOYED } from "../../chain/settings.ts";
import { BallastError } from "../../sim/errors.ts";
import type { Rules, Situation, Turnout } from "../../sim/governance/index.ts";
import { shapeOf } from "../proposal/shape.ts";
import { type Path, readYaml, type YamlFile } from "../proposal/yaml.ts";
import { readDelegates } from "./delegates.ts";
import { GOVERNANCE, type Governance } from "./shape.ts";

/** A situation, but for what the engine may still have to find out; and where each part of it comes from. */
export interface ReadSituation {
  readonly situation: Situation;
  /** Whether the file says what can be extracted. */
  readonly extractableGiven: boolean;
  readonly sources: readonly { readonly part: string; readonly source: string }[];
}

const DEPLOYMENT = "this checkout's deployment (chain/settings.ts)";

/**
 * Reads governance.yaml with the delegates it names. What the file leaves out of the rules and the supply is what this checkout deploys, and `sources`
 * says so; nothing else has a default.
 *
 * @param delegatesFile instead of the file's own
 * @throws BallastError FILE_*, YAML_*, FIELD_*, those of `readDelegates`, QUORUM_ABOVE_SUPPLY, THRESHOLD_ABOVE_SUPPLY, VOTES_ABOVE_SUPPLY, VOTER_SHARES,
 *   TIMELOCK_SHARES, MEMBER_UNKNOWN
 * @example (await readSituation("proposals/governance.yaml")).situation.supply
 */
export async function readSituation(file: string, delegatesFile?: string): Promise<ReadSituation> {
  const yaml = await readYaml(file);
  const given = shapeOf(yaml, GOVERNANCE);
  const supply = given.token.supply ?? Number(formatEther(DEPLOYED.tokenSupply));
  const rules = rulesOf(given, supply);
  const csv = delegatesFile ?? (given.delegates === "none" ? undefined : resolve(dirname(file), given.delegates.file));
  requireWithin(given, rules, supply, yaml);
  const delegates = csv === undefined ? [] : await readDelegates(csv, supply);
  requireMembers(given, delegates, yaml);
  return {
    situation: {
      supply,
      rules,
      token: given.token,
      guardian: given.guardian === "none" ? null : given.guardian,
      turnout: turnoutOf(given, supply, yaml),
      voters: given.voters,
      delegates,
      borrowable: given.borrowable.pools,
      bribes: given.bribes.tranches,
      coalition: { ...given.coalition, members: given.coalition.members.map((member) => member.toLowerCase()) },
      attacker: given.attacker,
      value: {
        extractableUsd: given.value.extractableUsd ?? 0,
        treasuryUsd: given.value.treasuryUsd,
        exitPerHour: given.value.exitPerHour,
        dynamicTimelock: given.value.dynamicTimelock ?? null,
      },
    },
    extractableGiven: given.value.extractableUsd !== undefined,
    sources: sourcesOf(given, delegatesFile),
  };
}

function rulesOf({ rules = {} }: Governance, supply: number): Rules {
  return {
    weight: rules.weight ?? "snapshot",
    votingDelaySeconds: rules.votingDelaySeconds ?? DEPLOYED.votingDelay,
    votingPeriodSeconds: rules.votingPeriodSeconds ?? DEPLOYED.votingPeriod,
    proposalThreshold: rules.proposalThreshold ?? Number(formatEther(DEPLOYED.proposalThreshold)),
    quorumVotes: rules.quorumVotes ?? (DEPLOYED.quorumPercent * supply) / 100,
    approval: rules.approval ?? 0.5,
    lateQuorumExtensionSeconds: rules.lateQuorumExtensionSeconds ?? DEPLOYED.lateQuorumExtension,
    timelockDelaySeconds: rules.timelockDelaySeconds ?? DEPLOYED.timelockDelay,
    earlyDecision: rules.earlyDecision ?? null,
  };
}

const RULES = [
  "weight",
  "votingDelaySeconds",
  "votingPeriodSeconds",
  "proposalThreshold",
  "quorumVotes",
  "approval",
  "lateQuorumExtensionSeconds",
  "timelockDelaySeconds",
  "earlyDecision",
] as const;

/** Every part with its source, and every rule that the file leaves to the deployment by name. */
function sourcesOf(given: Governance, delegatesFile: string | undefined): ReadSituation["sources"] {
  const left = RULES.filter((name) => given.rules?.[name] === undefined);
  const { guardian, delegates } = given;
  return [
    ...(given.token.supply === undefined ? [{ part: "token.supply", source: DEPLOYMENT }] : []),
    ...(left.length === 0 ? [] : [{ part: left.map((name) => `rules.${name}`).join(", "), source: DEPLOYMENT }]),
    { part: "token", source: given.token.source },
    ...(guardian === "none" ? [] : [{ part: "guardian", source: guardian.source }]),
    { part: "turnout", source: given.turnout.source },
    { part: "voters", source: given.voters.source },
    ...(delegatesFile !== undefined
      ? [{ part: "delegates", source: delegatesFile }]
      : delegates === "none"
        ? []
        : [{ part: "delegates", source: delegates.source }]),
    { part: "borrowable", source: given.borrowable.source },
    { part: "bribes", source: given.bribes.source },
    { part: "coalition", source: given.coalition.source },
    { part: "attacker", source: given.attacker.source },
    { part: "value", source: given.value.source },
  ];
}

function turnoutOf({ turnout }: Governance, supply: number, yaml: YamlFile): Turnout {
  if (!("tallies" in turnout)) return turnout;
  return {
    history: turnout.tallies.map((tally, i) => {
      const cast = tally.for + tally.against + tally.abstain;
      if (cast > supply) throw aboveSupply("VOTES_ABOVE_SUPPLY", "The votes of this tally", cast, supply, yaml, ["turnout", "tallies", i]);
      return cast / supply;
    }),
  };
}

function requireWithin({ token, voters, value, borrowable, bribes }: Governance, rules: Rules, supply: number, yaml: YamlFile): void {
  const at = (code: string, what: string, votes: number, path: Path) => {
    if (votes > supply) throw aboveSupply(code, what, votes, supply, yaml, path);
  };
  at("QUORUM_ABOVE_SUPPLY", "The quorum", rules.quorumVotes, ["rules", "quorumVotes"]);
  at("THRESHOLD_ABOVE_SUPPLY", "The proposal threshold", rules.proposalThreshold, ["rules", "proposalThreshold"]);
  at("VOTES_ABOVE_SUPPLY", "The tokens for sale", token.floatVotes, ["token", "floatVotes"]);
  at("VOTES_ABOVE_SUPPLY", "What can be borrowed", total(borrowable.pools), ["borrowable", "pools"]);
  at("VOTES_ABOVE_SUPPLY", "The votes for bribes", total(bribes.tranches), ["bribes", "tranches"]);
  if (voters.against + voters.deceived > 1) {
    throw new BallastError("VOTER_SHARES", `Those against and those deceived are ${voters.against + voters.deceived} of those who vote.`, {
      where: yaml.at(["voters", "deceived"]),
      fix: "The two shares add up to at most 1; the rest abstains.",
    });
  }
  const lock = value.dynamicTimelock;
  if (lock !== undefined && !(lock.firstShare < lock.secondShare && lock.minSeconds <= lock.maxSeconds)) {
    throw new BallastError("TIMELOCK_SHARES", "The dynamic timelock does not rise from its first share to its second.", {
      where: yaml.at(["value", "dynamicTimelock"]),
      fix: "firstShare is below secondShare, and minSeconds not above maxSeconds.",
    });
  }
}

function requireMembers({ coalition }: Governance, delegates: Situation["delegates"], yaml: YamlFile): void {
  const known = new Set(delegates.map(({ id }) => id));
  coalition.members.forEach((member, i) => {
    if (known.has(member.toLowerCase())) return;
    throw new BallastError("MEMBER_UNKNOWN", `${member} acts together with others, but is no delegate.`, {
      where: yaml.at(["coalition", "members", i]),
      fix: delegates.length === 0 ? "List the delegates first." : "Write the address as in the delegates' file.",
    });
  });
}

function aboveSupply(code: string, what: string, votes: number, supply: number, yaml: YamlFile, path: Path): BallastError {
  return new BallastError(code, `${what}: ${votes}, more than the ${supply} there are.`, {
    where: yaml.at(path),
    fix: "Votes are whole tokens, not their smallest unit; correct them, or token.supply.",
  });
}

function total(parts: readonly { readonly votes: number }[]): number {
  return parts.reduce((sum, { votes }) => sum + votes, 0);
}
