import { type Address, type Hex, isAddressEqual, zeroAddress } from "viem";
import { type Governance, ROLES, type RoleName } from "../../chain/index.ts";
import type { Deployment } from "../proposal/deployment.ts";
import { type GovernanceLimits, governanceLimits } from "../proposal/governance-policy.ts";
import { plural } from "../report/format.ts";
import type { Check, Emit } from "./check.ts";
import { governanceOf } from "./governance.ts";

export const roles: Check = {
  id: "roles",
  title: "The timelock obeys the governor and nobody else, and certifiers stay who they were",
  why: "Whoever may propose to the timelock needs no vote; whoever may cancel can stop every vote; whoever administers it can become either.",
  incident:
    "Beanstalk, April 2022, and Build Finance, February 2022: the vote itself handed over the keys. CVE-2021-39167: an executor that could make itself proposer. TrueFi, 2024: the one canceller stopped a takeover.",
  fix: "Revoke the role that is too many, or grant the one that is missing, by a proposal that declares it; accepted accounts stand in the policy's `governance`.",
  severity: "error",
  kind: "check",
  file: "payload/governor.json",
  async run(context, emit) {
    const { before, after } = await governanceOf(context);
    const { deployment } = context.proposal;
    emitWiring(after, deployment, emit);
    for (const [role, allowed] of Object.entries(expectedHolders(deployment, governanceLimits(context.policy))) as [RoleName, Allowed][]) {
      emitHolders(role, { was: before.roles[role], is: after.roles[role] }, allowed, emit);
    }
    for (const { role, admin } of after.admins) emit({ message: `${role} is granted by the role ${nameOf(admin)}, not by the timelock's administrator.` });
    for (const { role, account, holds } of after.unexplained) {
      emit({
        message: `${account} ${holds ? "holds" : "does not hold"} ${role}, though the events of the timelock say otherwise: its roles were changed in another way.`,
      });
    }
    emitCertifiers(before.certifiers, after.certifiers, deployment, emit);
    const passing = after.roleEvents.slice(before.roleEvents.length);
    for (const { kind, role, account } of passing) {
      emit({ message: `Its execution ${kind === "granted" ? "grants" : "revokes"} ${nameOf(role)} ${kind === "granted" ? "to" : "from"} ${account}.` });
    }
    for (const { role, account } of strange(before)) emit({ message: `${account} was granted the role ${role}, which no timelock of OpenZeppelin has.` });
    return `${plural(after.roleEvents.length, "grant or revocation", "grants and revocations")} told and every holder asked about: ${inWords(after)}`;
  },
};

/** Whoever certifies evidence decides what may be proposed at all; fewer than half of them is fewer than an honest majority notices. */
function emitCertifiers(was: Governance["certifiers"], is: Governance["certifiers"], { timelock }: Deployment, emit: Emit): void {
  if (!isAddressEqual(is.owner, timelock)) emit({ message: `The registry of evidence obeys ${is.owner}; the deployment's timelock is ${timelock}.` });
  if (is.threshold * 2 <= is.validators.length) {
    emit({ message: `${is.threshold} of ${plural(is.validators.length, "validator")} certify evidence; more than half have to.` });
  }
  const inWords = ({ threshold, validators }: Governance["certifiers"]) => `${threshold} of ${[...validators].sort().join(", ") || "nobody"}`;
  if (inWords(was) !== inWords(is) || was.changes !== is.changes)
    emit({ message: `Its execution changes who certifies evidence: from ${inWords(was)} to ${inWords(is)}.` });
}

interface Allowed {
  /** Who has to hold it. */
  readonly required: readonly Address[];
  /** Who may besides. */
  readonly accepted: readonly Address[];
}

function expectedHolders({ governor, timelock }: Deployment, { cancellers, executors }: GovernanceLimits): Readonly<Record<RoleName, Allowed>> {
  const accepted = (list: readonly string[]) => list as readonly Address[];
  return {
    // The timelock administers itself: by a proposal, and its own delay.
    DEFAULT_ADMIN_ROLE: { required: [timelock], accepted: [] },
    PROPOSER_ROLE: { required: [governor], accepted: [] },
    CANCELLER_ROLE: { required: [governor], accepted: accepted(cancellers) },
    // The zero address lets everyone execute, which nobody can then hold back.
    EXECUTOR_ROLE: { required: [], accepted: [zeroAddress, governor, ...accepted(executors)] },
  };
}

function emitHolders(role: RoleName, { was, is }: { was: readonly Address[]; is: readonly Address[] }, { required, accepted }: Allowed, emit: Emit): void {
  const has = (list: readonly Address[], account: Address) => list.some((one) => isAddressEqual(one, account));
  for (const account of is) {
    if (!has([...required, ...accepted], account)) emit({ message: `${account} holds ${role}${has(was, account) ? "" : " once this proposal is executed"}.` });
  }
  for (const account of required) {
    if (!has(is, account)) emit({ message: `${account} does not hold ${role}${has(was, account) ? " any more once this proposal is executed" : ""}.` });
  }
  if (is.length === 0 && required.length === 0) emit({ message: `Nobody holds ${role}: nothing could be executed.` });
}

/** The governor executes through the timelock that owns the registry; a switch strands whatever is queued. */
function emitWiring({ executor, owner }: Governance, { timelock }: Deployment, emit: Emit): void {
  if (!isAddressEqual(executor, timelock)) emit({ message: `The governor executes through the timelock ${executor}; the deployment's is ${timelock}.` });
  if (!isAddressEqual(owner, timelock)) emit({ message: `The registry obeys ${owner}; the deployment's timelock is ${timelock}.` });
}

function strange({ roleEvents }: Governance): { role: Hex; account: Address }[] {
  const known = Object.values(ROLES);
  return roleEvents.filter(({ kind, role }) => kind === "granted" && !known.includes(role));
}

function nameOf(role: Hex): string {
  return Object.entries(ROLES).find(([, hash]) => hash === role)?.[0] ?? role;
}

function inWords({ roles: held }: Governance): string {
  return Object.entries(held)
    .map(([role, holders]) => `${role} ${holders.map((account) => (account === zeroAddress ? "everyone" : account)).join(" and ") || "nobody"}`)
    .join(", ");
}
