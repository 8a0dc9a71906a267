import type { DoorInput } from "./door.ts";

/**
 * viem.mjs: the same with viem, as a program that runs where viem is installed. What it sends is encoded there, by viem, from the lists; the id the chain gives has
 * to be the one this proposal has.
 */
export function viemDoor({ chainId, governor, calls, description, descriptionHash, proposalId }: DoorInput): string {
  const constant = (name: string, value: unknown) => `const ${name} = ${JSON.stringify(value)};`;
  return `// This proposal with viem, step by step: RPC_URL says where, PRIVATE_KEY who sends. Other wallets: replace \`account\`.
//   RPC_URL=http://127.0.0.1:8545 PRIVATE_KEY=0x… node viem.mjs propose|vote-for|vote-against|queue|execute|state
import { createWalletClient, http, parseAbi, publicActions } from "viem";
import { privateKeyToAccount } from "viem/accounts";

${constant("chainId", chainId)}
${constant("governor", governor)}
${constant("proposalId", proposalId)}
${constant(
  "targets",
  calls.map(({ target }) => target),
)}
${constant(
  "values",
  calls.map(({ value }) => value.toString()),
)}
${constant(
  "calldatas",
  calls.map(({ calldata }) => calldata),
)}
${constant("description", description)}
${constant("descriptionHash", descriptionHash)}

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
if (found !== chainId) refuse(\`this proposal is for chain \${chainId}; RPC_URL is chain \${found}\`);
const hashed = await client.readContract({ address: governor, abi, functionName: "hashProposal", args: [...lists, descriptionHash] });
if (hashed !== id) refuse(\`the governor gives this proposal the id \${hashed}, not \${proposalId}\`);

if (step === "state") {
  console.log(STATES[await client.readContract({ address: governor, abi, functionName: "state", args: [id] })]);
} else {
  const [functionName, args] = STEPS[step]();
  // Simulated first: what would revert is not sent.
  const { request } = await client.simulateContract({ account, address: governor, abi, functionName, args });
  const hash = await client.writeContract({ ...request, chain: null });
  const { status } = await client.waitForTransactionReceipt({ hash });
  console.log(\`\${step}: \${status} \${hash}\`);
  if (status !== "success") process.exitCode = 1;
}

function refuse(message) {
  console.error(message);
  process.exit(2);
}
`;
}
