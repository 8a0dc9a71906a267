import { z } from "zod";

const hash = z.string().regex(/^0x[0-9a-f]{64}$/);

/** What `ballast verify --json` prints. */
export const VERIFY_OUTPUT = z
  .strictObject({
    match: z.boolean().meta({ description: "Whether payload, proposal and evidence agree, and the backtest run again gives the same hash." }),
    changes: z
      .array(z.strictObject({ scope: z.string(), name: z.string(), from: z.number(), to: z.number(), unit: z.string() }))
      .meta({ description: "As decoded from the calldata, in the integers of the chain." }),
    onChain: z
      .strictObject({
        endpoint: z.string().meta({ description: "Host of the endpoint that was asked." }),
        chainId: z.int(),
        block: z.int().meta({ description: "The block everything was read at." }),
        id: z.string().regex(/^[0-9]+$/),
        state: z.enum(["pending", "active", "canceled", "defeated", "succeeded", "queued", "expired", "executed"]),
        title: z.string(),
        proposer: z.string(),
        folder: z.string().nullable().meta({ description: "The proposal's folder it was held against; null where none has its evidence." }),
      })
      .meta({ description: "Where a proposal id was given: what the chain says about it." })
      .optional(),
    hash: hash.nullable().meta({ description: "The result hash, recomputed where a folder was found; null where the calldata names none." }),
  })
  .meta({ title: "Verify output", description: "What `ballast verify --json` prints." });

/** What `ballast verify --leaf … --json` prints. */
export const VERIFY_LEAF_OUTPUT = z
  .strictObject({
    leaf: z.string().meta({ description: "crash/set/seed" }),
    match: z.boolean().meta({ description: "Whether the replay, run again, stands under the root by its proof." }),
    hash: hash.meta({ description: "Leaf of the replay as it was run again." }),
    claimed: hash.nullable().meta({ description: "Leaf the evidence gives for it; null where it names none." }),
    proof: z.array(hash).meta({ description: "Siblings up to the root, as OpenZeppelin's MerkleProof takes them." }),
    root: hash,
  })
  .meta({ title: "Verify leaf output", description: "What `ballast verify --leaf --json` prints." });
