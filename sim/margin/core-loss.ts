import type { ParameterSet } from "../parameters/index.ts";
import { FILTERED, STRESSED } from "./prepared.ts";

/**
 * The tail of the filtered family, or (1 − w) of it and w of the stressed one's, whichever is larger, of the losses at `at`: more weight on
 * stress never lowers a requirement, not even when today is worse than all known stress. A book that gains everywhere needs nothing.
 */
export function coreLoss({ protocol }: ParameterSet, losses: Float64Array, at: number): number {
  const weight = protocol.stressWeight / 10_000;
  const filtered = losses[at + FILTERED];
  const stressed = losses[at + STRESSED];
  return Math.max(0, filtered, (1 - weight) * filtered + weight * stressed);
}
