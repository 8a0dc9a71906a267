import { z } from "zod";
import { METRICS as VERDICT_METRICS } from "../../sim/verdict/index.ts";
import { FRESHNESS_POLICY } from "./freshness-policy.ts";
import { GOVERNANCE_POLICY } from "./governance-policy.ts";
import { HOLDOUT_POLICY } from "./holdout-policy.ts";
import { LIMITS } from "./limits.ts";
import { LIQUIDATION } from "./liquidation.ts";
import { shapeOf } from "./shape.ts";
import { readYaml } from "./yaml.ts";

const IDS = Object.keys(VERDICT_METRICS) as [string, ...string[]];

/** What the gates can be put on, in words: the verdict's own metrics, as the middle of a sentence. */
export const METRICS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(VERDICT_METRICS).map(([id, { doc }]) => [id, `${doc[0].toLowerCase()}${doc.slice(1).replace(/\.$/, "")}`]),
);

const severity = z.enum(["error", "warn"]).default("error").meta({ description: "error: the verdict fails. warn: it is only said." });
const limit = z.number().meta({ description: "The limit, in the metric's unit." });
const GATE = z
  .union([z.strictObject({ max: limit, severity }), z.strictObject({ min: limit, severity })])
  .meta({ description: "A limit from above (max) or below (min)." });

const crash = z
  .string()
  .regex(/^[0-9]{4}-[0-9]{2}-[0-9]{2}-[a-z0-9-]+$/, "a crash's id is its date and a name, as in 2020-03-12-black-thursday: `ballast data list` shows them");
const seed = z.int().min(0).max(0xffff_ffff);

/** Sixteen draws: with fewer the interval of a mean is more than a tenth wider than it has to be (t(0.975, 15) = 2.13, the normal's is 1.96). */
const DEFAULT_SEEDS = Array.from({ length: 16 }, (_, i) => i + 1);
const DEFAULT_ACCOUNTS = 125;

const BOOK = z.union([
  z.strictObject({
    population: z.literal("default").meta({ description: "The seeded population of archetypes." }),
    accounts: z.int().min(2).max(100_000).default(DEFAULT_ACCOUNTS).meta({ description: "Accounts of one seed: every seed draws its own." }),
    fundUsd: z.number().min(0).optional().meta({ description: "The insurance fund at the start, USD; a share of the book where absent." }),
  }),
  z.strictObject({ file: z.string().min(1).meta({ description: "CSV of real accounts, relative to this file." }), fundUsd: z.number().min(0).optional() }),
]);

export const POLICY = z
  .strictObject({
    version: z.literal(1),
    crashes: z.array(crash).min(1).refine(unique, "a crash is named twice").meta({ description: "The crashes a proposal is judged on." }),
    book: BOOK,
    seeds: z
      .array(seed)
      .min(1)
      .refine(unique, "a seed is named twice")
      .default(DEFAULT_SEEDS)
      .meta({ description: "One replay per crash, parameter set and seed. A seed draws a population and who of it answers its margin calls." }),
    counts: z
      .strictObject({
        filtered: z.int().min(60, "the tail of fewer than 60 historical moves says nothing: at least 60").max(4_096),
        stressed: z.int().min(16).max(1_024),
      })
      .default({ filtered: 512, stressed: 128 })
      .meta({ description: "Scenarios of each family." }),
    liquidation: LIQUIDATION.optional(),
    gates: z
      .partialRecord(z.enum(IDS), GATE)
      .refine(
        (gates) => Object.values(gates).some((gate) => gate?.severity === "error"),
        "at least one gate has to have severity error: a policy nothing can fail is no policy",
      )
      .meta({ description: "The verdict: limits by metric." }),
    checks: z
      .record(z.string().regex(/^[a-z][a-z0-9-]*$/, "a check's id is small letters, digits and dashes"), z.enum(["error", "warn", "off"]))
      .default({})
      .meta({ description: "Severity by check, where it is not the check's own. off: it is not run, and every result says so. Never of id and state-diff." }),
    limits: LIMITS.optional(),
    // Absent is not the same as defaulted: the policy as it is written is hashed into the evidence.
    governance: GOVERNANCE_POLICY.optional(),
    freshness: FRESHNESS_POLICY.optional(),
    holdout: HOLDOUT_POLICY.optional(),
  })
  .meta({ title: "Policy", description: "proposals/policy.yaml: what a proposal is tested on and what it must not exceed." });

/** A gate is there or it is not: none is undefined. */
export type Policy = Omit<z.output<typeof POLICY>, "gates"> & { readonly gates: Readonly<Record<string, Gate>> };
export type Gate = z.output<typeof GATE>;

/**
 * Reads and checks a policy. That its crashes exist is for whoever has the dataset to say.
 *
 * @throws BallastError FILE_NOT_FOUND, YAML_*, FIELD_*, NUMBER_*
 * @example (await loadPolicy("proposals/policy.yaml")).gates["coverage.worst"]
 */
export async function loadPolicy(path: string): Promise<Policy> {
  return shapeOf(await readYaml(path), POLICY) as Policy;
}

function unique(values: readonly unknown[]): boolean {
  return new Set(values).size === values.length;
}
