import { parseAbi } from "viem";

/** What is called on and read from `RiskParameters`. A test holds it against the compiled contract. */
export const RISK_PARAMETERS_ABI = parseAbi([
  "struct Change { bytes32 scope; bytes32 name; uint256 from; uint256 to; uint32 ramp; }",
  "struct Value { uint48 from; uint48 to; uint40 start; uint32 ramp; uint48 version; }",
  "struct Overlay { uint48 value; uint40 sunset; }",
  "struct Reading { bytes32 scope; bytes32 name; uint256 value; Value change; Overlay overlay; }",
  "struct Spec { uint8 kind; uint8 tighter; bool relative; uint32 cooldown; uint48 min; uint48 max; uint48 maxIncrease; uint48 maxDecrease; }",
  "function applyChanges(Change[] changes, bytes32 evidence)",
  "function addAsset(uint8 kind, bytes32 scope, uint256[] values, bytes32 evidence)",
  "function valueOf(bytes32 scope, bytes32 name) view returns (uint256)",
  "function targetOf(bytes32 scope, bytes32 name) view returns (uint256)",
  "function changeOf(bytes32 scope, bytes32 name) view returns (Value)",
  "function specOf(bytes32 name) view returns (Spec)",
  "function readAll() view returns (Reading[])",
  "function namesOf(uint8 kind) view returns (bytes32[])",
  "function scopesOf(uint8 kind) view returns (bytes32[])",
  "function version() view returns (uint256)",
  "function timelock() view returns (address)",
  "function evidenceRegistry() view returns (address)",
  "function steward() view returns (address)",
  "function overlayOf(bytes32 scope, bytes32 name) view returns (Overlay)",
  "function callOf(bytes call) pure returns (bytes32 changesHash, bytes32 evidence)",
  "event ValueChanged(uint256 indexed version, bytes32 indexed scope, bytes32 indexed name, uint256 from, uint256 to, uint40 start, uint32 ramp)",
  "event OverlaySet(bytes32 indexed scope, bytes32 indexed name, uint256 value, uint40 sunset)",
  "event OverlayEnded(bytes32 indexed scope, bytes32 indexed name)",
  "event AssetAdded(uint256 indexed version, uint8 indexed kind, bytes32 indexed scope)",
  "event BatchApplied(uint256 indexed version, bytes32 indexed evidence, uint256 changes)",
]);

/** What is called on and read from `EvidenceRegistry`. A test holds it against the compiled contract. */
export const EVIDENCE_REGISTRY_ABI = parseAbi([
  "struct Certificate { bytes32 changesHash; uint256 versionBefore; bytes32 datasetHash; bytes32 engineHash; bytes32 resultHash; uint8 verdict; uint48 expiry; }",
  "struct Record { bytes32 digest; uint8 verdict; uint48 expiry; address[] signers; }",
  "function record(Certificate certificate, address[] signers, bytes[] signatures) returns (bytes32 digest)",
  "function requirePass(bytes32 changesHash, uint256 versionBefore, bytes32 resultHash, uint256 until) view",
  "function recordOf(bytes32 changesHash, uint256 versionBefore, bytes32 resultHash) view returns (Record)",
  "function digestOf(Certificate certificate) view returns (bytes32)",
  "function validators() view returns (address[])",
  "function threshold() view returns (uint256)",
  "function timelock() view returns (address)",
  "function setValidators(address[] validators, uint256 threshold)",
  "function countsFrom() view returns (uint256)",
  "event ValidatorsChanged(address[] validators, uint256 threshold)",
  "event CertificateRecorded(bytes32 indexed changesHash, uint256 indexed versionBefore, bytes32 indexed resultHash, Certificate certificate, address[] signers)",
]);

/** What is called on and read from `RiskSteward`. A test holds it against the compiled contract. */
export const RISK_STEWARD_ABI = parseAbi([
  "struct Limits { uint16 step; uint16 drift; uint40 refill; uint40 life; uint40 rest; }",
  "function tighten(bytes32 scope, bytes32 name, uint256 value)",
  "function revoke(bytes32 scope, bytes32 name)",
  "function pause()",
  "function council() view returns (address)",
  "function guardian() view returns (address)",
  "function paused() view returns (bool)",
  "function limits() view returns (Limits)",
  "event Tightened(bytes32 indexed scope, bytes32 indexed name, uint256 from, uint256 to, uint40 sunset)",
]);

/** What is called on and read from the governor: OpenZeppelin's interface, and `executableBy`. A test holds it against the compiled contract. */
export const GOVERNOR_ABI = parseAbi([
  "function propose(address[] targets, uint256[] values, bytes[] calldatas, string description) returns (uint256)",
  "function castVote(uint256 proposalId, uint8 support) returns (uint256)",
  "function queue(address[] targets, uint256[] values, bytes[] calldatas, bytes32 descriptionHash) payable returns (uint256)",
  "function execute(address[] targets, uint256[] values, bytes[] calldatas, bytes32 descriptionHash) payable returns (uint256)",
  "function cancel(address[] targets, uint256[] values, bytes[] calldatas, bytes32 descriptionHash) returns (uint256)",
  "function name() view returns (string)",
  "function token() view returns (address)",
  "function timelock() view returns (address)",
  "function proposalGuardian() view returns (address)",
  "function CLOCK_MODE() view returns (string)",
  "function clock() view returns (uint48)",
  "function votingDelay() view returns (uint256)",
  "function votingPeriod() view returns (uint256)",
  "function lateQuorumVoteExtension() view returns (uint48)",
  "function proposalThreshold() view returns (uint256)",
  "function quorumNumerator() view returns (uint256)",
  "function quorumDenominator() view returns (uint256)",
  "function quorum(uint256 timepoint) view returns (uint256)",
  "function executableBy() view returns (uint256)",
  "function state(uint256 proposalId) view returns (uint8)",
  "function proposalVotes(uint256 proposalId) view returns (uint256 againstVotes, uint256 forVotes, uint256 abstainVotes)",
  "function proposalSnapshot(uint256 proposalId) view returns (uint256)",
  "function proposalDeadline(uint256 proposalId) view returns (uint256)",
  "function proposalEta(uint256 proposalId) view returns (uint256)",
  "function hasVoted(uint256 proposalId, address account) view returns (bool)",
  "event ProposalCreated(uint256 proposalId, address proposer, address[] targets, uint256[] values, string[] signatures, bytes[] calldatas, uint256 voteStart, uint256 voteEnd, string description)",
]);

/** The same of the token. */
export const TOKEN_ABI = parseAbi([
  "function delegate(address delegatee)",
  "function transfer(address to, uint256 value) returns (bool)",
  "function balanceOf(address account) view returns (uint256)",
  "function clock() view returns (uint48)",
  "function totalSupply() view returns (uint256)",
  "function decimals() view returns (uint8)",
  "function symbol() view returns (string)",
  "function getVotes(address account) view returns (uint256)",
  "event Transfer(address indexed from, address indexed to, uint256 value)",
  "event DelegateChanged(address indexed delegator, address indexed fromDelegate, address indexed toDelegate)",
  "event DelegateVotesChanged(address indexed delegate, uint256 previousVotes, uint256 newVotes)",
]);

/** The same of the timelock, OpenZeppelin's as it is. */
export const TIMELOCK_ABI = parseAbi([
  "function getMinDelay() view returns (uint256)",
  "function hasRole(bytes32 role, address account) view returns (bool)",
  "function getRoleAdmin(bytes32 role) view returns (bytes32)",
  "event RoleGranted(bytes32 indexed role, address indexed account, address indexed sender)",
  "event RoleRevoked(bytes32 indexed role, address indexed account, address indexed sender)",
]);
