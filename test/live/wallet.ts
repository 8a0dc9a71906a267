import { createRequire } from "node:module";
import { type Address, encodeDeployData, type Hex, parseAbi } from "viem";
import type { EmbeddedChain } from "../../chain/network.ts";

/** A smart account as the simplest ones are: it has signed what its owner's key has signed (ERC-1271), and reverts on anything but 65 bytes. */
const SOURCE = `
pragma solidity ^0.8.28;
contract Wallet {
  address private immutable owner;
  constructor(address owner_) { owner = owner_; }
  function isValidSignature(bytes32 digest, bytes calldata signature) external view returns (bytes4) {
    require(signature.length == 65, "65 bytes");
    address by = ecrecover(digest, uint8(signature[64]), bytes32(signature[0:32]), bytes32(signature[32:64]));
    return by == owner ? bytes4(0x1626ba7e) : bytes4(0xffffffff);
  }
}`;

/** Compiles it with the project's compiler, and deploys it. */
export async function deployWallet(chain: EmbeddedChain, owner: Address): Promise<Address> {
  const solc = createRequire(import.meta.url)("solc") as { compile(input: string): string };
  const settings = { evmVersion: "cancun", outputSelection: { "*": { "*": ["evm.bytecode.object"] } } };
  const input = { language: "Solidity", sources: { "Wallet.sol": { content: SOURCE } }, settings };
  const { contracts } = JSON.parse(solc.compile(JSON.stringify(input)));
  const bytecode: Hex = `0x${contracts["Wallet.sol"].Wallet.evm.bytecode.object}`;
  const data = encodeDeployData({ abi: parseAbi(["constructor(address owner)"]), bytecode, args: [owner] });
  const [from] = chain.accounts as [Address];
  const { contractAddress } = await chain.send({ from, data });
  return contractAddress as Address;
}
