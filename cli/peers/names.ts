import { BallastError } from "../../sim/errors.ts";
import { PEER_NAMES, type PeerName } from "../../sim/peers/index.ts";
import { nearestName } from "../proposal/shape.ts";

/**
 * The peers named in a list, each once, in its order; `all` for all of them.
 *
 * @throws BallastError PEER_UNKNOWN, with the nearest that exists
 * @example peersOf("span,static") // ["span", "static"]
 */
export function peersOf(list: string): PeerName[] {
  const names = list.split(",").flatMap((name) => (name.trim() === "all" ? PEER_NAMES : [name.trim()]));
  return [...new Set(names)].map((name) => {
    const known = PEER_NAMES.find((peer) => peer === name);
    if (known !== undefined) return known;
    const near = nearestName(name, PEER_NAMES);
    throw new BallastError("PEER_UNKNOWN", `There is no peer ${name}.`, {
      where: { field: "--against", value: name },
      fix: near === undefined ? `Use ${PEER_NAMES.join(", ")}, or all.` : `Did you mean ${near}?`,
    });
  });
}
