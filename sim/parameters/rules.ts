import { type Finding, finding } from "./finding.ts";
import { endOf, exactOn, type Path, valueOn } from "./ramp.ts";
import { type Key, type ParameterSet, specOf, valueOf } from "./set.ts";
import type { ParameterSpec } from "./table.ts";

/** Where each value of a set comes from and when it arrives, and what time it is. */
export interface Timeline {
  readonly now: number;
  /** The last change of a value, by `scope.name`; a value without one has always been what it is. */
  readonly paths: ReadonlyMap<string, Path>;
}

/** How far the requirement of the reference portfolio may move within one cooldown, in bps. */
export interface RequirementLimits {
  readonly maxDecrease: number;
  readonly maxIncrease: number;
}

/** The limits a new deployment gets. */
export const REQUIREMENT_LIMITS: RequirementLimits = { maxDecrease: 2_000, maxIncrease: 5_000 };

const ONE = 10_000;

/** A value with the way it takes there and its specification. */
interface Course {
  readonly path: Path;
  readonly spec: ParameterSpec;
}

/**
 * The coupled rules: what individually legal values may not be together, at any moment from `timeline.now` until the last
 * ramp has ended. Same rules, order and integers as `contracts/parameters/Coupling.sol`.
 *
 * - liquidationTarget ≤ initialMargin
 * - per underlying: volRangeDown < 100 %; volFloor ≤ minVolUp; and the initial requirement of a linear reference portfolio
 *   bound by the grid floor, initialMargin × spotRange × (1 + volBuffer), stays within `limits` of what it was just before each
 *   change whose cooldown still runs (a large move can be split neither over parameters nor over batches, nor hidden behind one
 *   the other way)
 * - per collateral: haircut + liquidationDiscount + keeperFee + insuranceFee < 100 %
 *
 * @returns everything that is broken, in the order in which the chain would find it; empty when the set is sound.
 * @example
 * coupledFindings(initialParameters(), { now: 0, paths: new Map() }); // []
 */
export function coupledFindings(set: ParameterSet, timeline: Timeline, limits: RequirementLimits = REQUIREMENT_LIMITS): Finding[] {
  const course = (scope: string, name: string) => courseOf(set, timeline, { scope, name });
  const initialMargin = course("protocol", "initialMargin");
  const findings: Finding[] = [];

  const crossed = crossing(course("protocol", "liquidationTarget"), initialMargin, timeline.now);
  if (crossed) {
    const [target, margin] = crossed;
    findings.push(
      finding(
        "coupled",
        "TargetAboveInitialMargin",
        crossed,
        `A liquidation would restore ${target} bps of maintenance margin, more than the ${margin} bps a new position needs.`,
        "Keep liquidationTarget at or below initialMargin.",
        {
          rule: "liquidation-target",
          scope: "protocol",
        },
      ),
    );
  }
  for (const scope of Object.keys(set.underlyings)) {
    findings.push(...volatilityFindings(scope, course, timeline.now), ...requirementFindings(scope, initialMargin, course, timeline.now, limits));
  }
  const fees = ["liquidationDiscount", "keeperFee", "insuranceFee"].map((name) => course("protocol", name));
  for (const scope of Object.keys(set.collaterals)) {
    const total = highestSum([course(scope, "haircut"), ...fees], timeline.now);
    if (total < ONE) continue;
    findings.push(
      finding(
        "coupled",
        "LiquidationCostTooLarge",
        [scope, total, ONE],
        `Haircut, liquidation discount and fees of ${scope} come to ${total} bps: a liquidation would cost all of the collateral.`,
        `Keep their sum below ${ONE} bps.`,
        {
          rule: "liquidation-cost",
          scope,
        },
      ),
    );
  }
  return findings;
}

type CourseIn = (scope: string, name: string) => Course;

function volatilityFindings(scope: string, course: CourseIn, now: number): Finding[] {
  const findings: Finding[] = [];
  const [, rangeDown] = span(course(scope, "volRangeDown"), now);
  if (rangeDown >= ONE) {
    findings.push(
      finding(
        "coupled",
        "VolRangeDownTooLarge",
        [scope, rangeDown, ONE],
        `A fall of ${scope}'s volatility by ${rangeDown} bps leaves no volatility.`,
        `Keep volRangeDown below ${ONE} bps.`,
        { rule: "vol-range-down", scope },
      ),
    );
  }
  const crossed = crossing(course(scope, "volFloor"), course(scope, "minVolUp"), now);
  if (crossed) {
    findings.push(
      finding(
        "coupled",
        "FloorAboveMinVolUp",
        [scope, ...crossed],
        `${scope}'s volatility floor of ${crossed[0]} bps is above the ${crossed[1]} bps its upward shock ends at.`,
        "Raise minVolUp with volFloor, or lower volFloor.",
        {
          rule: "vol-floor",
          scope,
        },
      ),
    );
  }
  return findings;
}

function requirementFindings(scope: string, initialMargin: Course, course: CourseIn, now: number, limits: RequirementLimits): Finding[] {
  const courses = [initialMargin, course(scope, "spotRange"), course(scope, "volBuffer")];
  const spans = courses.map((one) => span(one, now));
  const lowest = requirement(spans.map(([low]) => low));
  const highest = requirement(spans.map(([, high]) => high));
  const findings: Finding[] = [];
  for (const before of baselines(courses, now)) {
    const floor = (before * BigInt(ONE - limits.maxDecrease) + BigInt(ONE - 1)) / BigInt(ONE);
    const ceiling = (before * BigInt(ONE + limits.maxIncrease)) / BigInt(ONE);
    if (lowest < floor) findings.push(movedTooFar(scope, before, lowest, floor, `−${limits.maxDecrease / 100} %`));
    if (highest > ceiling) findings.push(movedTooFar(scope, before, highest, ceiling, `+${limits.maxIncrease / 100} %`));
    if (findings.length > 0) break; // what it was at another time would say the same again
  }
  return findings;
}

function movedTooFar(scope: string, before: bigint, after: bigint, limit: bigint, allowed: string): Finding {
  const how = before === 0n ? "from nothing" : `by ${Number(((after - before) * 10_000n) / before) / 100} %`;
  return finding(
    "coupled",
    "RequirementMovedTooFar",
    [scope, before, after, limit],
    `Together with everything changed within one cooldown, ${scope}'s reference requirement would move ${how}; ${allowed} is allowed.`,
    "Move initialMargin, spotRange and volBuffer less, or one after the other's cooldown.",
    { rule: "requirement", scope },
  );
}

/** What the requirement was just before each change of one of its factors whose cooldown still runs, each value once. */
function baselines(courses: readonly Course[], now: number): Set<bigint> {
  const recent = courses.filter(({ path, spec }) => now <= path.at + spec.cooldown);
  return new Set(
    recent.map((one) => requirement(courses.map(({ path, spec }) => (path.at < one.path.at ? valueOn(path, spec.tighter, one.path.at) : path.from)))),
  );
}

/** initialMargin × spotRange × (10 000 + volBuffer): proportional to the initial requirement of the reference portfolio. */
function requirement([initialMargin = 0, spotRange = 0, volBuffer = 0]: readonly number[]): bigint {
  return BigInt(initialMargin) * BigInt(spotRange) * BigInt(ONE + volBuffer);
}

/** The lowest and the highest a value is from now on. */
function span({ path, spec }: Course, now: number): [number, number] {
  const current = valueOn(path, spec.tighter, now);
  return [Math.min(current, path.to), Math.max(current, path.to)];
}

/**
 * Both values at the first ramp's end at which the lower one exceeds the upper, if there is one: the lower rounded up, the upper
 * down. Compared without rounding: exact values are linear between two ends, rounded ones are not.
 */
function crossing(lower: Course, upper: Course, now: number): [number, number] | undefined {
  for (const end of [now, endOf(lower.path), endOf(upper.path)]) {
    const time = Math.max(now, end);
    const [low, high] = [exactOn(lower.path, time), exactOn(upper.path, time)];
    if (low.shares * high.unit > high.shares * low.unit) return [Number((low.shares + low.unit - 1n) / low.unit), Number(high.shares / high.unit)];
  }
  return undefined;
}

/** The highest a sum is from now on; each running ramp counts one more, as much as rounding can add between two ends. */
function highestSum(terms: readonly Course[], now: number): number {
  const sumAt = (time: number) => terms.reduce((sum, { path, spec }) => sum + valueOn(path, spec.tighter, time), 0);
  const running = terms.filter(({ path }) => endOf(path) > now).length;
  return Math.max(...[now, ...terms.map(({ path }) => Math.max(now, endOf(path)))].map(sumAt)) + running;
}

function courseOf(set: ParameterSet, timeline: Timeline, key: Key): Course {
  const to = valueOf(set, key);
  const path = timeline.paths.get(`${key.scope}.${key.name}`);
  return { path: path ? { ...path, to } : { from: to, to, at: 0, rampSeconds: 0 }, spec: specOf(key.name) as ParameterSpec };
}
