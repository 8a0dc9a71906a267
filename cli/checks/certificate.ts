import { basename, join } from "node:path";
import { GOVERNANCE } from "../../chain/index.ts";
import { type RecordedCertificate, readRecord } from "../../chain/live/certificates.ts";
import { isOpen, type LiveProposal } from "../../chain/live/proposals.ts";
import type { LiveState } from "../../chain/live/state.ts";
import { type Voting, wholeLife } from "../../chain/voting.ts";
import {
  type Authority,
  authorityOfFile,
  authorityOnChain,
  differenceOf,
  readValidators,
  validatorsFileOf,
  validatorsIfAny,
} from "../certificate/authority.ts";
import { CERTIFICATES, readCertificates, type Signed } from "../certificate/files.ts";
import { faultsOf } from "../certificate/sound.ts";
import { certificateOf } from "../certificate/words.ts";
import type { Check, Emit } from "./check.ts";
import { type CheckContext, committedEvidence } from "./context.ts";

/**
 * It is dated also because certificates come after the report: validators sign what a proposal's author has finished.
 */
export const certificate: Check = {
  id: "certificate",
  title: "What validators signed is exactly this, by enough of them, and for long enough",
  why: "The chain lets no change of parameters reach a vote, nor be executed, without a certificate. One that is of other changes, of another version, or too short, costs the vote.",
  incident:
    "Compound 117, August 2022: what was executed was not what had been audited 26 days before. No incident of a forged certificate is known: nobody else binds evidence to calldata.",
  fix: "Have the validators run `ballast certify` again, and collect what they signed with `ballast certify --collect`.",
  severity: "error",
  dated: true,
  kind: "evidence",
  file: "evidence.json",
  async run(context, emit) {
    const signed = await readCertificates(context.folder);
    return context.live === undefined ? await byFiles(context, signed, emit) : await byChain(context, signed, await context.live(), emit);
  },
};

/** Before a vote, and without a chain, certificates may be on their way; those that are there have to be sound. */
async function byFiles(context: CheckContext, signed: readonly Signed[], emit: Emit): Promise<string> {
  const file = validatorsFileOf(context.folder);
  if (signed.length === 0) {
    const known = await validatorsIfAny(file);
    const who =
      known === undefined ? "who may sign stands in the registry on chain" : `${known.threshold} of ${known.validators.length} validators have to sign`;
    return `no certificate yet: before it can be proposed ${who}`;
  }
  const authority = authorityOfFile(await readValidators(file));
  const sound = await emitFaults(context, signed, authority, { now: context.now(), until: context.now() + wholeLife(GOVERNANCE) }, emit);
  if (sound === signed.length && sound < authority.threshold) emit({ message: tooFew(sound, authority), severity: "warn" });
  return `${sound} of ${authority.threshold} certificates, as validators.yaml asks for, ${wordsOf(signed)}: whether that version is in force only a chain says`;
}

/** A chain says who may sign, which version is in force, and what it has recorded: there it is known what a proposal needs. */
async function byChain(context: CheckContext, signed: readonly Signed[], live: LiveState, emit: Emit): Promise<string> {
  const { chain, addresses, governance, parameters, proposals } = live;
  const own = proposals.find(({ id }) => id === context.proposal.payload?.governor.proposalId);
  if (own !== undefined && !isOpen(own)) return `on chain it is ${own.state}: no certificate is needed any more`;
  const registry = authorityOnChain(live);
  const file = await validatorsIfAny(validatorsFileOf(context.folder));
  const difference = file === undefined ? undefined : differenceOf(file, registry);
  if (difference !== undefined) emit({ message: difference, kind: "check", fix: "Bring validators.yaml up to the registry, which alone decides." });

  const now = Math.max(context.now(), chain.block.time);
  const until = own === undefined ? now + wholeLife(governance) : executionOf(own, now, governance);
  const subject = certificateOf(context.proposal, committedEvidence(context), parameters.version, 0);
  const recorded = await readRecord(chain, addresses.evidenceRegistry, subject);
  const refused = own === undefined ? "to propose it reverts" : "to execute it reverts";
  const reason = recorded === undefined ? undefined : whyNotEnough(recorded, registry, until);
  const counts = recorded !== undefined && reason === undefined;
  const { countsFrom } = governance.certifiers;
  if (countsFrom > (own === undefined ? now : until))
    emit({ message: `Validators were added, or fewer have to sign: no certificate counts before ${dayText(countsFrom)}, and until then ${refused}.` });
  // What the chain has recorded needs no file; files that are there are looked at all the same, but for the clock.
  const clock = counts ? { now: 0, until: 0 } : { now, until };
  const sound = signed.length === 0 ? 0 : await emitFaults(context, signed, registry, clock, emit);
  if (reason !== undefined) emit({ message: `The registry has a certificate of it for version ${parameters.version}, but ${reason}: ${refused}.` });
  else if (recorded === undefined && sound < registry.threshold) {
    emit({ message: `The registry has no certificate of it for version ${parameters.version}, which is in force: ${refused}. ${tooFew(sound, registry)}` });
  } else if (recorded === undefined) {
    const fix = "Send the calldata that `ballast certify --collect --rpc …` writes to certificates/submit.json; anybody may.";
    emit({
      message: `Enough validators have signed it for version ${parameters.version}, and nobody has recorded that: until then ${refused}.`,
      severity: "warn",
      fix,
    });
  }
  const kept = counts ? `recorded by ${recorded.signers.length}, until ${dayText(recorded.expiry)}` : "none recorded that is enough";
  return `version ${parameters.version} at block ${chain.block.number} of chain ${chain.chainId}: ${kept}; ${sound} of ${registry.threshold} certificates in the folder, of ${registry.validators.length} validators the registry has`;
}

/** When it is executed at the latest that its certificate has to think of, where it is on chain already. Seconds since 1970. */
function executionOf({ state, eta, voteStart, voteEnd }: LiveProposal, now: number, { votingPeriod, lateQuorumExtension, timelockDelay }: Voting): number {
  // A quorum reached in the last second may still extend a vote that has not been extended.
  const extended = state === "pending" || state === "active" ? voteStart + votingPeriod + lateQuorumExtension : 0;
  return Math.max(now, eta ?? Math.max(voteEnd, extended, now) + timelockDelay);
}

/** Why `EvidenceRegistry.requirePass` would refuse what is recorded; undefined where it would not. */
function whyNotEnough({ verdict, expiry, signers }: RecordedCertificate, { validators, threshold }: Authority, until: number): string | undefined {
  if (verdict !== "pass") return "it says that the changes fail";
  if (expiry < until) return `it counts until ${dayText(expiry)} and may be needed until ${dayText(until)}`;
  const remaining = signers.filter((signer) => validators.includes(signer)).length;
  return remaining < threshold ? `only ${remaining} of those who signed it are validators still, and it takes ${threshold}` : undefined;
}

/** Emits what is wrong with each file, naming it and the field. @returns how many files are sound */
async function emitFaults(
  context: CheckContext,
  signed: readonly Signed[],
  authority: Authority,
  { now, until }: { readonly now: number; readonly until: number },
  emit: Emit,
): Promise<number> {
  const faults = await faultsOf(signed, { proposal: context.proposal, evidence: committedEvidence(context), authority, now });
  const unsound = new Set(faults.map(({ file }) => file));
  for (const { file, field, value, message, fix, exit } of faults)
    emit({ message: `${basename(file)}, ${field} ${brief(value)}: ${message}`, fix, kind: exit === 3 ? "check" : "evidence", where: placeOf(file) });
  for (const { file, certificate: words } of signed) {
    if (!unsound.has(file) && words.verdict === "fail") {
      unsound.add(file);
      emit({
        message: `${basename(file)}, certificate.verdict fail: it certifies that the changes fail, and lets nobody propose them.`,
        kind: "gate",
        where: placeOf(file),
      });
    }
    if (unsound.has(file) || words.expiry >= until) continue;
    unsound.add(file);
    emit({
      message: `${basename(file)}, certificate.expiry ${words.expiry}: it counts until ${dayText(words.expiry)}; the proposal may need it until ${dayText(until)}, after delay, vote, late quorum and timelock.`,
      fix: "Have it signed again: `ballast certify --expiry` takes a later second.",
      where: placeOf(file),
    });
  }
  return signed.length - unsound.size;
}

function placeOf(file: string) {
  return { file: join(CERTIFICATES, basename(file)) };
}

function tooFew(sound: number, { threshold, source }: Authority): string {
  return `${sound} of ${threshold} certificates that ${source} asks for are here: ${threshold - sound} more validators have to run \`ballast certify\`.`;
}

function wordsOf(signed: readonly Signed[]): string {
  const versions = [...new Set(signed.map(({ certificate: { versionBefore } }) => versionBefore))];
  const ends = Math.min(...signed.map(({ certificate: { expiry } }) => expiry));
  return `for version ${versions.join(" and ")}, until ${dayText(ends)}`;
}

function brief(value: string): string {
  return value.length > 20 ? `${value.slice(0, 10)}…` : value;
}

/** "2026-12-31 23:59 UTC" */
function dayText(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
