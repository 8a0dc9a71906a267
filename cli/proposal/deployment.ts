import { getAddress, isAddress, zeroAddress } from "viem";
import { z } from "zod";
import type { Addresses } from "../../chain/deploy.ts";
import { BallastError } from "../../sim/errors.ts";
import { shapeOf } from "./shape.ts";
import { readYaml } from "./yaml.ts";

export type Address = `0x${string}`;

/** Where a protocol's contracts stand. */
export interface Deployment {
  readonly chainId: number;
  readonly token: Address;
  readonly governor: Address;
  readonly timelock: Address;
  readonly riskParameters: Address;
  readonly evidenceRegistry: Address;
  readonly riskSteward: Address;
  /** The block of the deployment, or an earlier one: where its events begin. */
  readonly block?: number;
}

const ROLES = ["token", "governor", "timelock", "riskParameters", "evidenceRegistry", "riskSteward"] as const;

/** `0x` and 40 hex digits; where upper and lower case are mixed, the checksum (EIP-55) has to hold. */
export const ADDRESS = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/, "an address is 0x and 40 hex digits")
  .refine((text) => isAddress(text), "the checksum of the address does not hold: a character is wrong, or its case")
  .refine((text) => text !== zeroAddress, "the zero address is nobody's")
  .meta({ description: "Address: 0x and 40 hex digits, checksummed (EIP-55) or all lower case." });

export const DEPLOYMENT = z
  .strictObject({
    chainId: z.int().positive().meta({ description: "EIP-155 chain id." }),
    token: ADDRESS.meta({ description: "RiskToken: who may vote." }),
    governor: ADDRESS.meta({ description: "RiskGovernor: what a proposal is sent to." }),
    timelock: ADDRESS.meta({ description: "TimelockController: the only one that may change parameters." }),
    riskParameters: ADDRESS.meta({ description: "RiskParameters: the registry a proposal changes." }),
    evidenceRegistry: ADDRESS.meta({ description: "EvidenceRegistry: where validators certify what a proposal does." }),
    riskSteward: ADDRESS.meta({ description: "RiskSteward: what a council tightens parameters through, for a while." }),
    block: z
      .int()
      .nonnegative()
      .meta({ description: "Block of the deployment, or an earlier one: where --rpc begins to read events. The chain's first block where it is absent." })
      .optional(),
  })
  .meta({ title: "Deployment", description: "proposals/deployment.yaml: the addresses a payload is built for." });

/**
 * Reads a deployment file.
 *
 * @throws BallastError FILE_NOT_FOUND, YAML_*, FIELD_*, DEPLOYMENT_ADDRESS_TWICE
 * @example (await loadDeployment("proposals/deployment.yaml")).governor
 */
export async function loadDeployment(file: string): Promise<Deployment> {
  const yaml = await readYaml(file);
  const shaped = shapeOf(yaml, DEPLOYMENT);
  const seen = new Map<string, string>();
  for (const role of ROLES) {
    const address = getAddress(shaped[role]);
    const other = seen.get(address);
    if (other !== undefined)
      throw new BallastError("DEPLOYMENT_ADDRESS_TWICE", `${role} has the address of ${other}.`, {
        where: yaml.at([role]),
        fix: "They are six different contracts.",
      });
    seen.set(address, role);
  }
  return {
    chainId: shaped.chainId,
    token: getAddress(shaped.token),
    governor: getAddress(shaped.governor),
    timelock: getAddress(shaped.timelock),
    riskParameters: getAddress(shaped.riskParameters),
    evidenceRegistry: getAddress(shaped.evidenceRegistry),
    riskSteward: getAddress(shaped.riskSteward),
    ...(shaped.block === undefined ? {} : { block: shaped.block }),
  };
}

/** The addresses as the chain code names them. */
export function addressesOf({ token, timelock, governor, riskParameters, evidenceRegistry, riskSteward }: Deployment): Addresses {
  return { token, timelock, governor, parameters: riskParameters, evidenceRegistry, steward: riskSteward };
}

/** A deployment as the text of a file. */
export function deploymentText(deployment: Deployment): string {
  return [
    "# The contracts that payloads are built for. These are the addresses of the embedded chain that `ballast rehearse` starts:",
    "# put your own here before a proposal goes to a real vote.",
    `chainId: ${deployment.chainId}`,
    `token: "${deployment.token}"          # RiskToken: who may vote`,
    `governor: "${deployment.governor}"       # RiskGovernor: what a proposal is sent to`,
    `timelock: "${deployment.timelock}"       # TimelockController: the only one that may change parameters`,
    `riskParameters: "${deployment.riskParameters}" # RiskParameters: the registry`,
    `evidenceRegistry: "${deployment.evidenceRegistry}" # EvidenceRegistry: where validators certify what a proposal does`,
    `riskSteward: "${deployment.riskSteward}"    # RiskSteward: what a council tightens parameters through, for a while`,
    "",
  ].join("\n");
}
