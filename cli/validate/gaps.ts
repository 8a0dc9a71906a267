import type { Market } from "../../sim/market/market.ts";
import type { ParameterSet } from "../../sim/parameters/index.ts";
import { narrowed, TESTS, type Verdict } from "../../sim/validation/index.ts";
import { count, percent } from "../report/format.ts";
import type { Span } from "./span.ts";

/** Something that was not tested, or rests on less than it should. */
export interface Gap {
  readonly what: string;
  readonly why: string;
}

/**
 * What a reader has to know of the data before believing the verdict: each in a sentence, none left to be found out.
 *
 * @param primary hours of the windows that do not overlap
 */
export function gapsOf(market: Market, parameters: ParameterSet, span: Span, primary: readonly number[], verdict: Verdict): Gap[] {
  const gaps: Gap[] = [];
  const short = primary.filter((hour) => hour < span.wholeLookbackFrom).length;
  if (short > 0) {
    const lookback = count(parameters.protocol.lookback);
    gaps.push({
      what: "lookback",
      why: `on ${count(short)} of ${count(primary.length)} days fewer than the ${lookback} days of the lookback parameter were known; the engine drew on what there was`,
    });
  }
  gaps.push(...dataGaps(market, parameters, primary));
  const absent = new Map<string, string[]>();
  const unrun = new Map<string, string[]>();
  const add = (groups: Map<string, string[]>, key: string, name: string) => groups.set(key, [...(groups.get(key) ?? []), name]);
  for (const { name, days, missing, tests } of verdict.portfolios) {
    if (missing > 0) add(absent, `${count(missing)} of ${count(missing + days)} windows have no price at their beginning or their end`, name);
    for (const { test, of, why } of tests) if (why !== null) add(unrun, `${TESTS[test]}, of the ${of}: ${why}`, name);
  }
  for (const [why, names] of absent) gaps.push({ what: names.join(", "), why });
  for (const [why, names] of unrun) gaps.push({ what: names.length === verdict.portfolios.length ? "all portfolios" : names.join(", "), why });
  gaps.push(
    { what: "smiles", why: "options are valued at both ends by the same model of the smile; what smiles did by themselves is in no price here" },
    { what: "liquidation", why: "the margin tested is without its part for the cost of a liquidation, and the losses are the market's alone" },
  );
  return gaps;
}

function dataGaps(market: Market, parameters: ParameterSet, primary: readonly number[]): Gap[] {
  const modelled = new Map<string, number>();
  const known = new Map<string, number>();
  const volumeless = new Set<string>();
  const foreign = new Set<string>();
  const more = (counts: Map<string, number>, asset: string) => counts.set(asset, (counts.get(asset) ?? 0) + 1);
  for (const hour of primary) {
    const narrow = narrowed(market, parameters, hour);
    for (const { asset, atmSource } of narrow?.snapshot.underlyings ?? []) {
      more(known, asset);
      if (atmSource === "model") more(modelled, asset);
    }
    for (const asset of narrow?.withoutVolume ?? []) volumeless.add(asset);
    for (const asset of narrow?.withoutParameters ?? []) foreign.add(asset);
  }
  const gaps = ["BTC", "ETH"].flatMap((asset): Gap[] => {
    const share = (modelled.get(asset) ?? 0) / (known.get(asset) ?? Number.POSITIVE_INFINITY);
    return share > 0
      ? [{ what: `implied volatility of ${asset}`, why: `a model on ${percent(share)} of the days: no index of it is in the dataset there` }]
      : [];
  });
  if (volumeless.size > 0) {
    gaps.push({
      what: "traded volume",
      why: `not known of ${[...volumeless].join(", ")} on some days; what a thin market adds to their requirement is left out there`,
    });
  }
  if (foreign.size > 0) gaps.push({ what: [...foreign].join(", "), why: "in the dataset, and not in the parameter set: left out of the market" });
  const without = [...known.keys()].filter((asset) => !market.dataset.perpetuals.assets.includes(asset));
  if (without.length > 0)
    gaps.push({ what: "basis and funding", why: `no perpetual of ${without.join(", ")} is in the dataset: it is valued at the spot, and pays no funding` });
  return gaps;
}
