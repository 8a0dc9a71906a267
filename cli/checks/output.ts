import { z } from "zod";

const severity = z.enum(["error", "warn"]);
const proposal = z.string().meta({ description: "The proposal's folder, as it was named." });

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
      }),
    ),
    checked: z.array(z.strictObject({ check: z.string(), looked: z.string().meta({ description: "What the check looked at." }), proposal })),
    notChecked: z.array(z.strictObject({ what: z.string(), why: z.string(), proposal })),
  })
  .meta({
    title: "Check output",
    description: "What `ballast check --json` prints: a check that could not run is a finding, and what no check looks at is listed.",
  });
