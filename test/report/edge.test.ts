import { expect, test } from "vitest";
import { edgeView } from "../../cli/report/sections/edge.ts";

const shocks = (distances: readonly (readonly [today: number | null, proposed: number | null])[]) => ({
  executionShocks: distances.map(([today, proposed], seed) => {
    const stress = (distance: number | null) => ({
      hour: 489_432,
      fundUsd: 100,
      directions: [{ name: "everything falls", moves: distance === null ? null : { BTC: -distance / 100, ETH: 0 }, distance }],
      nearest: null,
    });
    return { seed, shock: { accounts: 0, notional: 0, reverseStress: { baseline: stress(today), proposed: stress(proposed) } } };
  }),
});

/** Differences 1, 2 and 3: mean 2, deviation 1, t(0.975, 2) = 4.303, so 2 ± 4.303/√3. */
test("the change is taken within each seed, its interval is Student's, and a farther edge is an improvement only where that leaves out nought", () => {
  const [open] = edgeView(
    shocks([
      [10, 11],
      [20, 22],
      [30, 33],
    ]),
  ).rows;
  expect(open).toMatchObject({ today: "BTC\u00a0−20.0\u00a0%", change: "+2.00\u00a0σ", word: "cannot tell" });
  expect(open.interval).toMatch(/^−0\.48\u00a0σ to \+4\.48\u00a0σ$/);
  expect(
    edgeView(
      shocks([
        [10, 12],
        [20, 22.1],
      ]),
    ).rows[0].word,
  ).toBe("improves");
  expect(
    edgeView(
      shocks([
        [12, 10],
        [22.1, 20],
      ]),
    ).rows[0].word,
  ).toBe("worsens");
});

test("a direction that some draw survives is no row but said", () => {
  const { rows, note } = edgeView(
    shocks([
      [10, 11],
      [20, null],
    ]),
  );
  expect(rows).toEqual([]);
  expect(note).toContain("everything falls");
});
