import fc from "fast-check";
import { expect, it } from "vitest";
import { RpcFailure } from "../../chain/live/failure.ts";
import { attemptsOf, retryAfterMs, retrying } from "../../chain/live/retry.ts";

const transient = (retryAfter?: number) => new RpcFailure("RPC_UNAVAILABLE", "is out of order", { transient: true, retryAfterMs: retryAfter });

it("waits between half and all of a doubling time, never longer than the most, whatever is drawn", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 9, maxLength: 9 }), async (drawn) => {
      const waits: number[] = [];
      let next = 0;
      const failing = () => Promise.reject(transient());
      const options = { random: () => drawn[next++] ?? 0, wait: async (ms: number) => void waits.push(ms) };
      await expect(retrying(failing, { attempts: 10, baseMs: 100, mostMs: 3_000 }, options)).rejects.toBeInstanceOf(RpcFailure);
      // 100, 200, 400, 800, 1600, and from then on the most.
      expect(waits).toHaveLength(9);
      for (const [i, ceiling] of [100, 200, 400, 800, 1_600, 3_000, 3_000, 3_000, 3_000].entries()) {
        expect(waits[i]).toBeGreaterThanOrEqual(ceiling / 2);
        expect(waits[i]).toBeLessThanOrEqual(ceiling);
      }
    }),
  );
});

it("waits exactly as long as it is asked to, and not at all when that is too long", async () => {
  const waits: number[] = [];
  const answers = [transient(1_234), undefined];
  const attempt = async () => {
    const error = answers.shift();
    if (error !== undefined) throw error;
    return "answer";
  };
  const wait = async (ms: number) => void waits.push(ms);
  const policy = { attempts: 5, baseMs: 1, mostMs: 2_000 };
  expect(await retrying(attempt, policy, { wait })).toBe("answer");
  expect(waits).toEqual([1_234]);
  const error = await retrying(() => Promise.reject(transient(2_001)), policy, { wait }).catch((thrown: unknown) => thrown);
  expect([attemptsOf(error), waits]).toEqual([1, [1_234]]);
});

it("does not ask again after what is no failure of the endpoint", async () => {
  let asked = 0;
  const broken = () => {
    asked++;
    return Promise.reject(new TypeError("a defect"));
  };
  await expect(retrying(broken, { attempts: 5, baseMs: 1, mostMs: 1 })).rejects.toThrow("a defect");
  expect(asked).toBe(1);
});

// RFC 9110 §10.2.3 gives both forms; the date is its own example.
it("reads Retry-After as seconds and as a date", () => {
  expect(retryAfterMs("120", 0)).toBe(120_000);
  expect(retryAfterMs("Fri, 31 Dec 1999 23:59:59 GMT", Date.UTC(1999, 11, 31, 23, 59, 0))).toBe(59_000);
  expect(retryAfterMs("Fri, 31 Dec 1999 23:59:59 GMT", Date.UTC(2000, 0, 1))).toBe(0);
  expect(retryAfterMs(null, 0)).toBeUndefined();
  expect(retryAfterMs("soon", 0)).toBeUndefined();
});
