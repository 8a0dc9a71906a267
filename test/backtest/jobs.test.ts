import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tasksOf } from "../../cli/backtest/assemble.ts";
import { jobsOf, nextJob } from "../../cli/backtest/jobs.ts";

const names = (jobs: ReturnType<typeof jobsOf>) => jobs.flatMap(({ crash, set, seeds }) => seeds.map((seed) => `${crash} ${set} ${seed}`));
const seeds = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

describe("the jobs of a backtest", () => {
  it("are one for each crash and set, all its seeds in a row, the longest first", () => {
    const jobs = jobsOf(tasksOf(["short", "long", "a", "b", "c", "d", "e", "f", "g", "h"], seeds(16)), 2, (crash) => (crash === "long" ? 20 : 10));
    expect(jobs).toHaveLength(20);
    expect(jobs.slice(0, 2).map(({ crash }) => crash)).toEqual(["long", "long"]);
    expect(jobs.every((job) => job.seeds.length === 16)).toBe(true);
  });

  it("hold every replay once, whatever the number of crashes, seeds and workers, and keep all workers busy where there are enough", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 12 }), (crashes, count, workers) => {
        const tasks = tasksOf(seeds(crashes).map(String), seeds(count));
        const jobs = jobsOf(tasks, workers, () => 1);
        expect(names(jobs).sort()).toEqual(tasks.map(({ crash, set, seed }) => `${crash} ${set} ${seed}`).sort());
        expect(jobs.length).toBeGreaterThanOrEqual(Math.min(workers, tasks.length));
        expect(jobs.every((job) => job.seeds.length > 0)).toBe(true);
      }),
    );
  });

  it("end within a tenth of the ideal time on two workers, each taking the next job as it gets free", () => {
    const lengths = [11, 12, 11, 15, 20, 21, 13, 11, 14, 15];
    const jobs = jobsOf(
      tasksOf(
        lengths.map((_, i) => String(i)),
        seeds(16),
      ),
      2,
      (crash) => lengths[Number(crash)],
    );
    const free = [0, 0];
    for (const { crash, seeds: own } of jobs) free[free[0] <= free[1] ? 0 : 1] += lengths[Number(crash)] * own.length;
    expect(Math.max(...free) / ((free[0] + free[1]) / 2)).toBeLessThan(1.1);
  });

  it("are none of no task", () => {
    expect(jobsOf([], 2, () => 1)).toEqual([]);
  });

  it("are taken crash by crash: a thread stays with its own, begins one that nobody has, and helps where all have begun", () => {
    const waiting = ["celsius", "celsius", "terra", "terra", undefined];
    expect(nextJob(waiting, undefined, new Set())).toBe(0);
    expect(nextJob(waiting.slice(1), undefined, new Set(["celsius"]))).toBe(1);
    expect(nextJob(["celsius", "terra", undefined], "celsius", new Set(["celsius", "terra"]))).toBe(0);
    expect(nextJob(["terra", undefined], "celsius", new Set(["celsius", "terra"]))).toBe(1);
    expect(nextJob(["terra"], "celsius", new Set(["celsius", "terra"]))).toBe(0);
  });
});
