import { type Finding, finding } from "./finding.ts";
import type { Path } from "./ramp.ts";
import { coupledFindings, REQUIREMENT_LIMITS, type RequirementLimits } from "./rules.ts";
import { hasKey, type ParameterSet, specOf, valueOf, withValue } from "./set.ts";
import type { ParameterSpec } from "./table.ts";

/**
 * One requested change of a parameter, in the integers of the table.
 *
 * `from` is the value the change was drafted against (the chain reverts if it has moved); the value goes to `to` linearly
 * over `rampSeconds`, at most the parameter's cooldown.
 */
export interface Change {
  readonly scope: string;
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly rampSeconds: number;
}

/** What the rules need to know beside the set. Without `now`, nothing counts as changed recently. */
export interface ChangeContext {
  /** When the batch would execute, in seconds since 1970. */
  readonly now?: number;
  /** The last change of each value, by `scope.name`, as read from the chain. */
  readonly lastChanged?: Readonly<Record<string, Path>>;
  readonly limits?: RequirementLimits;
}

/** The most changes one batch may have. */
export const MAX_CHANGES = 32;

const ONE = 10_000;

/**
 * Everything that is wrong with applying a batch to a set. Nothing is repaired or clamped. The first finding is the error
 * the chain would revert with.
 *
 * @param set The values decided so far (the targets of ramps still running).
 * @returns an empty list when the chain would accept the batch.
 * @example
 * validateChanges(set, [{ scope: "ETH", name: "volBuffer", from: 2500, to: 9000, rampSeconds: 0 }]);
 * // [{ code: "step", message: "ETH.volBuffer may rise to at most 4000 bps in one batch, not to 9000 bps.", … }]
 */
export function validateChanges(set: ParameterSet, changes: readonly Change[], context: ChangeContext = {}): Finding[] {
  if (changes.length === 0) return [finding("batch-empty", "BatchEmpty", [], "The batch changes nothing.", "Name at least one change.")];
  if (changes.length > MAX_CHANGES) {
    return [
      finding(
        "batch-too-large",
        "BatchTooLarge",
        [changes.length, MAX_CHANGES],
        `The batch has ${changes.length} changes.`,
        `At most ${MAX_CHANGES} fit in one batch: split it.`,
      ),
    ];
  }
  const now = context.now ?? 0;
  const history = context.now === undefined ? {} : (context.lastChanged ?? {});
  const seen = new Set<string>();
  const findings = changes.flatMap((change) => {
    const key = `${change.scope}.${change.name}`;
    const found = seen.has(key) ? [duplicate(change)] : changeFindings(set, change, now, history[key]);
    seen.add(key);
    return found;
  });
  const known = changes.every((change) => hasKey(set, change) && Number.isSafeInteger(change.to) && Number.isSafeInteger(change.rampSeconds));
  if (!known) return findings;
  const paths = new Map(Object.entries(history));
  // A stale `from` has its own finding; what the rules compare with is the value there is.
  for (const { scope, name, to, rampSeconds } of changes) paths.set(`${scope}.${name}`, { from: valueOf(set, { scope, name }), to, at: now, rampSeconds });
  return [...findings, ...coupledFindings(applyChanges(set, changes), { now, paths }, context.limits ?? REQUIREMENT_LIMITS)];
}

/**
 * The set once every ramp of the batch has ended. Nothing is checked but that the parameters exist: see `validateChanges`.
 *
 * @throws PARAMETER_UNKNOWN when a change names a parameter the set does not have.
 * @example
 * applyChanges(set, [{ scope: "ETH", name: "volBuffer", from: 2500, to: 3000, rampSeconds: 86_400 }]).underlyings.ETH.volBuffer; // 3000
 */
export function applyChanges(set: ParameterSet, changes: readonly Change[]): ParameterSet {
  return changes.reduce((after, change) => withValue(after, change, change.to), set);
}

/**
 * The furthest value one change may reach from `from`, in the direction named. A relative limit is at least one unit, so
 * that a value at zero is not stuck there.
 *
 * @example
 * furthest(specOf("volBuffer")!, 2500, "up"); // 4000
 */
export function furthest(spec: ParameterSpec, from: number, direction: "up" | "down"): number {
  const limit = direction === "up" ? spec.maxIncrease : spec.maxDecrease;
  const distance = spec.relative ? Math.max(1, Number((BigInt(from) * BigInt(limit)) / BigInt(ONE))) : limit;
  return direction === "up" ? from + distance : Math.max(0, from - distance);
}

function changeFindings(set: ParameterSet, change: Change, now: number, last: Path | undefined): Finding[] {
  const { scope, name, from, to, rampSeconds } = change;
  const label = `${scope}.${name}`;
  const at = { scope, name };
  const spec = specOf(name);
  if (!spec || !hasKey(set, change))
    return [finding("unknown", "Unknown", [scope, name], `There is no parameter ${label}.`, "Run `ballast params` for the names.", at)];

  const findings: Finding[] = [];
  const add = (code: Finding["code"], reason: string, args: readonly number[], message: string, fix: string) =>
    findings.push(finding(code, reason, [scope, name, ...args], message, fix, at));
  const unit = (value: number) => `${value}${UNITS[spec.unit]}`;
  const current = valueOf(set, change);

  if (to === from) add("no-op", "NoChange", [to], `${label} is ${unit(to)} already.`, "Leave the change out.");
  if (from !== current)
    add("stale", "Stale", [from, current], `${label} was drafted against ${unit(from)} but is ${unit(current)}.`, `Draft again from ${unit(current)}.`);
  if (!Number.isSafeInteger(to) || to < spec.min || to > spec.max) {
    add(
      "bounds",
      "OutOfBounds",
      [to, spec.min, spec.max],
      `${label} cannot be ${unit(to)}.`,
      `Give a whole number from ${unit(spec.min)} to ${unit(spec.max)}.`,
    );
  }
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to)) return findings;
  const rising = to > from;
  const limit = furthest(spec, from, rising ? "up" : "down");
  if (rising ? to > limit : to < limit) {
    add(
      "step",
      "StepTooLarge",
      [from, to, limit],
      `${label} may ${rising ? "rise to at most" : "fall to at least"} ${unit(limit)} in one batch, not to ${unit(to)}.`,
      `Go to ${unit(limit)} first, and on after ${spec.cooldown} s.`,
    );
  }
  const until = (last?.at ?? 0) + spec.cooldown;
  if (last && last.at !== 0 && now < until)
    add(
      "cooldown",
      "CooldownRunning",
      [until],
      `${label} was changed ${now - last.at} s ago and may change again after ${spec.cooldown} s.`,
      `Wait ${until - now} s.`,
    );
  if (!Number.isSafeInteger(rampSeconds) || rampSeconds < 0 || rampSeconds > spec.cooldown) {
    add(
      "ramp",
      "RampTooLong",
      [rampSeconds, spec.cooldown],
      `${label} cannot be ramped over ${rampSeconds} s.`,
      `Give a whole number of seconds up to the cooldown, ${spec.cooldown}.`,
    );
  }
  return findings;
}

function duplicate({ scope, name }: Change): Finding {
  return finding("duplicate", "Duplicate", [scope, name], `${scope}.${name} is changed twice in one batch.`, "Keep one of the two changes.", { scope, name });
}

const UNITS = { bps: " bps", seconds: " s", days: " days", choice: "", usdThousands: " thousand USD", bpsPerYear: " bps a year" } as const;
