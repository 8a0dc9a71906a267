import { BallastError } from "../errors.ts";
import { createMarginEngine } from "../margin/engine.ts";
import type { MarginEngine, MarginStep, PositionTable, Requirements, ScenarioCounts } from "../margin/types.ts";
import type { Market, Snapshot } from "../market/index.ts";
import type { ParameterSet } from "../parameters/index.ts";
import type { Instrument } from "../pricing/instrument.ts";
import { DERIBIT_DEFAULTS, deribitModel } from "./deribit-pm.ts";
import { deriveModel } from "./derive-book.ts";
import { DERIVE_MAINNET } from "./derive-pmrm2/index.ts";
import { type PeerModel, type PeerStep, peerStep } from "./model.ts";
import { SPAN_DEFAULTS, spanModel } from "./span.ts";
import { STATIC_DEFAULTS, staticModel } from "./static.ts";

/** The peers that can stand in for our own engine. */
export const PEER_NAMES = ["static", "span", "deribit-pm", "derive-pmrm2"] as const;
export type PeerName = (typeof PEER_NAMES)[number];

/**
 * A peer with its default parameters.
 *
 * @example peerStep(peerModel("span"), snapshot, instruments).marginOf(table, 0)
 */
export function peerModel(name: PeerName): PeerModel {
  switch (name) {
    case "static":
      return staticModel(STATIC_DEFAULTS);
    case "span":
      return spanModel(SPAN_DEFAULTS);
    case "deribit-pm":
      return deribitModel(DERIBIT_DEFAULTS);
    case "derive-pmrm2":
      return deriveModel(DERIVE_MAINNET);
  }
}

/**
 * A peer in the place of our own engine, so that a replay runs unchanged under it: marks, deltas and the scenarios that measure solvency stay
 * ours, requirements and margin rates are the peer's. Liquidations, auctions and haircuts are those of `parameters`: what differs is the
 * margin model alone.
 *
 * @param scale factor on both requirements: 1 is the peer as published, `equalCapital` finds another
 * @throws like `createMarginEngine`
 * @example replay({ ...input, engine: createPeerEngine("span", market, parameters, counts, 1.3) })
 */
export function createPeerEngine(name: PeerName, market: Market, parameters: ParameterSet, counts: ScenarioCounts, scale = 1): MarginEngine {
  const ours = createMarginEngine(market, parameters, counts);
  const model = peerModel(name);
  return {
    ...ours,
    step(snapshot, instruments): MarginStep {
      const step = ours.step(snapshot, instruments);
      const peer = peerStep(model, snapshot, instruments);
      return { ...step, requirements: (table) => requirementsOf(step, peer, table, scale) };
    },
    linearRates: (snapshot, asset) => linearRates(model, snapshot, asset, scale),
  };
}

/** The peer's requirements in the form of ours; the components of our own model are zero, they mean nothing here. */
function requirementsOf(step: MarginStep, peer: PeerStep, table: PositionTable, scale: number): Requirements {
  const nothing = { accounts: table.accounts, offsets: new Int32Array(table.accounts + 1), instrument: new Int32Array(0), lots: new Float64Array(0) };
  const requirements = step.requirements(nothing);
  for (let a = 0; a < table.accounts; a++) {
    const { maintenance, initial } = peer.marginOf(table, a);
    if (!Number.isFinite(maintenance) || !Number.isFinite(initial)) {
      throw new BallastError("REQUIREMENT_NOT_FINITE", `The requirement of account ${a} is not a finite number.`, {
        where: { value: String(maintenance) },
        exit: 1,
      });
    }
    requirements.maintenance[a] = scale * maintenance;
    requirements.initial[a] = scale * initial;
    requirements.core[a] = scale * maintenance;
    requirements.offset[a] = scale * maintenance;
  }
  return requirements;
}

function linearRates(model: PeerModel, snapshot: Snapshot, asset: string, scale: number): { long: number; short: number } {
  const perp: Instrument = { kind: "perp", underlying: asset };
  const peer = peerStep(model, snapshot, [perp]);
  const table = { accounts: 2, offsets: Int32Array.of(0, 1, 2), instrument: Int32Array.of(0, 0), lots: Float64Array.of(1, -1) };
  const notional = peer.instruments[0].mark;
  return { long: (scale * peer.marginOf(table, 0).maintenance) / notional, short: (scale * peer.marginOf(table, 1).maintenance) / notional };
}
