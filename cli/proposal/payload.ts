import { join } from "node:path";
import type { Hex } from "viem";
import { z } from "zod";
import { descriptionHash, encodeApply, encodeProposal, type Proposal as OnChainProposal, proposalId } from "../../chain/encode.ts";
import { type SafeBatch, safeBatch } from "../../chain/safe.ts";
import { BallastError } from "../../sim/errors.ts";
import { type Described, describeProposal, evidenceOf } from "./description.ts";
import { DOOR_FILES, doorFiles } from "./doors/index.ts";
import { readOwnFile } from "./own-file.ts";
import { shapeOf } from "./shape.ts";

const hex = z
  .string()
  .regex(/^0x([0-9a-fA-F]{2})*$/, "bytes are 0x and an even number of hex digits")
  .transform((text) => text as Hex);
const decimal = z.string().regex(/^(0|[1-9][0-9]*)$/, "a number in decimal digits, as text");
// As lenient as the bytes allow: a payload somebody tampered with has to be readable to be refused for what it does.
const address = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/, "an address is 0x and 40 hex digits")
  .transform((text) => text as Hex);

/** `governor.json`: the arguments of `Governor.propose`, and what they come to. */
const GOVERNOR_PAYLOAD = z.strictObject({
  chainId: z.int().positive(),
  governor: address,
  targets: z.array(address),
  values: z.array(decimal),
  calldatas: z.array(hex),
  description: z.string(),
  descriptionHash: hex,
  proposalId: decimal,
  /** Calldata of `propose(targets, values, calldatas, description)`, to be sent to the governor. */
  propose: hex,
});

/** In the order of Safe's own files, so that what is read is written the same. */
const SAFE_PAYLOAD = z.looseObject({
  version: z.string(),
  chainId: z.string(),
  createdAt: z.number(),
  meta: z.looseObject({}),
  transactions: z.array(z.looseObject({ to: z.string(), value: z.string(), data: z.string().nullable() })),
});

export type GovernorPayload = z.output<typeof GOVERNOR_PAYLOAD>;
export type SafePayload = z.output<typeof SAFE_PAYLOAD>;

/** What is in `payload/`: files that say the same to each of their readers. */
export interface Payload {
  readonly governor: GovernorPayload;
  /** calldata.txt: the calldata of `RiskParameters.applyChanges`, what the timelock will call. */
  readonly calldata: string;
  readonly safe: SafePayload;
  /** description.md, every byte of it. */
  readonly description: string;
  /** The files of the other doors (timelock.json, cast.sh, viem.mjs, snapshot.json), every byte of them, by name. */
  readonly doors: Readonly<Record<string, string>>;
}

/** Evidence of a payload built without any: the chain refuses it (RiskParameters_EvidenceMissing). */
export const NO_EVIDENCE = `0x${"0".repeat(64)}` as const;

/**
 * The payload of a proposal: the same proposal and evidence always make the same bytes.
 *
 * @param evidenceRoot result hash of the backtest, 0x and 64 hex digits; `NO_EVIDENCE` for a preview
 * @throws BallastError EVIDENCE_ROOT_INVALID, WORD_INVALID
 * @example buildPayload(proposal, evidence.root).governor.proposalId // "1057…"
 */
export function buildPayload(proposal: Described, evidenceRoot: string): Payload {
  if (!/^0x[0-9a-f]{64}$/.test(evidenceRoot)) {
    throw new BallastError("EVIDENCE_ROOT_INVALID", `${evidenceRoot} is no result hash.`, {
      where: { value: evidenceRoot },
      fix: "It is 0x and 64 lower-case hex digits.",
      exit: 5,
    });
  }
  const { governor: address, timelock, riskParameters, chainId } = proposal.deployment;
  const description = describeProposal(proposal, evidenceRoot);
  const calldata = encodeApply(proposal.changes, evidenceRoot as Hex);
  const onChain: OnChainProposal = { calls: [{ target: riskParameters, value: 0n, calldata }], description };
  const governor: GovernorPayload = {
    chainId,
    governor: address,
    targets: [riskParameters],
    values: ["0"],
    calldatas: [calldata],
    description,
    descriptionHash: descriptionHash(description),
    proposalId: proposalId(onChain).toString(),
    propose: encodeProposal(onChain),
  };
  return { governor, calldata, safe: proposingBatch(governor, proposal.title), description, doors: doorsOf(governor, timelock) };
}

/** The files of the other doors: a pure function of governor.json and of the deployment's timelock. */
export function doorsOf(governor: GovernorPayload, timelock: Hex): Readonly<Record<string, string>> {
  return doorFiles({ ...governor, timelock, calls: callsOf(governor) });
}

/** The Safe batch that sends a proposal to its governor: a pure function of governor.json and of the title. */
export function proposingBatch(
  { governor, chainId, propose, description }: Pick<GovernorPayload, "governor" | "chainId" | "propose" | "description">,
  title: string,
): SafePayload {
  const batch: SafeBatch = safeBatch([{ target: governor, value: 0n, calldata: propose }], {
    chainId,
    name: title,
    description: `Proposes to the governor ${governor}; evidence ${evidenceOf(description) ?? "none"}`,
    createdAt: 0,
  });
  return batch as unknown as SafePayload;
}

/** The proposal a payload's governor.json makes on chain. Lists of different length are the checks' business: missing parts become empty. */
export function onChainProposal({ governor }: Pick<Payload, "governor">): OnChainProposal {
  return { calls: callsOf(governor), description: governor.description };
}

function callsOf({ targets, values, calldatas }: Pick<GovernorPayload, "targets" | "values" | "calldatas">): OnChainProposal["calls"] {
  return targets.map((target, index) => ({ target, value: BigInt(values[index] ?? "0"), calldata: calldatas[index] ?? "0x" }));
}

/**
 * The files of a payload by name, as they are written.
 *
 * @example await replaceFolder(join(folder, "payload"), payloadFiles(payload))
 */
export function payloadFiles(payload: Payload): Readonly<Record<string, string>> {
  return {
    "governor.json": `${JSON.stringify(payload.governor, null, 2)}\n`,
    "calldata.txt": `${payload.calldata}\n`,
    "safe.json": `${JSON.stringify(payload.safe, null, 2)}\n`,
    // No newline at the end: one byte after the proposer suffix would switch it off.
    "description.md": payload.description,
    ...payload.doors,
  };
}

/**
 * The payload committed in a proposal's folder, or undefined where there is no `payload/governor.json`. It is read as it is:
 * whether its parts agree, and with the proposal, is for the checks to say.
 *
 * @throws BallastError PAYLOAD_MALFORMED when a file is missing or has another shape
 * @example (await readPayload("proposals/0001-raise-eth-vol-buffer"))?.calldata
 */
export async function readPayload(folder: string): Promise<Payload | undefined> {
  const texts = await readPayloadTexts(folder);
  if (texts === undefined) return undefined;
  const [governor, calldata, safe, description, ...doors] = PAYLOAD_FILES.map((name) => {
    const text = texts[name];
    if (text === undefined) {
      const file = join(folder, "payload", name);
      throw malformed(file, `${file} is missing beside the rest of the payload.`, undefined);
    }
    return text;
  });
  return {
    governor: json(join(folder, "payload", "governor.json"), governor, GOVERNOR_PAYLOAD),
    calldata: calldata.replace(/\r?\n$/, ""),
    safe: json(join(folder, "payload", "safe.json"), safe, SAFE_PAYLOAD),
    description,
    doors: Object.fromEntries(DOOR_FILES.map((name, i) => [name, doors[i]])),
  };
}

const PAYLOAD_FILES: readonly string[] = ["governor.json", "calldata.txt", "safe.json", "description.md", ...DOOR_FILES];

/** A proposal's transaction has to fit a block; all its files are far smaller than this. */
const LARGEST_PAYLOAD_FILE_BYTES = 8 << 20;

/**
 * The files of the committed payload as they are, byte for byte: two readers may read one JSON file differently. Undefined where there is none of them.
 *
 * @throws BallastError FILE_*
 */
export async function readPayloadTexts(folder: string): Promise<Readonly<Record<string, string | undefined>> | undefined> {
  const texts = await Promise.all(PAYLOAD_FILES.map((name) => readOwnFile(folder, ["payload", name], LARGEST_PAYLOAD_FILE_BYTES)));
  return texts.every((text) => text === undefined) ? undefined : Object.fromEntries(PAYLOAD_FILES.map((name, i) => [name, texts[i]]));
}

function json<T>(file: string, text: string, schema: z.ZodType<T>): T {
  const at = (path: readonly unknown[]) => ({ file, field: path.join(".") });
  try {
    return shapeOf({ file, value: JSON.parse(text), at, keyAt: at }, schema);
  } catch (cause) {
    throw malformed(file, cause instanceof BallastError ? cause.message : `${file} is not JSON: ${(cause as Error).message}.`, cause);
  }
}

function malformed(file: string, message: string, cause: unknown): BallastError {
  return new BallastError("PAYLOAD_MALFORMED", message, {
    where: { file, ...(cause instanceof BallastError ? cause.where : {}) },
    fix: "Run `ballast build` again: it writes all files.",
    cause,
  });
}
