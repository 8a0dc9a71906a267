import { parseAbi } from "viem";

/** What a reader asks of the governor beyond a proposal's life, OpenZeppelin's interface. A test holds it against the compiled contract. */
export const GOVERNOR_READ_ABI = parseAbi([
  "function token() view returns (address)",
  "function timelock() view returns (address)",
  "function name() view returns (string)",
  "function votingDelay() view returns (uint256)",
  "function votingPeriod() view returns (uint256)",
  "function proposalThreshold() view returns (uint256)",
  "function quorumNumerator() view returns (uint256)",
  "function quorumDenominator() view returns (uint256)",
  "function lateQuorumVoteExtension() view returns (uint48)",
  "function proposalGuardian() view returns (address)",
  "function state(uint256 proposalId) view returns (uint8)",
  "function proposalVotes(uint256 proposalId) view returns (uint256 againstVotes, uint256 forVotes, uint256 abstainVotes)",
  "function proposalSnapshot(uint256 proposalId) view returns (uint256)",
  "function proposalDeadline(uint256 proposalId) view returns (uint256)",
  "function proposalEta(uint256 proposalId) view returns (uint256)",
  "function hasVoted(uint256 proposalId, address account) view returns (bool)",
  "function quorum(uint256 timepoint) view returns (uint256)",
  "function executableBy() view returns (uint256)",
  "event ProposalCreated(uint256 proposalId, address proposer, address[] targets, uint256[] values, string[] signatures, bytes[] calldatas, uint256 voteStart, uint256 voteEnd, string description)",
]);

/** The same of the token. */
export const TOKEN_READ_ABI = parseAbi([
  "function clock() view returns (uint48)",
  "function CLOCK_MODE() view returns (string)",
  "function totalSupply() view returns (uint256)",
  "function decimals() view returns (uint8)",
  "function symbol() view returns (string)",
  "function getVotes(address account) view returns (uint256)",
  "function getPastVotes(address account, uint256 timepoint) view returns (uint256)",
  "event Transfer(address indexed from, address indexed to, uint256 value)",
  "event DelegateChanged(address indexed delegator, address indexed fromDelegate, address indexed toDelegate)",
  "event DelegateVotesChanged(address indexed delegate, uint256 previousVotes, uint256 newVotes)",
]);

/** The same of the timelock. */
export const TIMELOCK_READ_ABI = parseAbi(["function getMinDelay() view returns (uint256)"]);
