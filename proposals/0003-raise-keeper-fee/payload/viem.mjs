// This proposal with viem, step by step: RPC_URL says where, PRIVATE_KEY who sends. Other wallets: replace `account`.
//   RPC_URL=http://127.0.0.1:8545 PRIVATE_KEY=0x… node viem.mjs propose|vote-for|vote-against|queue|execute|state
import { createWalletClient, http, parseAbi, publicActions } from "viem";
import { privateKeyToAccount } from "viem/accounts";

const chainId = 31337;
const governor = "0xDc64a140Aa3E981100a9becA4E685f962f0cF6C9";
const proposalId = "2526893508644201207012296658691479189726508367385643892045468566975779851629";
const targets = ["0xCf7Ed3AccA5a467e9e704C703E8D87F634fB0Fc9","0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512"];
const values = ["0","0"];
const calldatas = ["0x986cbe400000000000000000000000000000000000000000000000000000000000000040360a0fad7acddc3aa2ea29aa2df4c49ceb512aad9d77f77b3aea72e2058309e4000000000000000000000000000000000000000000000000000000000000000170726f746f636f6c0000000000000000000000000000000000000000000000006b656570657246656500000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000064000000000000000000000000000000000000000000000000000000000000006e0000000000000000000000000000000000000000000000000000000000015180","0x2f2ff15d000000000000000000000000000000000000000000000000000000000000000000000000000000000000000070997970c51812dc3a010c7d01b50e0d17dc79c8"];
const description = "# Rаisе kееpеr fее to 1.1 %\n\n- Raise keeper fee from 1 % to 1.1 % (100 → 110 bps), over 1 day\n\nChanges RiskParameters 0xCf7Ed3AccA5a467e9e704C703E8D87F634fB0Fc9 on chain 31337. It reverts if a value has moved since the draft.\n\nAuthor: Keeper council\n\nEvidence: 0x360a0fad7acddc3aa2ea29aa2df4c49ceb512aad9d77f77b3aea72e2058309e4";
const descriptionHash = "0xfe94d5f85689e5d971dc139bbd6874ec8855b3b43f676a1fcce6eefffdaac16e";

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
