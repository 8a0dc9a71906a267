import { z } from "zod";
import { ADDRESS } from "./deployment.ts";

const DAY = 86_400;
const seconds = z.int().min(0);
const accounts = z.array(ADDRESS).default([]);
const date = z.string().regex(/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/, "a day is written 2026-12-24");

/**
 * `governance:` in policy.yaml: what the vote itself has to be like. Nothing here changes a replay; everything has a default, so
 * that a policy without it is held against all of it.
 */
export const GOVERNANCE_POLICY = z
  .strictObject({
    votingDelaySeconds: seconds
      .default(DAY)
      .meta({ description: "Least time between a proposal and the count of who may vote: a day, so that every holder has been awake once." }),
    votingPeriodSeconds: seconds.default(3 * DAY).meta({ description: "Least time to vote: three days have a working day in them whenever they begin." }),
    exitSeconds: seconds
      .default(2 * DAY)
      .meta({ description: "Least delay of the timelock: what users need to leave; one day to notice, one to close (the default margin horizon)." }),
    longestSeconds: seconds.default(45 * DAY).meta({
      description:
        "No delay or period is longer than Lido's longest lock of 45 days: beyond it, seconds were given where blocks are counted, or the other way round.",
    }),
    blockSeconds: z.number().positive().default(12).meta({ description: "Seconds of a block, where the governor's clock counts blocks." }),
    quorumBps: z
      .int()
      .min(0)
      .max(10_000)
      .default(400)
      .meta({ description: "Least quorum, of the supply: about as much as votes at all in a usual vote is 5 %." }),
    guardians: accounts.meta({ description: "Accounts without code that are accepted as the guardian." }),
    cancellers: accounts.meta({ description: "Accounts that may cancel in the timelock, besides the governor." }),
    executors: accounts.meta({ description: "Accounts that may execute, where not everyone may." }),
    timeZone: z
      .string()
      .default("UTC")
      .refine(isTimeZone, "a time zone is named as in Europe/Zurich or UTC (IANA)")
      .meta({ description: "Where days begin and offices open." }),
    holidays: z
      .array(date)
      .default([])
      .meta({ description: "Days nobody is there, besides weekends and the closing days of the euro's settlement system T2." }),
    staffedHours: z
      .tuple([z.int().min(0).max(24), z.int().min(0).max(24)])
      .refine(([from, to]) => from < to, "the first hour comes before the last")
      .optional()
      .meta({ description: "From and to which hour of the day somebody is there when the timelock lets the execution through; absent: any hour." }),
  })
  .meta({ description: "What the vote itself has to be like: delays, quorum, roles, guardian, calendar." });

export type GovernanceLimits = z.output<typeof GOVERNANCE_POLICY>;

/** What a policy asks of the vote itself, its own figures where it names them. @example governanceLimits(policy).exitSeconds // 172800 */
export function governanceLimits(policy: { readonly governance?: GovernanceLimits | undefined }): GovernanceLimits {
  return policy.governance ?? GOVERNANCE_POLICY.parse({});
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false; // RangeError: there is no such zone
  }
}
