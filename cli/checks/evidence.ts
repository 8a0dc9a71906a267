import { entriesOf, evidenceText, leavesOf, rootBy, tasksOf } from "../backtest/assemble.ts";
import { canonicalJson } from "../backtest/canonical.ts";
import { leafHash } from "../backtest/merkle.ts";
import { evidenceOf } from "../proposal/description.ts";
import type { Evidence } from "../proposal/evidence.ts";
import type { Check, Emit } from "./check.ts";
import { type CheckContext, committedEvidence } from "./context.ts";
import { appliedEvidence } from "./decode.ts";
import { spreadSample } from "./sampling.ts";

/** How many replays are run again unless all are asked for: few enough to wait for. `check --all` and `verify` run every one. */
export const SAMPLED_REPLAYS = 4;

/** What each hash of the context is of, and what makes it fit again. */
const CONTEXT: readonly (readonly [keyof Evidence["context"], string])[] = [
  ["dataset", "the market data"],
  ["engine", "the engine"],
  ["book", "the book"],
  ["policy", "the policy"],
  ["parametersBefore", "the parameters in force"],
  ["parametersAfter", "the proposed parameters"],
  ["counts", "the number of scenarios"],
  ["seeds", "the seeds"],
  ["drawn", "what a seed draws"],
];

export const evidence: Check = {
  id: "evidence",
  title: "The evidence is there, is today's, and can be reproduced",
  why: "Numbers nobody can recompute are an opinion. Old numbers are about another proposal.",
  incident: "Risk reports as PDF files that the vote never names; Compound 117: the code had changed 26 days after its last audit.",
  fix: "Run `ballast backtest`, then `ballast build`, and commit what they write.",
  severity: "error",
  fixed: true,
  kind: "evidence",
  file: "evidence.json",
  async run(context, emit) {
    const found = committedEvidence(context);
    const stale = emitStale(found, await context.today(), emit);
    emitForged(found, context, await context.evidenceText(), emit);
    emitUnbound(found, context, emit);
    // Under another engine or other data a replay would differ, and would say nothing about who wrote the file.
    if (stale) return "its hashes; no replay was run again, because the evidence is stale";
    return await replayAgain(found, context, emit);
  },
};

function emitStale({ context }: Evidence, today: Evidence["context"], emit: Emit): boolean {
  const differing = CONTEXT.filter(([field]) => canonicalJson(context[field]) !== canonicalJson(today[field]));
  for (const [, what] of differing) emit({ message: `The evidence is stale: ${what} changed since the backtest.` });
  return differing.length > 0;
}

function emitForged(found: Evidence, { policy }: CheckContext, text: string, emit: Emit): void {
  const entries = entriesOf(found);
  const root = rootBy(entries);
  if (root !== found.root) emit({ message: `The leaves of the evidence have the root ${root}, not ${found.root} as it says.` });
  if (canonicalJson(entries) !== canonicalJson(found.leaves)) emit({ message: "The list of leaf hashes is not that of the outcomes." });
  if (evidenceText(found) !== text) emit({ message: "evidence.json is not, byte for byte, the file that `ballast backtest` writes." });
  const name = ({ crash, set, seed }: { crash: string; set: string; seed: number }) => `${crash} ${set} ${seed}`;
  const expected = tasksOf(policy.crashes, policy.seeds).map(name);
  const actual = found.outcomes.map(name);
  if (canonicalJson(expected) !== canonicalJson(actual))
    emit({ message: "The outcomes are not those of the policy's crashes and seeds, each under both parameter sets." });
  if (canonicalJson(found.executionShocks.map(({ seed }) => seed)) !== canonicalJson(policy.seeds))
    emit({ message: "The execution shocks are not those of the policy's seeds." });
  const renamed = found.outcomes.find(({ crash, seed, outcome }) => outcome.crash !== crash || outcome.seed !== seed);
  if (renamed !== undefined) emit({ message: `The outcome named ${name(renamed)} is that of ${renamed.outcome.crash} ${renamed.outcome.seed}.` });
}

/** The vote has to name this evidence: in the text people read, and in the calldata the chain keeps. */
function emitUnbound({ root }: Evidence, { proposal }: CheckContext, emit: Emit): void {
  if (proposal.payload === undefined) return;
  const described = evidenceOf(proposal.payload.governor.description);
  if (described !== undefined && described !== root)
    emit({ message: `The description names the evidence ${described}, committed is ${root}.`, fix: "Run `ballast build`." });
  for (const applied of appliedEvidence(proposal.payload, proposal.deployment.riskParameters)) {
    if (applied !== root) emit({ message: `The calldata names the evidence ${applied}, committed is ${root}.`, fix: "Run `ballast build`." });
  }
}

async function replayAgain(found: Evidence, context: CheckContext, emit: Emit): Promise<string> {
  const { nonce, replays } = context.sampling;
  const sample = spreadSample(nonce, found.outcomes, replays);
  const again = await context.replayAgain(sample);
  sample.forEach((committed, i) => {
    const hashes = [committed, again.outcomes[i]].map((value) => leafHash({ kind: "outcome", value }));
    if (hashes[0] !== hashes[1])
      emit({ message: `${committed.crash} (${committed.set}, seed ${committed.seed}) replays to ${hashes[1]}, the evidence says ${hashes[0]}.` });
  });
  for (const { seed, shock } of again.executionShocks) {
    const committed = found.executionShocks.find((one) => one.seed === seed)?.shock;
    if (canonicalJson(shock) !== canonicalJson(committed ?? null)) emit({ message: `The execution shock of seed ${seed} is not what the engine finds.` });
  }
  const attribution = await attributeAgain(found, context, emit);
  const names =
    sample.length === found.outcomes.length
      ? `all ${sample.length} outcomes`
      : `${sample.map(({ crash, set, seed }) => `${crash} (${set}, seed ${seed})`).join(" and ")}, drawn now`;
  return `${leavesOf(found).length} leaves under ${found.root}; replayed again: ${names}, and the execution shock of the same seeds${attribution}`;
}

/** The attribution is replays of its own, nearly as many as a backtest: it is made again where every replay is. */
async function attributeAgain(found: Evidence, context: CheckContext, emit: Emit): Promise<string> {
  if (found.attribution === undefined) return "";
  if (context.sampling.replays !== Number.POSITIVE_INFINITY) return "; not the attribution";
  const again = await context.attributeAgain();
  if (canonicalJson(again ?? null) !== canonicalJson(found.attribution))
    emit({ message: "The attribution to the single changes is not what the replays give." });
  return ", and the attribution";
}
