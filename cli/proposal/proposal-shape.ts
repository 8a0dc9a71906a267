import { z } from "zod";
import { ADDRESS } from "./deployment.ts";
import type { Written } from "./yaml.ts";

/** A number in the parameter's unit, or with a unit that fits it; read later, when the parameter is known. */
export const AMOUNT = z.custom<Written>(
  (value) => typeof value === "object" && value !== null && "written" in value,
  "one number, or one number with its unit",
);

const line = (limit: number) =>
  z
    .string()
    .min(1)
    .max(limit)
    .regex(/^[^\p{Cc}\u2028\u2029]*$/u, "one line without control characters")
    .refine((text) => text === text.trim(), "no space before or after");

/** `proposal.yaml`: what somebody wants changed, and for whom. */
export const PROPOSAL = z
  .strictObject({
    title: line(120).meta({ description: "What a voter reads first: the first line of the description." }),
    author: line(120).meta({ description: "Who answers for it." }),
    base: z.string().min(1).default("../parameters.yaml").meta({ description: "The parameter file it is drafted against, relative to this one." }),
    deployment: z.string().min(1).default("../deployment.yaml").meta({ description: "The contracts its payload is for, relative to this file." }),
    changes: z
      .record(z.string().min(1), AMOUNT)
      .refine((changes) => Object.keys(changes).length > 0, "at least one change, as in ETH.volBuffer: 3000")
      .meta({
        description: "The new value by `asset.parameter` or `protocol.parameter`: a whole number in the parameter's unit, or with a unit: 30 %, 3000 bps, 6 h.",
      }),
    ramp: AMOUNT.default({ written: "1 d", quoted: false }).meta({ description: "How long the values take to get there, linearly: seconds, or 1 d, 6 h." }),
    proposer: ADDRESS.optional().meta({ description: "If set, only this address may propose the payload (the suffix #proposer=…)." }),
    links: z.array(line(500)).default([]).meta({ description: "Where to read more." }),
  })
  .meta({ title: "Proposal", description: "proposals/NNNN-slug/proposal.yaml: a change of risk parameters." });
