/**
 * The attested requirements that may still count, of every account. The one that counts is the oldest whose lifetime has not run out,
 * scaled by what has been sold since: an attested requirement is a number on chain, not a view of the market. Time counts, not steps:
 * after a gap longer than the lifetime only what was attested after it is left.
 */
export interface Attestations {
  /** Parameter attestationTtl, hours. */
  readonly lifetimeHours: number;
  /** Oldest first; the last is of now. */
  readonly records: { readonly hour: number; readonly maintenance: Float64Array }[];
}

/** Hours that differ by less are the same time: fractions of an hour are rounded. */
const SAME_TIME_HOURS = 1e-6;

/**
 * @param attestationTtlSeconds parameter attestationTtl
 * @param first requirements at the start
 * @param hour of the start; fractions for steps within an hour
 */
export function createAttestations(attestationTtlSeconds: number, first: Float64Array, hour: number): Attestations {
  return { lifetimeHours: attestationTtlSeconds / 3_600, records: [{ hour, maintenance: first.slice() }] };
}

/** Attests the requirements of now, and forgets what has outlived its lifetime. */
export function attest({ lifetimeHours, records }: Attestations, maintenance: Float64Array, hour: number): void {
  while (records.length > 0 && hour - records[0].hour > lifetimeHours + SAME_TIME_HOURS) records.shift();
  records.push({ hour, maintenance: maintenance.slice() });
}

/** The requirements that count now. */
export function counting({ records }: Attestations): Float64Array {
  return records[0].maintenance;
}

/** What is left of an account's requirements after a part of it was sold. */
export function scaleAttested({ records }: Attestations, account: number, left: number): void {
  for (const { maintenance } of records) maintenance[account] *= left;
}

/** Positions that settled are attested at once: no old requirement of theirs stands. */
export function reattest({ records }: Attestations, settled: Uint8Array): void {
  const newest = records[records.length - 1].maintenance;
  for (const { maintenance } of records) for (let a = 0; a < settled.length; a++) if (settled[a] === 1) maintenance[a] = newest[a];
}
