import type { Dataset } from "../../sim/market/index.ts";
import { initialParameters } from "../../sim/parameters/index.ts";
import { DERIBIT_DEFAULTS, deribitModel, type PeerModel, peerStep, SPAN_DEFAULTS, STATIC_DEFAULTS, spanModel, staticModel } from "../../sim/peers/index.ts";
import type { Places } from "../proposal/shape.ts";
import { accountOf } from "./account.ts";
import type { PeerInput, PeerOutput } from "./peer-schema.ts";

/**
 * Margins one portfolio of ours as a peer would.
 *
 * @throws BallastError like `accountOf`
 * @example peerMarginOf({ model: "span", parameters: {}, market, portfolio }, await loadDataset(), file).maintenanceMargin
 */
export function peerMarginOf(input: PeerInput, dataset: Dataset, places: Places): PeerOutput {
  const { snapshot, portfolio, collateral } = accountOf(input, dataset, initialParameters(), places);
  const step = peerStep(modelOf(input), snapshot, portfolio.instruments);
  const { maintenance, initial, components } = step.marginOf(portfolio.table, 0);
  const options = step.instruments.reduce((sum, { kind, mark }, index) => (kind === "option" ? sum + portfolio.table.lots[index] * mark : sum), 0);
  return { maintenanceMargin: maintenance, initialMargin: initial, equity: input.portfolio.cash + collateral + options, components: { ...components } };
}

/** The result as text. */
export function peerText({ maintenanceMargin, initialMargin, equity, components }: PeerOutput): string {
  const line = ([name, value]: readonly [string, number]) => `${name.padEnd(24)}${value.toFixed(2).padStart(16)} USD`;
  const heads = Object.entries({ "maintenance margin": maintenanceMargin, "initial margin": initialMargin, equity });
  return [...heads.map(line), "", ...Object.entries(components).map(([name, value]) => line([`  ${name}`, value]))].join("\n");
}

function modelOf(input: PeerInput): PeerModel {
  switch (input.model) {
    case "static":
      return staticModel(merged(STATIC_DEFAULTS, input.parameters));
    case "span":
      return spanModel(merged(SPAN_DEFAULTS, input.parameters));
    case "deribit-pm":
      return deribitModel(merged(DERIBIT_DEFAULTS, input.parameters));
  }
}

function merged<T extends object>(defaults: T, given: Readonly<Record<string, unknown>>): T {
  const entries = Object.entries(defaults).map(([name, value]) => {
    const other = given[name];
    if (other === undefined) return [name, value];
    return [name, typeof value === "object" && !Array.isArray(value) ? { ...value, ...(other as object) } : other];
  });
  return Object.fromEntries(entries) as T;
}
