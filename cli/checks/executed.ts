import type { RehearsalPassed } from "../../chain/index.ts";
import { BallastError } from "../../sim/errors.ts";
import type { CheckContext } from "./context.ts";

/**
 * The rehearsal of a payload that went the whole way.
 *
 * @param what what is unknown otherwise, as the end of a sentence
 * @throws BallastError EXECUTION_UNKNOWN
 */
export async function executed({ rehearsal }: CheckContext, what: string): Promise<RehearsalPassed> {
  const found = await rehearsal();
  if (found.ok) return found;
  throw new BallastError("EXECUTION_UNKNOWN", `The proposal was not executed (it stops at "${found.failed}": ${found.message}), so ${what} is unknown.`, {
    fix: "Mend what the check of the life cycle found.",
    exit: 3,
  });
}
