/**
 * Rounds to so many significant digits, half away from zero. `toPrecision` picks the decimal nearest to the exact binary value and
 * `Number` the double nearest to that decimal: ECMAScript defines both exactly, so every engine gives the same bits.
 *
 * @param digits 1 … 15
 * @example significant(1234567.8, 6); // 1234570
 */
export function significant(value: number, digits: number): number {
  return value === 0 ? 0 : Number(value.toPrecision(digits));
}
