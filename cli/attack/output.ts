import { z } from "zod";
import type { AttackFacts } from "./facts.ts";
import { verdictOf } from "./verdict.ts";

const usd = (description: string) => z.number().meta({ description: `${description}, USD.` });
const maybe = (description: string) => z.number().nullable().meta({ description });
const kind = z.enum(["buy", "borrow", "bribe", "mix", "coalition", "apathy", "lateSwing"]);

const ROUTE = z.strictObject({
  kind,
  impossible: z.string().nullable().meta({ description: "Why it cannot be gone; null where it can." }),
  votes: z.number().meta({ description: "Votes the attacker brings, whole tokens." }),
  abstainVotes: z.number().meta({ description: "Of them, cast early as Abstain to spend the extension of a late vote." }),
  costUsd: usd("Cost, tokens sold again"),
  capitalUsd: usd("Money needed meanwhile"),
  pieces: z.array(z.strictObject({ source: z.string(), votes: z.number(), costUsd: usd("Cost") })),
  attempts: z.number().int(),
  timeline: z.array(z.strictObject({ event: z.string(), seconds: z.number().meta({ description: "From the proposal that passes." }) })),
  answerSeconds: z.number(),
  visibleSeconds: z.number(),
  stopped: z.number().meta({ description: "Probability that the guardian cancels." }),
  left: z.number().meta({ description: "Share of users' value still there." }),
  returnUsd: usd("What it brings on average"),
  profitUsd: usd("Return less cost"),
});

const PROBABILITY = z.strictObject({ value: z.number(), interval: z.strictObject({ low: z.number(), high: z.number() }) });
const SIMULATED = z.strictObject({
  runs: z.number().int(),
  passes: PROBABILITY,
  executes: PROBABILITY,
  meanTally: z.strictObject({ for: z.number(), against: z.number(), abstain: z.number() }),
});

const ENGINE = z.strictObject({
  valueUsd: usd("What the worst book loses beyond its margin on the worst day of the recorded crashes"),
  todayUsd: usd("The same without any vote"),
  inScenariosUsd: usd("The same in the worst scenario of today's set"),
  worst: z
    .strictObject({
      book: z.string(),
      notionalUsd: usd("Notional"),
      marginUsd: usd("Initial margin"),
      lossUsd: usd("Loss"),
      beyondUsd: usd("Loss beyond margin"),
      move: z.string(),
    })
    .nullable(),
  changes: z.array(z.strictObject({ scope: z.string(), name: z.string(), from: z.number(), to: z.number(), rampSeconds: z.number() })),
  books: z.number().int(),
  moves: z.number().int(),
});

/** What `ballast attack --json` prints. */
export const ATTACK_OUTPUT = z
  .strictObject({
    profitable: z.boolean().meta({ description: "Whether any possible route brings more than it costs." }),
    verdict: z.string(),
    cheapest: kind.nullable(),
    mostProfitable: kind.nullable(),
    extractableUsd: usd("What a harmful set lets the attacker take from users"),
    treasuryUsd: usd("What a proposal can send away"),
    valueFrom: z.enum(["given", "file", "engine"]),
    engine: ENGINE.nullable(),
    routes: z.array(ROUTE),
    concentration: z
      .strictObject({
        majority: maybe("Fewest delegates with more than half of a vote at the mean turnout; null where all listed have less."),
        quorum: maybe("Fewest delegates who reach the quorum."),
        largestShare: z.number(),
        topTenShare: z.number(),
      })
      .nullable()
      .meta({ description: "null where no delegate is listed." }),
    sensitivity: z.array(z.strictObject({ input: z.string(), elasticity: maybe("Percent of the cheapest cost per percent of the input.") })),
    levers: z.array(
      z.strictObject({
        setting: z.string(),
        change: z.string(),
        costRaisedUsd: maybe("USD; null where no route is left."),
        profitCutUsd: maybe("USD; null where no route is left."),
        frictionDays: maybe("Days a sound proposal takes longer on average; null where friction is no time."),
        raisedPerDayUsd: maybe("USD a day of friction."),
      }),
    ),
    simulation: z
      .strictObject({ without: SIMULATED, with: SIMULATED.nullable() })
      .nullable()
      .meta({ description: "Probabilities with exact 95 % intervals; null where no delegate is listed." }),
    sources: z.array(z.strictObject({ part: z.string(), source: z.string() })),
  })
  .meta({ title: "Attack output", description: "What `ballast attack --json` prints: who could pass a harmful change, and what it would cost." });

/** The facts as a machine reads them. */
export function attackDocument(facts: AttackFacts): z.input<typeof ATTACK_OUTPUT> {
  const { situation, cheapest, mostProfitable } = facts;
  const { profitable, sentence } = verdictOf(facts);
  return {
    profitable,
    verdict: sentence,
    cheapest: cheapest?.kind ?? null,
    mostProfitable: mostProfitable?.kind ?? null,
    extractableUsd: situation.value.extractableUsd,
    treasuryUsd: situation.value.treasuryUsd,
    valueFrom: facts.valueFrom,
    engine: facts.engine === null ? null : { ...facts.engine, changes: facts.engine.changes.map((change) => ({ ...change })) },
    routes: facts.routes.map((route) => ({
      ...route,
      pieces: route.pieces.map((piece) => ({ ...piece })),
      timeline: route.timeline.map((event) => ({ ...event })),
    })),
    concentration: facts.concentration,
    sensitivity: facts.sensitivity.map((one) => ({ ...one })),
    levers: facts.levers.map((one) => ({ ...one })),
    simulation: facts.simulation,
    sources: facts.sources.map((one) => ({ ...one })),
  };
}
