import { BallastError } from "../../sim/errors.ts";
import { nearestName } from "../proposal/shape.ts";

/**
 * A crash of a dataset by its id; works on the manifest's crashes and on the loaded ones.
 *
 * @throws BallastError CRASH_UNKNOWN, with the nearest id that exists
 * @example requireCrash(dataset.crashes, "2020-03-12-black-thursday").hours
 */
export function requireCrash<T extends { readonly id: string }>(crashes: readonly T[], id: string): T {
  const crash = crashes.find((one) => one.id === id);
  if (crash !== undefined) return crash;
  const ids = crashes.map((one) => one.id);
  const near = ids.find((one) => id !== "" && one.includes(id)) ?? nearestName(id, ids);
  throw new BallastError("CRASH_UNKNOWN", `There is no crash ${id} in the dataset.`, {
    where: { field: "crash", value: id },
    fix: near === undefined ? "Run `ballast data list` for the crashes there are." : `Did you mean ${near}?`,
  });
}
