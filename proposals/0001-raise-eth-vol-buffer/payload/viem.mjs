// This proposal with viem, step by step: RPC_URL says where, PRIVATE_KEY who sends. Other wallets: replace `account`.
//   RPC_URL=http://127.0.0.1:8545 PRIVATE_KEY=0x… node viem.mjs propose|vote-for|vote-against|queue|execute|state
import { createWalletClient, http, parseAbi, publicActions } from "viem";
import { privateKeyToAccount } from "viem/accounts";

const chainId = 31337;
const governor = "0xDc64a140Aa3E981100a9becA4E685f962f0cF6C9";
const proposalId = "12816826573366354713115680382705488769081140738466591534600457132181281173556";
const targets = ["0xCf7Ed3AccA5a467e9e704C703E8D87F634fB0Fc9"];
const values = ["0"];
const calldatas = ["0x986cbe400000000000000000000000000000000000000000000000000000000000000040147fa0ab0ecffa01741dffcbe4054c31d813a9ffced9412af53089c9d0effa4f00000000000000000000000000000000000000000000000000000000000000014554480000000000000000000000000000000000000000000000000000000000766f6c427566666572000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000009c40000000000000000000000000000000000000000000000000000000000000bb80000000000000000000000000000000000000000000000000000000000015180"];
const description = "# Raise ETH volatility buffer to 30 %\n\n- Raise ETH volatility buffer from 25 % to 30 % (2500 → 3000 bps), over 1 day\n\nChanges RiskParameters 0xCf7Ed3AccA5a467e9e704C703E8D87F634fB0Fc9 on chain 31337. It reverts if a value has moved since the draft.\n\nAuthor: Ballast risk committee\n\nEvidence: 0x147fa0ab0ecffa01741dffcbe4054c31d813a9ffced9412af53089c9d0effa4f";
const descriptionHash = "0x80dfb8041b2a137ed38739ca7392e24c58ae1d28b3cfbf2cefd619395452b328";

const abi = parseAbi([
  "function hashProposal(address[] targets, uint256[] values, bytes[] calldatas, bytes32 descriptionHash) view returns (uint256)",
  "function propose(address[] targets, uint256[] values, bytes[] calldatas, string description) returns (uint256)",
  "function castVote(uint256 proposalId, uint8 support) returns (uint256)",
  "function queue(address[] targets, uint256[] values, bytes[] calldatas, bytes32 descriptionHash) payable returns (uint256)",
  "function execute(address[] targets, uint256[] values, bytes[] calldatas, bytes32 descriptionHash) payable returns (uint256)",
  "function state(uint256 proposalId) view returns (uint8)",
]);
const STATES = ["Pending", "Active", "Canceled", "Defeated", "Succeeded", "Queued", "Expired", "Executed"];

const lists = [targets, values.map(BigInt), calldatas];
const id = BigInt(proposalId);
const STEPS = {
  propose: () => ["propose", [...lists, description]],
  "vote-against": () => ["castVote", [id, 0]],
  "vote-for": () => ["castVote", [id, 1]],
  queue: () => ["queue", [...lists, descriptionHash]],
  execute: () => ["execute", [...lists, descriptionHash]],
};

const [step = ""] = process.argv.slice(2);
const { RPC_URL, PRIVATE_KEY } = process.env;
if (RPC_URL === undefined || (step !== "state" && (!Object.hasOwn(STEPS, step) || PRIVATE_KEY === undefined)))
  refuse("usage: RPC_URL=… PRIVATE_KEY=0x… node viem.mjs propose|vote-for|vote-against|queue|execute|state");

const account = PRIVATE_KEY === undefined ? undefined : privateKeyToAccount(PRIVATE_KEY);
const client = createWalletClient({ account, transport: http(RPC_URL) }).extend(publicActions);
const found = await client.getChainId();
if (found !== chainId) refuse(`this proposal is for chain ${chainId}; RPC_URL is chain ${found}`);
const hashed = await client.readContract({ address: governor, abi, functionName: "hashProposal", args: [...lists, descriptionHash] });
if (hashed !== id) refuse(`the governor gives this proposal the id ${hashed}, not ${proposalId}`);

if (step === "state") {
  console.log(STATES[await client.readContract({ address: governor, abi, functionName: "state", args: [id] })]);
} else {
  const [functionName, args] = STEPS[step]();
  // Simulated first: what would revert is not sent.
  const { request } = await client.simulateContract({ account, address: governor, abi, functionName, args });
  const hash = await client.writeContract({ ...request, chain: null });
  const { status } = await client.waitForTransactionReceipt({ hash });
  console.log(`${step}: ${status} ${hash}`);
  if (status !== "success") process.exitCode = 1;
}

function refuse(message) {
  console.error(message);
  process.exit(2);
}
