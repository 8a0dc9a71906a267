import type { Yardstick } from "../kernel/index.ts";
import type { Snapshot } from "../market/snapshot.ts";
import type { ParameterSet } from "../parameters/index.ts";
import type { ScenarioSource } from "../scenarios/index.ts";
import { type PreparedScenarios, prepareScenarios, yardstickOf } from "./prepared.ts";

/** A crash with its days before and after is at most so many hours; replays of one crash follow one another. */
const HOURS_REMEMBERED = 400;

/** Scenarios of an hour, and what is measured of a P&L in them. */
export interface HourScenarios extends PreparedScenarios {
  readonly yardstick: Yardstick;
}

/**
 * The scenarios of an hour, made once: they depend on the hour, the underlyings, their volatilities and volumes, and not on the book, so the replays of
 * many books through one crash share them. A replay's own impact moves the spot and nothing else of the market. The least recently
 * used hour is forgotten first.
 *
 * @example const scenariosAt = rememberScenarios(createScenarioSource(moves, parameters, counts), parameters);
 */
export function rememberScenarios(source: ScenarioSource, parameters: ParameterSet): (snapshot: Snapshot) => HourScenarios {
  const hours = new Map<number, { readonly states: Snapshot["underlyings"]; readonly scenarios: HourScenarios }>();
  return (snapshot) => {
    const hourly = snapshot.scenariosOf ?? snapshot;
    const { hour, underlyings } = hourly;
    let found = hours.get(hour);
    if (found === undefined || !sameMarket(found.states, underlyings)) {
      const set = source.at(hourly);
      found = { states: underlyings, scenarios: { ...prepareScenarios(set), yardstick: yardstickOf(set, parameters) } };
    }
    // The newest stands last.
    hours.delete(hour);
    hours.set(hour, found);
    const [oldest] = hours.keys();
    if (hours.size > HOURS_REMEMBERED) hours.delete(oldest);
    return found.scenarios;
  };
}

/** What scenarios are made from, of an underlying's state. */
const READ = ["asset", "realisedVolatility", "longRunVolatility", "dailyVolumeUsd", "recentVolumeUsd"] as const;

function sameMarket(left: Snapshot["underlyings"], right: Snapshot["underlyings"]): boolean {
  return (
    left.length === right.length &&
    left.every((state, u) => {
      const other = right[u];
      return READ.every((field) => Object.is(state[field], other[field]));
    })
  );
}
