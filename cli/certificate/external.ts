import { readFile } from "node:fs/promises";
import { getAddress, getTypesForEIP712Domain } from "viem";
import { z } from "zod";
import { certificateTypedData } from "../../chain/index.ts";
import { BallastError } from "../../sim/errors.ts";
import { writeFile } from "../output/write.ts";
import { parseJson } from "../proposal/json.ts";
import { loadProposal } from "../proposal/load.ts";
import { shapeOf } from "../proposal/shape.ts";
import { type CertifyInput, certificatePath, fileOf, type Ready, readyToSign, writeCertificate } from "./certify.ts";
import { authorityFrom, evidenceOf, type Sources } from "./collect.ts";
import type { Signed } from "./files.ts";
import { CERTIFICATE_FILE } from "./shape.ts";
import { faultsOf, refusal } from "./sound.ts";
import { certificateOf } from "./words.ts";

/**
 * Runs a proposal's backtest again, and writes what it found as EIP-712 typed data: a hardware wallet, an encrypted keystore or the owners of a
 * smart account sign that, and no key comes near this program.
 *
 * @throws BallastError what `readyToSign` throws, WRITE_FAILED
 * @example await writeTypedData(input, "words.json") // cast wallet sign --data --from-file words.json --ledger
 */
export async function writeTypedData(input: CertifyInput, file: string): Promise<Ready> {
  const ready = await readyToSign(input);
  const { types, ...typed } = certificateTypedData(ready.domain, ready.certificate);
  const whole = { types: { EIP712Domain: getTypesForEIP712Domain(typed), ...types }, ...typed };
  await writeFile(file, `${JSON.stringify(whole, (_, value) => (typeof value === "bigint" ? String(value) : value), 2)}\n`);
  return ready;
}

/** The two words of typed data that no file of the proposal says. */
const SIGNED_WORDS = z.object({
  message: z.object({ versionBefore: z.string().regex(/^[1-9][0-9]{0,14}$/, "a version is a whole number in quotes"), expiry: z.int().positive() }),
});

/**
 * Adds a signature that was made elsewhere. Nothing is run again: whoever signed has done that, and what was signed has to be exactly what the
 * proposal's evidence says, by a validator, whatever the file of typed data says.
 *
 * @param typedData what was signed, as `writeTypedData` wrote it
 * @returns what was written to `certificates/`
 * @throws BallastError SIGNATURE_MALFORMED, EVIDENCE_MISSING, the code of what `faultsOf` finds, VALIDATORS_DIFFER, and what reading the files throws
 */
export async function addSignature(
  folder: string,
  signed: { readonly typedData: string; readonly signer: string; readonly signature: string },
  { now, ...sources }: Sources & { readonly now: number },
): Promise<Signed> {
  const [proposal, authority, text] = await Promise.all([loadProposal(folder), authorityFrom(folder, sources), textOf(signed.typedData)]);
  const { message } = shapeOf(parseJson(text, signed.typedData), SIGNED_WORDS);
  const evidence = evidenceOf(proposal);
  const { chainId, evidenceRegistry: registry } = proposal.deployment;
  const certificate = certificateOf(proposal, evidence, Number(message.versionBefore), message.expiry);
  const written = fileOf({ domain: { chainId, registry }, certificate }, signed.signer, signed.signature.toLowerCase());
  if (!CERTIFICATE_FILE.safeParse(written).success) {
    throw new BallastError("SIGNATURE_MALFORMED", "A signature is 0x and hex digits, two for each byte.", {
      where: { field: "--signature", value: signed.signature },
      fix: "Give it as the wallet printed it.",
    });
  }
  const one = { ...written, file: certificatePath(folder, signed.signer) };
  const [fault] = await faultsOf([one], { proposal, evidence, authority, now });
  // The file it names is not there yet.
  if (fault !== undefined) throw refusal({ ...fault, file: signed.typedData, fix: fixOf(fault.code, fault.fix, getAddress(signed.signer)) });
  return await writeCertificate(folder, written);
}

function fixOf(code: string, fix: string, signer: string): string {
  if (code !== "CERTIFICATE_SIGNATURE_INVALID") return "Nothing was written. Make the typed data again, and have that signed.";
  const contract = fix.includes("--rpc") ? " If it is a contract, only a chain can say: give --rpc." : "";
  return `Nothing was written. Was it ${signer} who signed, and this very file?${contract}`;
}

async function textOf(file: string): Promise<string> {
  return await readFile(file, "utf8").catch((cause: NodeJS.ErrnoException) => {
    throw new BallastError("FILE_NOT_FOUND", `Could not read ${file}: ${cause.code}.`, {
      where: { file },
      fix: "Name the file that `certify --typed-data` wrote, and that was signed.",
    });
  });
}
