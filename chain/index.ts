export { EVIDENCE_REGISTRY_ABI, GOVERNOR_ABI, RISK_PARAMETERS_ABI, RISK_STEWARD_ABI } from "./abi.ts";
export { type Artifact, type Artifacts, type ContractName, loadArtifacts } from "./artifacts.ts";
export {
  CERTIFICATE_TYPES,
  type Certificate,
  type CertificateDomain,
  certificateDigest,
  certificateTypedData,
  changesHash,
  encodeRecord,
  listingHash,
  VERDICTS,
} from "./certificate.ts";
export { type Action, type ApplyAction, calldataKind, decodeActions, decodeApply, decodeProposal, type OpaqueAction } from "./decode.ts";
export { type Addresses, type Deployment, deployBallast, localAddresses, ROLES, stewardOf } from "./deploy.ts";
export { type Call, descriptionHash, encodeApply, encodeProposal, encodeStep, type Proposal, proposalId } from "./encode.ts";
export { type Governance, type RoleEvent, type RoleName, readGovernance, type Steward } from "./governance.ts";
export { callsWithin, type NestedCall } from "./nested.ts";
export { type EmbeddedChain, Reverted, startChain } from "./network.ts";
export { dangerousOpcodes } from "./opcodes.ts";
export { type TargetCode, targetOf } from "./pinned.ts";
export { type OnChainParameters, readParameters } from "./read.ts";
export { type Rehearsal, type RehearsalFailed, type RehearsalPassed, rehearse, type Step, type StepName } from "./rehearse.ts";
export { type SafeBatch, safeBatch, safeChecksum } from "./safe.ts";
export { GOVERNANCE, type GovernanceSettings, type Holders } from "./settings.ts";
export { type Stack, type StackRun, stackProposals } from "./stacked.ts";
export { certifyByStandIns, standIns } from "./stand-ins.ts";
export type { AccountChange, SlotChange } from "./storage-diff.ts";
export type { Surroundings, Treasury } from "./surroundings.ts";
export { encodeExecuteBatch, encodeScheduleBatch, governorSalt, operationId } from "./timelock.ts";
export { POWERFUL, type Power, powerOf, signatureOf } from "./well-known.ts";
