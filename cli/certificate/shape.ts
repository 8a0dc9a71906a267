import { z } from "zod";
import { ADDRESS } from "../proposal/deployment.ts";

const hash = z.string().regex(/^0x[0-9a-f]{64}$/, "a hash is 0x and 64 lower-case hex digits");

/** `certificates/0x….json`: what one validator signed. */
export const CERTIFICATE_FILE = z
  .strictObject({
    version: z.literal(1),
    chainId: z.int().positive().meta({ description: "EIP-155 chain id the certificate is for." }),
    registry: ADDRESS.meta({ description: "EvidenceRegistry the certificate is for." }),
    certificate: z.strictObject({
      changesHash: hash.meta({ description: "keccak256(abi.encode(changes))." }),
      versionBefore: z.int().positive().meta({ description: "RiskParameters.version() that the backtest began with." }),
      datasetHash: hash,
      engineHash: hash,
      resultHash: hash.meta({ description: "The root of evidence.json, which the calldata carries." }),
      verdict: z.enum(["pass", "fail"]),
      expiry: z.int().positive().meta({ description: "The last second, since 1970, at which it counts." }),
    }),
    signer: ADDRESS,
    signature: z
      .string()
      .regex(/^0x([0-9a-f]{2})*$/, "a signature is 0x and lower-case hex digits, two for each byte")
      .meta({ description: "65 bytes where the signer is an account with a key; what it asks for where the signer is a contract (ERC-1271)." }),
  })
  .meta({ title: "Certificate", description: "What a validator certifies of a proposal, signed as EIP-712 typed data." });

export type CertificateFile = z.output<typeof CERTIFICATE_FILE>;

/** `validators.yaml`: whose signatures an EvidenceRegistry counts. */
export const VALIDATORS = z
  .strictObject({
    threshold: z.int().positive().meta({ description: "How many have to sign." }),
    validators: z.array(ADDRESS).min(1).max(16),
  })
  .meta({ title: "Validators", description: "proposals/validators.yaml: who certifies, and how many have to." });
