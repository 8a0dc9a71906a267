import type { Accounts } from "./accounts.ts";
import { type Part, type Parts, partOf, requiredOf, scaled } from "./requirement-parts.ts";
import { usdcLots } from "./usdc.ts";

/** What was found of every account at one hour. */
export interface Attested {
  /** What was required but for its USDC. */
  readonly parts: Parts;
  /** What a lot of USDC asked for, USD. */
  readonly usdcLot: Float64Array;
}

/**
 * The attested requirements that may still count, of every account. The one that counts is the oldest whose lifetime has not run out,
 * scaled by what has been sold since: an attested requirement is a number on chain, not a view of the market. A balance of USDC is on chain too,
 * at any time: what is attested of it is what each lot asks for. So what was sold, paid, settled or lost counts at once with the USDC it left.
 * Time counts, not steps: after a gap longer than the lifetime only what was attested after it is left.
 */
export interface Attestations {
  /** Parameter attestationTtl, hours. */
  readonly lifetimeHours: number;
  /** Oldest first; the last is of now. */
  readonly records: (Attested & { readonly hour: number })[];
}

/** Hours that differ by less are the same time: fractions of an hour are rounded. */
const SAME_TIME_HOURS = 1e-6;

/**
 * @param attestationTtlSeconds parameter attestationTtl
 * @param first requirements at the start
 * @param hour of the start; fractions for steps within an hour
 */
export function createAttestations(attestationTtlSeconds: number, first: Parts, usdcLot: number, hour: number): Attestations {
  const attestations: Attestations = { lifetimeHours: attestationTtlSeconds / 3_600, records: [] };
  attest(attestations, first, usdcLot, hour);
  return attestations;
}

/** Attests the requirements of now, and forgets what has outlived its lifetime. They are its own from then on. */
export function attest({ lifetimeHours, records }: Attestations, parts: Parts, usdcLot: number, hour: number): void {
  while (records.length > 0 && hour - records[0].hour > lifetimeHours + SAME_TIME_HOURS) records.shift();
  records.push({ hour, parts, usdcLot: new Float64Array(parts.losses.length).fill(usdcLot) });
}

/** What counts now. */
export function counting({ records }: Attestations): Attested {
  return records[0];
}

/** What was attested last: of this step. */
export function newest({ records }: Attestations): Attested {
  return records[records.length - 1];
}

/** What counts of an account now, USD. @param cash its balance of USDC, if it is to be another than it is */
export function counted(attestations: Attestations, accounts: Accounts, a: number, cash: number = accounts.cash[a]): number {
  return requiredUnder(counting(attestations), accounts, a, cash);
}

/** The requirement of an account by one attestation, with a balance of USDC; USD. */
export function requiredUnder({ parts, usdcLot }: Attested, accounts: Accounts, a: number, cash: number): number {
  return requiredOf(partOf(parts, a), usdcLot[a] * usdcLots(accounts, cash));
}

/** What is left of an account's requirements after the same part of everything was sold. */
export function scaleAttested({ records }: Attestations, a: number, left: number): void {
  for (const { parts } of records) write(parts, a, scaled(partOf(parts, a), left));
}

/**
 * What is left of an account's requirements after it was left with something else than a part of everything: the requirement of that, in each
 * attestation at the level it had.
 *
 * @param before today's requirement of what it had, USDC aside, USD
 * @param left today's requirement of what is left
 */
export function changeAttested({ records }: Attestations, a: number, before: number, left: Part): void {
  for (const { parts } of records) write(parts, a, scaled(left, before > 0 ? requiredOf(partOf(parts, a)) / before : 1));
}

/** Positions that settled are attested at once: no old requirement of theirs stands. */
export function reattest(attestations: Attestations, settled: Uint8Array): void {
  const last = newest(attestations);
  for (const { parts, usdcLot } of attestations.records) {
    for (let a = 0; a < settled.length; a++) {
      if (settled[a] === 0) continue;
      write(parts, a, partOf(last.parts, a));
      usdcLot[a] = last.usdcLot[a];
    }
  }
}

function write({ losses, minimum, rest }: Parts, a: number, part: Part): void {
  losses[a] = part.losses;
  minimum[a] = part.minimum;
  rest[a] = part.rest;
}
