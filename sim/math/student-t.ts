import { BallastError } from "../errors.ts";

/**
 * Probability that Student's t with so many degrees of freedom lies between −t and t: the closed sums of Abramowitz and Stegun,
 * *Handbook of Mathematical Functions*, 26.7.3 (odd) and 26.7.4 (even).
 *
 * @param t at least 0
 * @param degrees of freedom, a whole number from 1 to 10 000
 * @throws DEGREES_INVALID
 * @example studentCentral(2.131449546, 15); // 0.95
 */
export function studentCentral(t: number, degrees: number): number {
  if (!(Number.isInteger(degrees) && degrees >= 1 && degrees <= 10_000)) {
    throw new BallastError("DEGREES_INVALID", `Student's t has no distribution with ${degrees} degrees of freedom here.`, {
      where: { value: String(degrees) },
      fix: "Give a whole number from 1 to 10 000.",
    });
  }
  if (t === Number.POSITIVE_INFINITY) return 1;
  // θ = atan(t / √n); its sine and cosine need no angle.
  const cosineSquared = degrees / (degrees + t * t);
  const sine = t / Math.sqrt(degrees + t * t);
  const isOdd = degrees % 2 === 1;
  let term = 1;
  let total = degrees === 1 ? 0 : 1;
  for (let k = isOdd ? 3 : 2; k < degrees; k += 2) {
    term *= cosineSquared * ((k - 1) / k);
    total += term;
  }
  if (!isOdd) return sine * total;
  return (2 / Math.PI) * (arctangent(t / Math.sqrt(degrees)) + sine * Math.sqrt(cosineSquared) * total);
}

/**
 * The t beyond which, on both sides together, a share 1 − `confidence` of Student's distribution lies: half the width of an interval for
 * a mean of n = degrees + 1 values is this times their standard error.
 *
 * @param confidence above 0 and below 1, such as 0.95
 * @returns the smallest double whose central probability reaches the confidence
 * @throws CONFIDENCE_INVALID, DEGREES_INVALID
 * @example studentQuantile(0.95, 15); // 2.1314495…
 */
export function studentQuantile(confidence: number, degrees: number): number {
  if (!(confidence > 0 && confidence < 1)) {
    throw new BallastError("CONFIDENCE_INVALID", `An interval has no confidence of ${confidence}.`, {
      where: { value: String(confidence) },
      fix: "Give a share such as 0.95.",
    });
  }
  let low = 0;
  let high = 1;
  while (studentCentral(high, degrees) < confidence) {
    low = high;
    high *= 2;
  }
  for (;;) {
    const middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) return high;
    if (studentCentral(middle, degrees) < confidence) low = middle;
    else high = middle;
  }
}

/** Halves the angle until its series is short: atan x = 2 atan(x / (1 + √(1 + x²))). */
function arctangent(x: number): number {
  let halved = x;
  let factor = 1;
  while (halved > 0.05) {
    halved /= 1 + Math.sqrt(1 + halved * halved);
    factor *= 2;
  }
  const square = halved * halved;
  let total = 0;
  for (let k = 15; k >= 1; k -= 2) total = 1 / k - square * total;
  return factor * halved * total;
}
