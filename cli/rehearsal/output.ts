import { z } from "zod";
import type { StepName } from "../../chain/index.ts";

const hex = z.string().regex(/^0x[0-9a-f]*$/);
const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/);
const value = z.int().nonnegative();
const both = z
  .strictObject({ chain: z.number(), file: z.number() })
  .meta({ description: "USD, under the values read from the chain and under those of the files." });
/** A station of a life that has got another name, or that is new, does not compile here. */
const STATIONS: Readonly<Record<StepName, true>> = {
  deploy: true,
  fork: true,
  delegate: true,
  "certify by stand-ins": true,
  propose: true,
  "wait for the vote": true,
  vote: true,
  "wait for the result": true,
  queue: true,
  "wait for the timelock": true,
  execute: true,
  "read back": true,
  "wait for the ramps": true,
  diff: true,
};
const station = z.enum(Object.keys(STATIONS) as StepName[]);

const whatever = {
  ok: z.boolean().meta({ description: "Whether the rehearsal shows what proposal.yaml says. False also where it was executed and left something else." }),
  proposalId: z.string().regex(/^[0-9]+$/),
  steps: z
    .array(
      z.strictObject({ name: station, time: value.meta({ description: "The chain's, seconds since 1970." }), hash: hex.optional(), gasUsed: value.optional() }),
    )
    .meta({ description: "The stations that were passed; waiting has neither hash nor gas." }),
  fork: z
    .strictObject({ endpoint: z.string(), chainId: z.int(), block: value, voters: z.array(address).meta({ description: "Who was made to vote for it." }) })
    .optional()
    .meta({ description: "With --rpc: what was forked." }),
};

/** What `ballast rehearse --json` prints. */
export const REHEARSE_OUTPUT = z
  .union([
    z
      .strictObject({
        ...whatever,
        readBack: z.array(
          z.strictObject({
            scope: z.string(),
            name: z.string(),
            from: value,
            asked: value,
            atExecution: value.meta({ description: "In force in the block of the execution." }),
            afterRamp: value,
          }),
        ),
        slots: z.array(
          z.strictObject({
            address,
            slot: hex,
            before: hex,
            after: hex,
            contract: z.string().optional(),
            name: z.string().optional().meta({ description: "What the slot holds; absent where nothing explains it." }),
            declared: z.boolean().meta({ description: "Whether the proposal says that it changes this." }),
          }),
        ),
        accounts: z.array(z.strictObject({ address, what: z.enum(["balance", "nonce", "code"]), before: z.string(), after: z.string() })),
        remargined: z.strictObject({
          accounts: value,
          crash: z.string(),
          maintenance: both,
          initial: both,
          differing: value.meta({ description: "Accounts whose requirement differs." }),
          values: z.array(z.string()).meta({ description: "Values that differ, as ETH.volBuffer." }),
        }),
      })
      .meta({ description: "It was executed." }),
    z
      .strictObject({
        ...whatever,
        ok: z.literal(false),
        failed: station.meta({ description: "Where it stopped." }),
        message: z.string(),
        error: z
          .strictObject({ name: z.string(), args: z.array(z.string()) })
          .optional()
          .meta({ description: "The custom error, where a contract refused." }),
      })
      .meta({ description: "It stopped on its way." }),
  ])
  .meta({ title: "Rehearse output", description: "What `ballast rehearse --json` prints." });
