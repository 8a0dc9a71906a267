import { z } from "zod";

/** `holdout:` in policy.yaml: what is replayed beyond the crashes that everyone knows the verdict rests on. */
export const HOLDOUT_POLICY = z
  .strictObject({
    crashes: z.int().min(0).default(1).meta({ description: "Crashes outside the policy's list that `ballast check` replays; --all replays every one." }),
  })
  .meta({ description: "Crashes outside the policy's list, to see whether a change was fitted to those on it." });

/** How many held-out crashes a policy wants replayed. @example heldOutCount(policy) // 1 */
export function heldOutCount({ holdout }: { readonly holdout?: z.output<typeof HOLDOUT_POLICY> | undefined }): number {
  return (holdout ?? HOLDOUT_POLICY.parse({})).crashes;
}
