import { pbkdf2Sync } from "node:crypto";
import { toHex } from "viem";
import { type HDAccount, HDKey, hdKeyToAccount } from "viem/accounts";

/** Whose accounts every embedded chain has; everybody knows it. */
export const MNEMONIC = "test test test test test test test test test test test junk";

// BIP-39, "From mnemonic to seed": PBKDF2 with HMAC-SHA512, 2048 rounds. Node's own takes a millisecond, a wallet library's in JavaScript thirty times that.
const ROOT = HDKey.fromMasterSeed(pbkdf2Sync(MNEMONIC, "mnemonic", 2_048, 64, "sha512"));

/**
 * One of the accounts of an embedded chain, by its number.
 *
 * @example developmentAccount(0).address // "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
 */
export function developmentAccount(addressIndex: number): HDAccount {
  return hdKeyToAccount(ROOT, { addressIndex });
}

/** The private key of one of them: no secret. */
export function developmentKey(addressIndex: number): `0x${string}` {
  return toHex(developmentAccount(addressIndex).getHdKey().privateKey as Uint8Array);
}
