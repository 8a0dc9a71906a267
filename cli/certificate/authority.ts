import { access } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { type Address, getAddress, type Hex } from "viem";
import { isSignedOnChain } from "../../chain/live/certificates.ts";
import type { LiveState } from "../../chain/live/state.ts";
import { isSignedByKey } from "../../chain/signature.ts";
import { BallastError } from "../../sim/errors.ts";
import { shapeOf } from "../proposal/shape.ts";
import { readYaml } from "../proposal/yaml.ts";
import { VALIDATORS } from "./shape.ts";

/** Who certifies, and how many have to. */
export interface Validators {
  readonly threshold: number;
  readonly validators: readonly Address[];
}

/** Whose certificates count, and what they have to be for. */
export interface Authority extends Validators {
  /** Where that stands: `validators.yaml`, or the registry of a chain. */
  readonly source: string;
  /** The version of the parameters in force, where a chain was asked. */
  readonly version?: number;
  /** Whether a signature is the signer's. By files alone only that of a key can be. */
  readonly isSigned: (signer: Address, digest: Hex, signature: Hex) => Promise<boolean>;
  /** Whether contracts can be asked what they signed (ERC-1271). */
  readonly asksContracts: boolean;
}

/** The file beside the policy that names a workspace's validators. */
export function validatorsFileOf(folder: string): string {
  return join(dirname(resolve(folder)), "validators.yaml");
}

/** Who may certify. @throws BallastError FILE_*, YAML_*, FIELD_*, VALIDATORS_INVALID */
export async function readValidators(file: string): Promise<Validators> {
  const yaml = await readYaml(file);
  const { threshold, validators } = shapeOf(yaml, VALIDATORS);
  const addresses = validators.map((address) => getAddress(address));
  if (threshold > addresses.length || new Set(addresses).size < addresses.length) {
    throw new BallastError("VALIDATORS_INVALID", "A validator is named twice, or more have to sign than there are.", {
      where: yaml.at(["validators"]),
      fix: "Name each once, and a threshold they can reach.",
    });
  }
  return { threshold, validators: addresses };
}

/** The same, where there is such a file. */
export async function validatorsIfAny(file: string): Promise<Validators | undefined> {
  const exists = await access(file).then(
    () => true,
    () => false,
  );
  return exists ? await readValidators(file) : undefined;
}

/** What a file says; a certificate's version is taken as it is. */
export function authorityOfFile(validators: Validators): Authority {
  return { ...validators, source: "validators.yaml", isSigned: isSignedByKey, asksContracts: false };
}

/** What the registry of a live chain says, at the pinned block. */
export function authorityOnChain({ chain, addresses, governance, parameters }: LiveState): Authority {
  const { validators, threshold } = governance.certifiers;
  return {
    validators: validators.map((address) => getAddress(address)),
    threshold,
    source: `the registry on chain ${chain.chainId}`,
    version: parameters.version,
    isSigned: (...signed) => isSignedOnChain(chain, addresses.token, ...signed),
    asksContracts: true,
  };
}

/**
 * How a file and a registry differ in who certifies, as a sentence; undefined where they agree.
 *
 * @example differenceOf(await readValidators("proposals/validators.yaml"), authorityOnChain(live))
 */
export function differenceOf(file: Validators, registry: Authority): string | undefined {
  const inWords = ({ threshold, validators }: Validators) => `${threshold} of ${[...validators].sort().join(", ")}`;
  if (inWords(file) === inWords(registry)) return undefined;
  return `validators.yaml says ${inWords(file)}; ${registry.source} says ${inWords(registry)}.`;
}
