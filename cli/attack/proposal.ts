import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { mostProfitable, type Route, routes } from "../../sim/governance/index.ts";
import type { ParameterSet } from "../../sim/parameters/index.ts";
import { hashOf } from "../backtest/canonical.ts";
import { type AttackFacts, type AttackOptions, attackFacts, engineValue, GOVERNANCE_FILE } from "./facts.ts";

/** What an attack costs and brings where a proposal stands, and what the proposal changes about it. */
export interface ProposalAttack {
  /** Under the parameters in force. */
  readonly today: AttackFacts;
  /** What could be extracted once the proposal is in force, and the route that then brings most. */
  readonly proposed: { readonly extractableUsd: number; readonly mostProfitable: Route | null };
}

/** What several proposals of one workspace have in common, so that it is found once. */
export type AttackMemory = Map<string, Promise<AttackFacts>>;

/** The governance file beside the policy that judges a proposal, whether it is there or not. */
export function governanceBeside(folder: string): string {
  return join(dirname(resolve(folder)), GOVERNANCE_FILE);
}

/**
 * Whether a harmful change could be passed at a profit: today, and under the values proposed. From committed files alone: the same files give the same.
 *
 * @param folder the proposal's
 * @param options.memory what other proposals have found out already: today is the same for all that start from the same values
 * @returns undefined where no governance.yaml stands beside the policy
 * @throws BallastError what `attackFacts` throws
 * @example (await proposalAttack(folder, proposal))?.today.cheapest?.costUsd
 */
export async function proposalAttack(
  folder: string,
  { base, after }: { readonly base: ParameterSet; readonly after: ParameterSet },
  { memory = new Map(), ...source }: Pick<AttackOptions, "datasetDir" | "market"> & { readonly memory?: AttackMemory | undefined } = {},
): Promise<ProposalAttack | undefined> {
  const file = governanceBeside(folder);
  if (!existsSync(file)) return undefined;
  const key = `${file} ${source.datasetDir ?? ""} ${hashOf(base)}`;
  const found = memory.get(key) ?? attackFacts(file, { ...source, parameters: base });
  memory.set(key, found);
  const today = await found;
  const { value, attacker } = today.situation;
  const extractableUsd =
    today.valueFrom === "engine" ? (await engineValue(file, attacker.capitalUsd, { ...source, parameters: after })).valueUsd : value.extractableUsd;
  const proposed = mostProfitable(routes({ ...today.situation, value: { ...value, extractableUsd } })) ?? null;
  return { today, proposed: { extractableUsd, mostProfitable: proposed } };
}
