import { type Change, type ParameterSpec, specOf } from "../../sim/parameters/index.ts";
import type { Check } from "./check.ts";
import { changesInWords, placeOf } from "./rules.ts";

/** Factors between units people mix up, with what the mix-up is called. */
const MIX_UPS: readonly { readonly factor: number; readonly meaning: string }[] = [
  { factor: 100, meaning: "per cent and basis points" },
  { factor: 10_000, meaning: "fractions and basis points" },
  { factor: 60, meaning: "minutes and seconds" },
  { factor: 3_600, meaning: "hours and seconds" },
  { factor: 86_400, meaning: "days and seconds" },
  { factor: 1_000, meaning: "USD and thousands of USD" },
  { factor: 1_000_000, meaning: "units and six decimals" },
  { factor: 1e10, meaning: "8 and 18 decimals" },
];

/** Factors that fit a unit: nobody mixes up hours and seconds in a haircut. */
const FACTORS: Readonly<Record<ParameterSpec["unit"], readonly number[]>> = {
  bps: [100, 10_000, 1e10],
  bpsPerYear: [100, 10_000],
  seconds: [60, 3_600, 86_400],
  usdThousands: [1_000, 1_000_000, 1e10],
  days: [],
  choice: [],
};

/** From this factor on, a change is more likely a mistake of units than a decision. */
const IMPLAUSIBLE = 10;

export const units: Check = {
  id: "units",
  title: "The new values are in the unit of their parameter",
  why: "A number in the wrong unit is a valid number. The chain stores what it is given.",
  incident: "Ribbon/Aevo, December 2025: 18 decimals against 8, USD 2.7 M. Moonwell, February 2026: a price 2 000 times too small.",
  fix: "Write the unit in proposal.yaml (`30 %`, `3000 bps`, `6 h`) and build again.",
  severity: "error",
  kind: "check",
  run({ proposal }, emit) {
    for (const change of proposal.changes) {
      const spec = specOf(change.name);
      if (spec === undefined) continue;
      const suspicion = unitSuspicion(change, spec);
      if (suspicion !== undefined) emit({ message: suspicion, ...placeOf(proposal, change) });
    }
    return changesInWords(proposal);
  },
};

/**
 * Why a change looks like a mistake of units, or undefined when it does not.
 *
 * @example unitSuspicion({ scope: "ETH", name: "volBuffer", from: 2500, to: 25, rampSeconds: 0 }, specOf("volBuffer")!)
 * // "ETH.volBuffer goes from 2500 to 25 bps, a factor of 100: that is the factor between per cent and basis points."
 */
export function unitSuspicion(change: Change, spec: ParameterSpec): string | undefined {
  const { scope, name, from, to } = change;
  if (!Number.isSafeInteger(to) || to < 0) return `${scope}.${name} would be ${to}: every parameter is a whole number of ${spec.unit}, zero or more.`;
  if (spec.unit === "choice" || from === 0 || to === 0) return undefined;
  const factor = Math.max(from, to) / Math.min(from, to);
  if (factor < IMPLAUSIBLE) return undefined;
  const mixUp = MIX_UPS.find((one) => FACTORS[spec.unit].includes(one.factor) && Math.abs(factor / one.factor - 1) < 0.5);
  const guess = mixUp === undefined ? "more than a change of opinion" : `about the factor between ${mixUp.meaning}`;
  return `${scope}.${name} goes from ${from} to ${to} ${spec.unit}, a factor of ${Math.round(factor)}: ${guess}.`;
}
