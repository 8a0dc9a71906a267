import { BallastError } from "../../sim/errors.ts";
import type { ParameterSet } from "../../sim/parameters/index.ts";
import type { PeerName } from "../../sim/peers/index.ts";
import type { Opening, Openings, Scaled } from "./jobs.ts";

/**
 * Equal capital: one factor per peer, so that over all crashes and seeds the books as they open need the same initial margin in sum as
 * under the proposed set. What then differs between models is where and when they ask for it, not how much.
 *
 * @param openings of every crash
 * @throws BallastError PEER_ASKS_NOTHING when a peer asks for no margin at all
 * @example equalCapital([{ proposed: { initial: 90, … }, span: { initial: 60, maintenance: 50 }, … }], ["span"])[0].factor // 1.5
 */
export function equalCapital(openings: readonly Openings[], peers: readonly PeerName[]): Scaled[] {
  const ours = totalOf(openings, "proposed");
  return peers.map((peer) => {
    const theirs = totalOf(openings, peer);
    if (!(theirs.initial > 0 && theirs.maintenance > 0)) {
      throw new BallastError("PEER_ASKS_NOTHING", `${peer} asks for no margin for any of these books: nothing can be scaled.`, { where: { value: peer } });
    }
    return { peer, factor: ours.initial / theirs.initial, initialRatio: theirs.initial / theirs.maintenance };
  });
}

/** Σ over crashes of both requirements of one system. */
export function totalOf(openings: readonly Openings[], system: keyof Openings): Opening {
  return openings.reduce((sum, { [system]: { initial, maintenance } }) => ({ initial: sum.initial + initial, maintenance: sum.maintenance + maintenance }), {
    initial: 0,
    maintenance: 0,
  });
}

/**
 * The parameters a replay under a peer runs with: the proposed ones, with the peer's own initial over maintenance margin in what margin calls ask for. A
 * liquidation restores no more than that.
 */
export function peerParameters(proposed: ParameterSet, { initialRatio }: Pick<Scaled, "initialRatio">): ParameterSet {
  const initialMargin = Math.round(10_000 * initialRatio);
  const liquidationTarget = Math.min(proposed.protocol.liquidationTarget, initialMargin);
  return { ...proposed, protocol: { ...proposed.protocol, initialMargin, liquidationTarget } };
}
