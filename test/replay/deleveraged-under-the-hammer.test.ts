import { expect, test } from "vitest";
import { newest, requiredUnder } from "../../sim/replay/attestation.ts";
import { DEFAULT_LIQUIDATION } from "../../sim/replay/liquidation-model.ts";
import { advance, startSimulation } from "../../sim/replay/simulation.ts";
import { account, BLACK_THURSDAY, book, COUNTS, parameters, repriced } from "./world.ts";

/** ETH falls to three tenths and BTC by a seventh in one hour: a long of ETH is bankrupt; who is long BTC is short of margin, and gains on a short of ETH. */
const fall = repriced(BLACK_THURSDAY, (asset, index, real) => (index >= 100 ? real * (asset === "ETH" ? 0.3 : 0.846) : real));
const perp = (underlying: string, notionalUsd: number) => ({ kind: "perp", underlying, notionalUsd }) as const;

test("an account under the hammer that was deleveraged is sold as what it then holds", () => {
  const people = [
    account("long", [perp("ETH", 300_000)], { USDC: 1 }, { cushion: 1.2 }),
    account("mixed", [perp("BTC", 600_000), perp("ETH", -60_000)], { USDC: 1 }, { cushion: 1.3 }),
  ];
  const { simulation } = startSimulation({
    ...fall,
    book: book(people, 0),
    parameters: parameters({ "protocol.participation": 5_000 }),
    counts: COUNTS,
    seed: 1,
    liquidation: { ...DEFAULT_LIQUIDATION, slices: "pro-rata", oracle: { latencySeconds: 0, confidence: 0 }, lossSharing: "deleveraging" },
  });
  const { accounts, attestations, ledger } = simulation;
  let view = advance(simulation);
  while (ledger.deleveraged === 0) view = advance(simulation);
  const { offsets, instrument, lots } = accounts.holdings;
  const held = (underlying: string) => {
    const perpetual = accounts.universe.instruments.findIndex((one) => one.kind === "perp" && one.underlying === underlying);
    return lots[instrument.indexOf(perpetual, offsets[1])];
  };
  expect(held("ETH")).toBe(0);
  expect(held("BTC")).toBeGreaterThan(0);
  // What bore the loss of the other and was sold has left 601 of 89 044 USDC: five lots, at a dollar each.
  expect(lots[offsets[2] - 1]).toBe(Math.ceil(accounts.cash[1] / 128));
  // Sold as what it was before, it would count 36 times its requirement. What scales with the lots is scaled by the lots, what closing a larger book
  // costs by the dollar is all that comes on top of the requirement of what is left, and its USDC is not scaled.
  const required = view?.step.requirements(accounts.holdings).maintenance[1] as number;
  const counted = requiredUnder(newest(attestations), accounts, 1, accounts.cash[1]);
  expect(counted / required).toBeGreaterThan(1 - 1e-9);
  expect(counted / required).toBeLessThan(1.1);
});
