import fc from "fast-check";
import { type Change, keysOf, type ParameterSet, type ParameterSpec, specOf, validateChanges, valueOf } from "../../sim/parameters/index.ts";

/** How much of a parameter's largest step a sound change uses at most: a tightening may be bolder than a loosening. */
const TIGHTENING = 0.4;
const LOOSENING = 0.2;
const DAY = 86_400;

interface Draw {
  readonly picks: readonly { readonly key: number; readonly up: boolean; readonly share: number }[];
  readonly rampDays: number;
}

const DRAW: fc.Arbitrary<Draw> = fc.record({
  picks: fc.array(fc.record({ key: fc.nat(10_000), up: fc.boolean(), share: fc.double({ min: 0.1, max: 1, noNaN: true }) }), { minLength: 1, maxLength: 4 }),
  rampDays: fc.integer({ min: 0, max: 7 }),
});

/**
 * Batches of changes that no rule has anything against, drawn from a seed: one to four parameters of any scope, tightened or modestly
 * loosened, at once or over up to a week. Whether they are sound is decided by the parameter rules alone, not by the checks under test.
 *
 * @example soundBatches(initialParameters(), 60, 1)[0] // [{ scope: "ETH", name: "volBuffer", from: 2500, to: 2700, rampSeconds: 172800 }]
 */
export function soundBatches(base: ParameterSet, count: number, seed: number): Change[][] {
  const batches: Change[][] = [];
  const seen = new Set<string>();
  for (const draw of fc.sample(DRAW, { seed, numRuns: 20 * count })) {
    const changes = changesOf(base, draw);
    const name = JSON.stringify(changes);
    if (changes.length === 0 || seen.has(name) || validateChanges(base, changes).length > 0) continue;
    seen.add(name);
    batches.push(changes);
    if (batches.length === count) return batches;
  }
  throw new Error(`only ${batches.length} sound batches of ${count}`);
}

function changesOf(base: ParameterSet, { picks, rampDays }: Draw): Change[] {
  const keys = keysOf(base);
  const changes = new Map<string, Change>();
  for (const { key: pick, up, share } of picks) {
    const key = keys[pick % keys.length];
    const spec = specOf(key.name);
    if (spec === undefined || spec.unit === "choice") continue;
    const from = valueOf(base, key);
    const to = from + (up ? 1 : -1) * stepOf(spec, from, up, share);
    if (to !== from && to >= spec.min && to <= spec.max) changes.set(`${key.scope}.${key.name}`, { ...key, from, to, rampSeconds: rampDays * DAY });
  }
  return [...changes.values()];
}

function stepOf(spec: ParameterSpec, from: number, up: boolean, share: number): number {
  const most = up ? spec.maxIncrease : spec.maxDecrease;
  const bold = spec.tighter === (up ? "up" : "down") ? TIGHTENING : LOOSENING;
  return Math.round(share * bold * (spec.relative ? (most * from) / 10_000 : most));
}

/** A batch as the changes and the ramp of a proposal.yaml. */
export function yamlOf(changes: readonly Change[], number: number): string {
  const lines = changes.map(({ scope, name, to }) => `  ${scope}.${name}: ${to}`);
  return `title: Change number ${number}\nauthor: Risk committee\nchanges:\n${lines.join("\n")}\nramp: ${changes[0].rampSeconds} s\n`;
}

/** Whether any change of a batch takes a parameter away from its safe side, by the table's own column. */
export function loosensAny(changes: readonly Change[]): boolean {
  return changes.some(({ name, from, to }) => {
    const tighter = specOf(name)?.tighter;
    return (tighter === "up" && to < from) || (tighter === "down" && to > from);
  });
}
