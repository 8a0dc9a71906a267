import { applyChanges, type Change, furthest, type Key, keysOf, type ParameterSet, specOf, validateChanges, valueOf } from "../parameters/index.ts";

/** One legal batch that loosens as far as it may, and the set it leads to. */
export interface LoosestStep {
  readonly changes: readonly Change[];
  readonly after: ParameterSet;
}

/** Factors of the reference requirement, whose joint move is bounded: which of them gives way first, second, last. */
const FACTORS = ["spotRange", "volBuffer", "initialMargin"] as const;
export type Yielding = (typeof FACTORS)[number];
export const YIELDING: readonly Yielding[] = FACTORS;

/** What a book is margined by and how large it may be; the rest of a batch would buy an attacker's book nothing. */
const OTHERS: readonly string[] = ["openInterestCap"];

/**
 * The loosest batch on the parameters that margin books in these underlyings: each goes as far in its loosening direction as its bounds and its step
 * allow; where the coupled rules refuse that together, `yields` goes less far, then the next factor, until the batch is one the chain accepts. Neutral
 * parameters have no loosening direction and stay.
 *
 * @param underlyings at most two: a batch has room for no more
 * @returns no changes where nothing can be loosened
 * @example loosestStep(initialParameters(), ["ETH"], "spotRange").after.protocol.initialMargin; // 12000
 */
export function loosestStep(set: ParameterSet, underlyings: readonly string[], yields: Yielding): LoosestStep {
  let changes = keysOf(set)
    .filter(({ scope, name }) => specOf(name)?.scope !== "collateral" && (scope === "protocol" || underlyings.includes(scope)))
    .filter(({ name }) => specOf(name)?.reach === "engine" || OTHERS.includes(name))
    .flatMap((key) => loosened(set, key));
  changes = withinRules(set, changes, "FloorAboveMinVolUp", ["minVolUp"]);
  changes = withinRules(set, changes, "TargetAboveInitialMargin", ["initialMargin"]);
  changes = withinRules(set, changes, "RequirementMovedTooFar", [yields, ...FACTORS.filter((name) => name !== yields)]);
  return { changes, after: applyChanges(set, changes) };
}

function loosened(set: ParameterSet, key: Key): Change[] {
  const spec = specOf(key.name);
  if (spec === undefined || spec.tighter === "neutral") return [];
  const from = valueOf(set, key);
  const to = spec.tighter === "up" ? Math.max(spec.min, furthest(spec, from, "down")) : Math.min(spec.max, furthest(spec, from, "up"));
  return to === from ? [] : [{ ...key, from, to, rampSeconds: 0 }];
}

/** Takes back of these parameters, one after the other, no more than it takes until the rule no longer speaks. */
function withinRules(set: ParameterSet, changes: readonly Change[], reason: string, names: readonly string[]): Change[] {
  let kept = [...changes];
  const broken = (batch: readonly Change[]) => validateChanges(set, batch).filter(({ revert }) => revert.error === `RiskParameters_${reason}`);
  for (const name of names) {
    for (const change of kept.filter((one) => one.name === name)) {
      const scopes = broken(kept).map(({ scope }) => scope);
      // A protocol-wide parameter gives way for anybody, an underlying's own for itself.
      if (!scopes.some((scope) => change.scope === "protocol" || scope === change.scope)) continue;
      const relevant = (batch: readonly Change[]) => broken(batch).some(({ scope }) => change.scope === "protocol" || scope === change.scope);
      const moved = (part: number): Change[] => kept.flatMap((one) => (one === change ? partOf(change, part) : [one]));
      // Bisection over whole units moved: the most that is still legal, nothing if none is.
      let [low, high] = [0, Math.abs(change.to - change.from)];
      while (low < high) {
        const middle = Math.ceil((low + high) / 2);
        if (relevant(moved(middle))) high = middle - 1;
        else low = middle;
      }
      kept = moved(low);
    }
  }
  return kept;
}

function partOf(change: Change, units: number): Change[] {
  return units === 0 ? [] : [{ ...change, to: change.from + (change.to > change.from ? units : -units) }];
}
