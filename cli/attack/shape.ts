import { z } from "zod";

const share = (description: string) =>
  z
    .number()
    .min(0)
    .max(1)
    .meta({ description: `${description} A fraction.` });
const usd = (description: string) =>
  z
    .number()
    .min(0)
    .meta({ description: `${description} USD.` });
const votes = (description: string) =>
  z
    .number()
    .min(0)
    .meta({ description: `${description} Whole tokens.` });
const seconds = (description: string) =>
  z
    .int()
    .min(0)
    .max(10 ** 9)
    .meta({ description: `${description} Seconds.` });
const source = z
  .string()
  .regex(/\S/, "a source says where the figures come from, or that they are an assumption")
  .meta({ description: "Where the figures come from, or that they are an assumption: the report says it." });

const TALLY = z.strictObject({ for: votes("For."), against: votes("Against."), abstain: votes("Abstain.") });

const RULES = z
  .strictObject({
    weight: z.enum(["snapshot", "live"]).meta({ description: "Votes count as held at the end of one block before voting opens, or while the ballot is cast." }),
    votingDelaySeconds: seconds("From the proposal to the snapshot."),
    votingPeriodSeconds: z
      .int()
      .min(1, "a vote that is open for no time cannot be voted on")
      .max(10 ** 9)
      .meta({ description: "How long voting is open. Seconds." }),
    proposalThreshold: votes("What a proposer needs."),
    quorumVotes: z.number().positive("a quorum of nothing is none").meta({ description: "What For and Abstain need together. Whole tokens." }),
    approval: z.number().min(0.5).lt(1).meta({ description: "For has to be more than this share of For and Against; 0.5 is a simple majority." }),
    lateQuorumExtensionSeconds: seconds("How long a vote stays open after its quorum was reached late; 0 for not at all."),
    timelockDelaySeconds: seconds("From the end of the vote to execution."),
    earlyDecision: z
      .strictObject({
        votes: z.number().positive().meta({ description: "Votes For that end the vote." }),
        afterSeconds: seconds("Not before so long after the proposal."),
      })
      .meta({ description: "So many votes For end a vote at once (a super-quorum, an emergency commit)." }),
  })
  .partial();

/** What `governance.yaml` holds. */
export const GOVERNANCE = z
  .strictObject({
    version: z.literal(1),
    token: z.strictObject({
      supply: z.number().positive().optional().meta({ description: "All votes there are, whole tokens; the deployment's where absent." }),
      priceUsd: z.number().positive().meta({ description: "USD of one token." }),
      floatVotes: votes("Tokens that somebody would sell."),
      dailyVolumeUsd: z.number().positive().meta({ description: "Traded volume, USD a day." }),
      dailyVolatility: z.number().min(0).max(5).meta({ description: "Standard deviation of the daily return, a fraction." }),
      discoveryFall: share("How far the price falls when the attack is seen, before what was bought is sold again."),
      source,
    }),
    rules: RULES.optional().meta({ description: "How a vote is held, where it differs from what this checkout deploys (`ballast init`)." }),
    guardian: z
      .union([
        z.literal("none"),
        z.strictObject({
          responseSeconds: seconds("From when harm can be seen until it can have cancelled."),
          acts: share("Probability that it does, given the time."),
          source,
        }),
      ])
      .meta({ description: "Who may cancel a proposal; none where nobody can or nobody would." }),
    turnout: z
      .union([
        z.strictObject({ tallies: z.array(TALLY).min(1).meta({ description: "Past votes." }), source }),
        z.strictObject({ mean: share("Mean share of the supply that votes."), deviation: share("Its standard deviation."), source }),
      ])
      .meta({ description: "How much of the supply votes: past votes, or a mean with its deviation." }),
    voters: z.strictObject({
      against: share("Of those who vote anyway, who votes against a harmful proposal."),
      deceived: share("Of those who vote anyway, who votes for it; the rest abstains."),
      mobilisable: share("Of the supply, what would come to vote against once it sees the attack."),
      mobilisationSeconds: z.int().min(1).meta({ description: "After so long 63 % of them have come. Seconds." }),
      fatigue: z
        .number()
        .positive()
        .max(1)
        .meta({ description: "Share of the turnout, and of those who can be called, that is left each time a proposal is made again; 1 for all." }),
      source,
    }),
    delegates: z
      .union([
        z.literal("none"),
        z.strictObject({
          file: z.string().min(1).meta({ description: "CSV with the columns address, votes, delegators and perhaps own; relative to this file." }),
          source,
        }),
      ])
      .meta({ description: "Who holds the votes; none where nobody listed them: then nothing is said of coalitions, concentration and probabilities." }),
    borrowable: z.strictObject({
      pools: z.array(
        z.strictObject({
          name: z.string().regex(/\S/, "a pool has a name"),
          votes: z.number().positive().meta({ description: "Tokens that can be borrowed." }),
          annualRate: z.number().min(0).meta({ description: "Interest, a fraction a year." }),
          fee: share("Paid once, of the value borrowed."),
          flashLoan: z.boolean().meta({ description: "Has to be given back in the same transaction." }),
          collateralRatio: z.number().min(0).meta({ description: "Collateral over the value borrowed." }),
        }),
      ),
      source,
    }),
    bribes: z.strictObject({
      tranches: z
        .array(
          z.strictObject({
            votes: z.number().positive().meta({ description: "Votes for sale at this price." }),
            priceUsd: z
              .number()
              .positive("a vote that costs nothing is no offer: leave the tranche out, or give its price")
              .meta({ description: "USD of one vote." }),
          }),
        )
        .meta({ description: "The supply curve of votes for sale, for one proposal." }),
      source,
    }),
    coalition: z.strictObject({
      members: z.array(z.string()).meta({ description: "Addresses of delegates who act together already." }),
      paymentUsd: usd("What one more delegate asks for, beside what the fall of the price costs its own tokens."),
      source,
    }),
    attacker: z.strictObject({
      capitalUsd: z.number().positive().meta({ description: "Money there is: for votes, and again for the margin of the book. USD." }),
      certainty: z.number().min(0.5).lt(1).meta({ description: "How sure of passing a route is made." }),
      attempts: z.int().min(1).max(100).meta({ description: "How often the same proposal can be made." }),
      attemptUsd: usd("Cost of one proposal beside the votes."),
      swingSeconds: z.int().min(1).meta({ description: "How long before the end a late swing comes. Seconds." }),
      source,
    }),
    value: z.strictObject({
      extractableUsd: usd("What a harmful set lets the attacker take from users; computed with the margin engine where absent.").optional(),
      treasuryUsd: usd("What a proposal can simply send away."),
      exitPerHour: z.number().min(0).lt(1).meta({ description: "Share of users' value that leaves each hour once harm can be seen." }),
      dynamicTimelock: z
        .strictObject({
          firstShare: share("Signals from which on it delays."),
          secondShare: share("Signals from which on nothing executes."),
          minSeconds: seconds("Delay at the first."),
          maxSeconds: seconds("Delay just before the second."),
        })
        .optional()
        .meta({ description: "A timelock that grows with those who signal that they leave (Lido's Dual Governance)." }),
      source,
    }),
  })
  .meta({ title: "Governance", description: "proposals/governance.yaml: what an attack on a vote depends on. `ballast attack` reads it." });

export type Governance = z.output<typeof GOVERNANCE>;
