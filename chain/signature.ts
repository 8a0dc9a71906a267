import { type Address, type Hex, isAddressEqual, recoverAddress } from "viem";

/** Half the order of secp256k1: of the two signatures that say the same, OpenZeppelin's ECDSA takes the one whose `s` is not above it. */
const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;

/**
 * Whether an account without code signed a digest, as OpenZeppelin's `ECDSA.recover` sees it: 65 bytes, `v` 27 or 28, `s` in the lower half.
 * What other readers are content with, the registry would refuse.
 *
 * @example await isSignedByKey(account.address, digest, await account.sign({ hash: digest })) // true
 */
export async function isSignedByKey(signer: Address, digest: Hex, signature: Hex): Promise<boolean> {
  if (!/^0x[0-9a-f]{128}(1b|1c)$/i.test(signature) || BigInt(`0x${signature.slice(66, 130)}`) > HALF_ORDER) return false;
  const recovered = await recoverAddress({ hash: digest, signature }).catch(() => undefined);
  return recovered !== undefined && isAddressEqual(recovered, signer);
}
