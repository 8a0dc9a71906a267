/**
 * The last attested requirements of every account. What counts at an hour is the one attested `lag` hours ago, scaled by what has
 * been sold since: an attested requirement is a number on chain, not a view of the market.
 */
export interface Attestations {
  readonly lag: number;
  /** A ring of lag + 1 hours; `newest` is the slot of the last one. */
  readonly maintenance: readonly Float64Array[];
  newest: number;
}

/**
 * @param attestationTtlSeconds parameter attestationTtl; whole hours of it count, for prices are hourly
 * @param first requirements at the start, which stand for every hour before
 */
export function createAttestations(attestationTtlSeconds: number, first: Float64Array): Attestations {
  const lag = Math.floor(attestationTtlSeconds / 3_600);
  return { lag, maintenance: Array.from({ length: lag + 1 }, () => first.slice()), newest: 0 };
}

/** Attests the requirements of one more hour. */
export function attest(attestations: Attestations, maintenance: Float64Array): void {
  attestations.newest = (attestations.newest + 1) % attestations.maintenance.length;
  attestations.maintenance[attestations.newest].set(maintenance);
}

/** The requirements that count now. */
export function counting({ maintenance, newest }: Attestations): Float64Array {
  return maintenance[(newest + 1) % maintenance.length];
}

/** What is left of an account's requirements after a part of it was sold. */
export function scaleAttested({ maintenance }: Attestations, account: number, left: number): void {
  for (const hour of maintenance) hour[account] *= left;
}

/** Positions that settled are attested at once: no old requirement of theirs stands. */
export function reattest({ maintenance, newest }: Attestations, settled: Uint8Array): void {
  for (const hour of maintenance) for (let a = 0; a < settled.length; a++) if (settled[a] === 1) hour[a] = maintenance[newest][a];
}
