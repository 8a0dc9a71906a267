import { readFile, stat } from "node:fs/promises";
import type { Address, Hex } from "viem";
import { calldataKind, decodeActions, decodeApply, decodeProposal, type OpaqueAction } from "../../chain/decode.ts";
import type { Proposal as OnChainProposal } from "../../chain/encode.ts";
import { BallastError } from "../../sim/errors.ts";
import { type Change, specOf } from "../../sim/parameters/index.ts";

/** What calldata says, read strictly: nothing in it is unexplained. */
export interface Decoded {
  readonly changes: readonly Change[];
  /** The evidence hash in each batch of changes; one where all is well. */
  readonly evidence: readonly Hex[];
  /** Calls that are no batch of changes on the registry. */
  readonly others: readonly OpaqueAction[];
}

/** A change as `verify --json` prints it. */
export interface ShownChange {
  readonly scope: string;
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly unit: string;
}

/**
 * The changes in calldata of `RiskParameters.applyChanges`, or in calldata of `Governor.propose` that leads to it.
 *
 * @param registry asked for the address of RiskParameters, only where the calldata names a target
 * @throws BallastError CALLDATA_NOT_CANONICAL (exit 3), CALLDATA_UNKNOWN, WORD_INVALID, PROPOSAL_MALFORMED
 * @example (await decodeCalldata("0x986cbe40…", async () => deployment.riskParameters)).changes[0].to // 3000
 */
export async function decodeCalldata(calldata: Hex, registry: () => Promise<Address>): Promise<Decoded> {
  switch (calldataKind(calldata)) {
    case "apply": {
      const { changes, evidence } = decodeApply(calldata);
      return { changes, evidence: [evidence], others: [] };
    }
    case "propose":
      return decodeCalls(decodeProposal(calldata), await registry());
    case "other":
      throw new BallastError("CALLDATA_UNKNOWN", "This calldata neither changes risk parameters nor proposes to.", {
        where: { field: "selector", value: calldata.slice(0, 10) },
        fix: "Give the calldata of RiskParameters.applyChanges or of Governor.propose.",
        exit: 3,
      });
  }
}

/** The same for the calls of a proposal. */
export function decodeCalls(proposal: OnChainProposal, registry: Address): Decoded {
  const actions = decodeActions(proposal, registry);
  const batches = actions.filter((action) => action.kind === "apply");
  return {
    changes: batches.flatMap((batch) => batch.changes),
    evidence: batches.map((batch) => batch.evidence),
    others: actions.filter((action) => action.kind === "opaque"),
  };
}

/** Changes with the unit of their parameter, for people and programs without the table. */
export function shownChanges(changes: readonly Change[]): ShownChange[] {
  return changes.map(({ scope, name, from, to }) => ({ scope, name, from, to, unit: specOf(name)?.unit ?? "unknown" }));
}

/** What somebody gave to `verify`: a folder, or bytes. */
export type Subject = { readonly kind: "folder"; readonly folder: string } | { readonly kind: "calldata"; readonly calldata: Hex };

/**
 * Tells a folder from calldata, and reads calldata out of a file (calldata.txt, or the `propose` field of governor.json).
 *
 * @throws BallastError CALLDATA_INVALID, PROPOSAL_NOT_FOUND
 */
export async function readSubject(text: string): Promise<Subject> {
  if (/^0x/i.test(text)) return { kind: "calldata", calldata: hexOf(text, {}) };
  const found = await stat(text).catch(() => undefined);
  if (found === undefined) {
    throw new BallastError("PROPOSAL_NOT_FOUND", `${text} is neither a folder, nor a file, nor calldata.`, {
      where: { value: text },
      fix: "Give a proposal's folder, a file with calldata, or calldata beginning with 0x.",
    });
  }
  if (found.isDirectory()) return { kind: "folder", folder: text };
  const content = (await readFile(text, "utf8")).trim();
  return { kind: "calldata", calldata: hexOf(content.startsWith("{") ? proposeField(content, text) : content, { file: text }) };
}

function hexOf(text: string, where: { file?: string }): Hex {
  if (/^0x([0-9a-fA-F]{2}){4,}$/.test(text)) return text.toLowerCase() as Hex;
  const at = text.search(/[^0-9a-fA-Fx]/);
  const reason =
    at >= 0 ? `character ${at + 1} is no hex digit` : text.length % 2 === 1 ? "half a byte is missing (is it truncated?)" : "it is too short to call anything";
  throw new BallastError("CALLDATA_INVALID", `This is no calldata: ${reason}.`, {
    where: { ...where, field: "calldata", value: text.length > 74 ? `${text.slice(0, 74)}…` : text },
    fix: "Calldata is 0x and two hex digits a byte, the first four bytes its selector.",
  });
}

function proposeField(content: string, file: string): string {
  try {
    const field: unknown = JSON.parse(content).propose;
    if (typeof field === "string") return field;
  } catch {
    // Falls through to the same advice: the file is not one this command knows.
  }
  throw new BallastError("CALLDATA_INVALID", `${file} holds no calldata.`, {
    where: { file },
    fix: "Give payload/calldata.txt, payload/governor.json, or the proposal's folder.",
  });
}
