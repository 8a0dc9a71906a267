import type { Surroundings } from "../../chain/index.ts";
import { BallastError } from "../../sim/errors.ts";
import type { CheckContext } from "./context.ts";

/**
 * What the committed payload meets on the chain it is rehearsed on, also where it does not go the whole way there.
 *
 * @throws BallastError CHAIN_UNSEEN
 */
export async function surroundingsOf({ rehearsal }: CheckContext): Promise<Surroundings> {
  const { surroundings } = await rehearsal();
  if (surroundings !== undefined) return surroundings;
  throw new BallastError("CHAIN_UNSEEN", "The system could not be deployed for the rehearsal, so nothing is known of what the proposal calls.", {
    fix: "Mend what the check of the life cycle found.",
    exit: 3,
  });
}
