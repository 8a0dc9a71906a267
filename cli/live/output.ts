import { z } from "zod";
import { STATES } from "../../chain/live/proposals.ts";

const hash = z.string().regex(/^0x[0-9a-f]{64}$/);
const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/);
const decimal = z.string().regex(/^[0-9]+$/);
const amount = decimal.meta({ description: "An amount of the token in its smallest unit, decimal." });
const time = z.int().nonnegative().meta({ description: "Seconds since 1970." });
const seconds = z.int().nonnegative();
/** What a contract keeps as an unsigned integer. */
const value = z.int().nonnegative();

const row = z.strictObject({
  scope: z.string(),
  name: z.string(),
  value: value.meta({ description: "In force at the block, an integer of the chain." }),
  human: z.string(),
  unit: z.string(),
  min: value,
  max: value,
  tighter: z.enum(["up", "down", "neutral"]),
  decided: value.meta({ description: "What it will be once its ramp has ended: a proposal is drafted against this." }),
  ramp: z.strictObject({ from: value, to: value, start: time, end: time }).nullable().meta({ description: "While it moves; null where it stands still." }),
  changedAt: time.nullable(),
  cooldownUntil: time.nullable().meta({ description: "When it may be changed again; null when already." }),
  file: value.nullable().meta({ description: "What the parameter file says; null where it has no such parameter." }),
});

const proposal = z.strictObject({
  id: decimal,
  state: z.enum(STATES),
  title: z.string().meta({ description: "The first line of its description; a stranger wrote it." }),
  proposer: address,
  voteStart: time,
  voteEnd: time,
  eta: time.nullable().meta({ description: "When the timelock lets it through; null while it is not queued." }),
  votes: z.strictObject({ for: amount, against: amount, abstain: amount }),
  changes: z.array(z.strictObject({ scope: z.string(), name: z.string(), from: z.number(), to: z.number(), unit: z.string() })),
  others: z.array(z.string()).meta({ description: "Calls that change no parameter, or why the calls cannot be read." }),
});

/** What `ballast params --rpc --json` prints. */
export const LIVE_PARAMS_OUTPUT = z
  .strictObject({
    endpoint: z.string().meta({ description: "Host of the endpoint that was asked, and no more of its URL." }),
    chainId: z.int().positive(),
    block: z.strictObject({ number: value, hash, time }).meta({ description: "The block everything was read at." }),
    version: z.int().positive().meta({ description: "RiskParameters.version()" }),
    parameters: z.array(row),
    differences: z
      .array(z.strictObject({ scope: z.string(), name: z.string(), chain: value.nullable(), file: value.nullable() }))
      .meta({ description: "Where the parameter file differs from what the chain has decided." }),
    bounds: z
      .array(z.strictObject({ name: z.string(), field: z.string(), chain: z.string(), table: z.string() }))
      .meta({ description: "Bounds that are not those of this version's table." }),
    history: z
      .array(
        z.strictObject({
          version: z.int().positive(),
          block: value,
          evidence: hash.nullable(),
          changes: z.array(z.strictObject({ scope: z.string(), name: z.string(), from: value, to: value, start: time, ramp: seconds })),
        }),
      )
      .meta({ description: "Every version, rebuilt from events; the first is the deployment's, without evidence." }),
    governance: z.strictObject({
      name: z.string(),
      symbol: z.string(),
      decimals: z.int().nonnegative(),
      totalSupply: amount,
      votingDelay: seconds,
      votingPeriod: seconds,
      lateQuorumExtension: seconds,
      timelockDelay: seconds,
      proposalThreshold: amount,
      quorumPercent: z.number().nonnegative(),
      guardian: address,
      validators: z.array(address).meta({ description: "Whose certificates the registry of evidence counts." }),
      validatorThreshold: z.int().positive(),
    }),
    proposals: z.array(proposal).meta({ description: "Every proposal the governor ever had, oldest first." }),
  })
  .meta({ title: "Live parameters output", description: "What `ballast params --rpc --json` prints: a deployment read whole, at one block." });
