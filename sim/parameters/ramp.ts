import type { Tighter } from "./table.ts";

/** One value on its linear way: `from` at `at` (seconds since 1970; 0: never changed), `to` once `rampSeconds` have passed. */
export interface Path {
  readonly from: number;
  readonly to: number;
  readonly at: number;
  readonly rampSeconds: number;
}

/**
 * The value in force at `time` (seconds, not before `path.at`). Between two integers the tighter one holds; a neutral
 * parameter stays nearer to where it came from. The same integers as `contracts/parameters/Ramp.sol`.
 *
 * @example
 * valueOn({ from: 2500, to: 3000, at: 0, rampSeconds: 86_400 }, "up", 43_200); // 2750
 */
export function valueOn(path: Path, tighter: Tighter, time: number): number {
  if (time >= endOf(path)) return path.to;
  const rising = path.to > path.from;
  const tightening = tighter === (rising ? "up" : "down");
  // 2^40 times 2^32 is beyond a double's integers.
  const distance = BigInt(rising ? path.to - path.from : path.from - path.to) * BigInt(time - path.at);
  const seconds = BigInt(path.rampSeconds);
  const moved = Number(tightening ? (distance + seconds - 1n) / seconds : distance / seconds);
  return rising ? path.from + moved : path.from - moved;
}

/** The value at `time` (seconds, not before `path.at`) without rounding: so many shares of one unit. */
export function exactOn(path: Path, time: number): { readonly shares: bigint; readonly unit: bigint } {
  if (time >= endOf(path)) return { shares: BigInt(path.to), unit: 1n };
  const [passed, left] = [BigInt(time - path.at), BigInt(endOf(path) - time)];
  return { shares: BigInt(path.from) * left + BigInt(path.to) * passed, unit: BigInt(path.rampSeconds) };
}

/** When the ramp has ended, in seconds since 1970. */
export function endOf(path: Path): number {
  return path.at + path.rampSeconds;
}
