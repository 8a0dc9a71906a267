import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import { BallastError } from "../../sim/errors.ts";

/**
 * A value as RFC 8785 canonical JSON: the one byte string that stands for it, whatever the order its keys were made in.
 *
 * @throws BallastError NOT_JSON for a value JSON has no form for (NaN, an infinity, a function): a hash must not hide one.
 * @example canonicalJson({ b: 1, a: [2] }) // '{"a":[2],"b":1}'
 */
export function canonicalJson(value: unknown): string {
  const text = attempt(() => canonicalize(value));
  if (text === undefined) throw new BallastError("NOT_JSON", "A value without a JSON form cannot be hashed.", { exit: 1 });
  return text;
}

/**
 * sha256 of a text or of bytes, lower-case hex with 0x in front.
 *
 * @example sha256("abc") // "0xba7816bf…15ad"
 */
export function sha256(content: string | Uint8Array): `0x${string}` {
  return `0x${createHash("sha256").update(content).digest("hex")}`;
}

/** sha256 of the canonical JSON of a value. */
export function hashOf(value: unknown): `0x${string}` {
  return sha256(canonicalJson(value));
}

function attempt(make: () => string | undefined): string | undefined {
  try {
    return make();
  } catch (cause) {
    throw new BallastError("NOT_JSON", `A value without a JSON form cannot be hashed: ${cause instanceof Error ? cause.message : String(cause)}.`, {
      exit: 1,
      cause,
    });
  }
}
