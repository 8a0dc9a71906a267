import { calendarViolations, type Slice, sliceViolations } from "./slice.ts";

/** A slice and its maturity in years. */
export interface MaturitySlice extends Slice {
  readonly years: number;
}

/** A surface of calibrated slices, at least one, in order of maturity. */
export interface ChainSurface {
  readonly slices: readonly MaturitySlice[];
}

/**
 * The slice of any maturity of a calibrated chain. Between two expiries θ and both wings are linear in time, before the first they go to 0 in
 * proportion (the smile of the first), after the last θ goes on as it came while the wings stand. Nothing of it brings arbitrage into
 * slices that have none: θ and the wings never fall and φ never rises (Corbetta, Cohort, Laachir and Martini 2019, §4).
 *
 * @param years above 0.
 */
export function chainSliceAt({ slices }: ChainSurface, years: number): Slice {
  const next = slices.findIndex((slice) => slice.years >= years);
  if (next < 0) {
    const last = slices[slices.length - 1];
    const before = slices[slices.length - 2] ?? NOTHING;
    // θ'(T) of the last stretch, at least 0 by the conditions
    return { ...last, theta: last.theta + ((last.theta - before.theta) / (last.years - before.years)) * (years - last.years) };
  }
  const later = slices[next];
  const earlier = slices[next - 1] ?? NOTHING;
  const share = (years - earlier.years) / (later.years - earlier.years);
  const between = (from: number, to: number) => from + share * (to - from);
  return {
    theta: between(earlier.theta, later.theta),
    putWing: between(earlier.putWing, later.putWing),
    callWing: between(earlier.callWing, later.callWing),
  };
}

/** Maturity 0: no variance. */
const NOTHING: MaturitySlice = { years: 0, theta: 0, putWing: 0, callWing: 0 };

/**
 * A chain's surface after its level has moved: every volatility at the same ln(strike / forward)/(σ√T) moves by one factor, as the model's own
 * smile does, so θ goes with the factor's square and the wings with the factor. Undefined where the moved wings would admit a butterfly.
 *
 * @param factor above 0: 1.35 = volatilities up 35 %.
 */
export function chainMoved({ slices }: ChainSurface, factor: number): ChainSurface | undefined {
  const moved: ChainSurface = {
    slices: slices.map(({ years, theta, putWing, callWing }) => ({
      years,
      theta: theta * factor * factor,
      putWing: putWing * factor,
      callWing: callWing * factor,
    })),
  };
  return moved.slices.every((slice) => sliceViolations(slice).length === 0) ? moved : undefined;
}

/** What makes a calibrated surface admit static arbitrage, one sentence each with the maturity; none for a sound one. */
export function chainViolations({ slices }: ChainSurface): string[] {
  if (slices.length === 0) return ["there is no slice"];
  return slices.flatMap((slice, i) => {
    const before = slices[i - 1];
    const order = (before?.years ?? 0) < slice.years ? [] : ["the maturities do not rise"];
    const found = [...order, ...sliceViolations(slice), ...(before === undefined ? [] : calendarViolations(before, slice))];
    return found.map((violation) => `${violation} (at ${slice.years} years)`);
  });
}
