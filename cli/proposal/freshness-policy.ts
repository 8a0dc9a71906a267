import { z } from "zod";

/** `freshness:` in policy.yaml: how far data and market may be from the day of the check. */
export const FRESHNESS_POLICY = z
  .strictObject({
    dataAgeDays: z
      .number()
      .positive()
      .optional()
      .meta({ description: "Most days between the end of the data and the check. Absent: the lookback in force, beyond which no day of the data counts." }),
    spotMove: z
      .number()
      .positive()
      .optional()
      .meta({ description: "Most an underlying's price may have moved since, as a fraction. Absent: its spotRange in force, what the margin grid spans." }),
    volatilityRatio: z.number().min(1).default(2).meta({
      description: "Most its volatility may have risen since, as a multiple: at twice, the volatility buffer is used up (EMIR RTS 153/2013 art. 28).",
    }),
  })
  .meta({ description: "How far the evidence's data and market may be from the day of the check." });

export type FreshnessLimits = z.output<typeof FRESHNESS_POLICY>;

/** What a policy asks of the evidence's freshness. @example freshnessLimits(policy).volatilityRatio // 2 */
export function freshnessLimits(policy: { readonly freshness?: FreshnessLimits | undefined }): FreshnessLimits {
  return policy.freshness ?? FRESHNESS_POLICY.parse({});
}
