import type { Check } from "../../checks/check.ts";
import { liveDeployment } from "./deployment.ts";
import { livePending } from "./pending.ts";
import { liveValues } from "./values.ts";

/** What is checked beside everything else where a chain can be asked. */
export const LIVE_CHECKS: readonly Check[] = [liveDeployment, liveValues, livePending];

/** What `notChecked` says of every proposal, and a look at the chain makes untrue. */
export const LIVE_COVERS: readonly string[] = ["The live deployment", "Cooldowns of earlier changes"];
