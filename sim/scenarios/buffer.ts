/**
 * How much of the volatility buffer applies now: all of it while realised volatility is at or under its long-run level, none
 * at twice that level, linear between. A buffer that is never used is only procyclical (EMIR RTS 153/2013 art. 28(a)).
 *
 * @returns a fraction in 0…1.
 * @example bufferShare(0.9, 0.6); // 0.5
 */
export function bufferShare(realisedVolatility: number, longRunVolatility: number): number {
  return Math.min(1, Math.max(0, 2 - realisedVolatility / longRunVolatility));
}
