import { readFile, stat } from "node:fs/promises";
import type { Hex } from "viem";
import { type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import { BallastError } from "../../sim/errors.ts";

/** The environment variable that holds a validator's private key. */
export const KEY_VARIABLE = "BALLAST_VALIDATOR_KEY";

/**
 * The validator's account, from a file that only its owner can read, else from `BALLAST_VALIDATOR_KEY`. The key is read when it is needed,
 * never from the command line, and stands in no message.
 *
 * @throws BallastError KEY_MISSING, KEY_FILE_UNREADABLE, KEY_FILE_OPEN (others can read it), KEY_INVALID
 */
export async function readAccount(keyFile: string | undefined): Promise<PrivateKeyAccount> {
  const text = (keyFile === undefined ? (process.env[KEY_VARIABLE] ?? "") : await readKeyFile(keyFile)).trim();
  if (text === "") {
    throw new BallastError("KEY_MISSING", "There is no key to sign with.", { fix: `Set ${KEY_VARIABLE}, or name a file with --key-file.` });
  }
  const key = text.startsWith("0x") ? text : `0x${text}`;
  try {
    if (!/^0x[0-9a-fA-F]{64}$/.test(key)) throw new Error("not 64 hex digits");
    return privateKeyToAccount(key as Hex);
  } catch {
    // Without its cause: that may quote the key.
    throw new BallastError("KEY_INVALID", `${keyFile ?? KEY_VARIABLE} holds no private key.`, {
      fix: "It is 64 hex digits, not zero and below the curve's order.",
    });
  }
}

async function readKeyFile(file: string): Promise<string> {
  try {
    const { mode } = await stat(file);
    if (process.platform !== "win32" && (mode & 0o077) !== 0) {
      throw new BallastError("KEY_FILE_OPEN", `${file} can be read by others.`, { where: { file }, fix: `Run chmod 600 ${file}.` });
    }
    return await readFile(file, "utf8");
  } catch (cause) {
    if (cause instanceof BallastError) throw cause;
    throw new BallastError("KEY_FILE_UNREADABLE", `Could not read ${file}: ${(cause as NodeJS.ErrnoException).code}.`, {
      where: { file },
      fix: "Name another file.",
    });
  }
}
