import { execFileSync } from "node:child_process";
import { short } from "./median.ts";

/** What reference kernels of the canonical step do on this machine: C with AVX2 and FMA, and numpy where it is installed. */
interface Limit {
  readonly cMsPerStep: number;
  readonly cPricesPerSecond: number;
  readonly numpyMsPerStep: number;
}

/**
 * Runs the reference kernels, if `BALLAST_LIMIT` names the script that builds and times them; right before ours, for the machine may be busy
 * with other things too. Undefined where it names none.
 */
function limit(): Limit | undefined {
  const script = process.env.BALLAST_LIMIT;
  if (script === undefined || script === "") return undefined;
  const text = execFileSync("bash", [script], { encoding: "utf8", env: { ...process.env, OPENBLAS_NUM_THREADS: "1" }, stdio: ["ignore", "pipe", "inherit"] });
  const number = (pattern: RegExp) => Number(pattern.exec(text)?.[1] ?? Number.NaN);
  return {
    cMsPerStep: number(/C AVX2\+FMA e2e ([0-9.]+) ms/),
    cPricesPerSecond: number(/f5 .* ([0-9.]+) Mprices/),
    numpyMsPerStep: Math.min(number(/numpy e2e csr ms\/step ([0-9.]+)/), number(/numpy e2e .* dense ([0-9.]+)/)),
  };
}

/** Our prices per second over those of C. */
export function priceRatios(mPricesPerSecond: () => number): Record<string, number> {
  const reference = limit();
  const ours = mPricesPerSecond();
  return { mPricesPerSecond: short(ours), ...(reference === undefined ? {} : { ofC: short(ours / reference.cPricesPerSecond) }) };
}

/** Our time over that of C, and how many times faster than numpy. */
export function stepRatios(msPerStep: () => number): Record<string, number> {
  const reference = limit();
  const ours = msPerStep();
  if (reference === undefined) return { msPerStep: short(ours) };
  return { msPerStep: short(ours), timesC: short(ours / reference.cMsPerStep), fasterThanNumpy: short(reference.numpyMsPerStep / ours) };
}
