import { z } from "zod";

const severity = z.enum(["error", "warn"]);
const proposal = z.string().meta({ description: "The proposal's folder, as it was named." });

const where = z
  .strictObject({ file: z.string(), line: z.int().positive().optional(), column: z.int().positive().optional() })
  .meta({ description: "Where to look, for annotations." });

/** What `ballast check --json` prints. */
export const CHECK_OUTPUT = z
  .strictObject({
    findings: z.array(
      z.strictObject({
        check: z.string(),
        severity,
        message: z.string(),
        fix: z.string(),
        kind: z.enum(["check", "gate", "evidence"]).meta({ description: "What an error leaves with: exit 3, 4 or 5." }),
        proposal,
        where: where.optional(),
        couldNotRun: z.literal(true).optional().meta({ description: "The check itself broke: what it would have found is unknown." }),
      }),
    ),
    checked: z.array(z.strictObject({ check: z.string(), looked: z.string().meta({ description: "What the check looked at." }), proposal })),
    notChecked: z.array(z.strictObject({ what: z.string(), why: z.string(), proposal })),
    problems: z
      .array(z.strictObject({ proposal, code: z.string(), message: z.string(), fix: z.string(), where, exit: z.int() }))
      .optional()
      .meta({ description: "Proposals that could not be looked at, beside others that could. A run fails when there is one." }),
    compared: z
      .strictObject({
        ref: z.string(),
        of: z.int().meta({ description: "How many proposals there are, changed or not." }),
        yardstick: z.array(z.string()).meta({ description: "Changed files that every proposal is measured by." }),
        removed: z.array(z.string()).meta({ description: "Folders of proposals that are there no more." }),
      })
      .optional()
      .meta({ description: "With --changed: what the proposals were held against." }),
  })
  .meta({
    title: "Check output",
    description: "What `ballast check --json` prints: a check that could not run is a finding, and what no check looks at is listed.",
  });
