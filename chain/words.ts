import { type Hex, hexToString, stringToHex } from "viem";
import { BallastError } from "../sim/errors.ts";

/**
 * A scope or a name as it stands on chain: ASCII, left-aligned in 32 bytes, so that an explorer shows the text.
 *
 * @throws WORD_INVALID when the text is empty, longer than 31 characters, or not of letters and digits.
 * @example
 * toWord("ETH"); // 0x4554480000…00
 */
export function toWord(text: string): Hex {
  if (!/^[A-Za-z0-9]{1,31}$/.test(text)) {
    throw new BallastError("WORD_INVALID", `"${text}" cannot be a scope or a name on chain.`, {
      where: { value: text },
      fix: "Use 1 to 31 letters and digits.",
    });
  }
  return stringToHex(text, { size: 32 });
}

/**
 * The text of a scope or a name.
 *
 * @throws WORD_INVALID when the word is not one that `toWord` makes: a lookalike, say, or bytes after the end of the text.
 * @example
 * fromWord("0x4554480000…00"); // "ETH"
 */
export function fromWord(word: Hex): string {
  const text = hexToString(word, { size: 32 });
  if (!/^[A-Za-z0-9]{1,31}$/.test(text) || toWord(text) !== word.toLowerCase()) {
    throw new BallastError("WORD_INVALID", `${word} is not the name of a scope or a parameter.`, {
      where: { value: word },
      fix: "It has to be letters and digits, left-aligned, then zeros.",
      exit: 3,
    });
  }
  return text;
}
