/**
 * A command's result on stdout: one JSON document where a machine reads, else text.
 *
 * @param text made only when it is needed
 * @example printResult({ hash }, options.json, () => `hash ${hash}`)
 */
export function printResult(value: unknown, json: boolean | undefined, text: () => string): void {
  process.stdout.write(json ? `${JSON.stringify(value, null, 2)}\n` : `${text().replace(/\n*$/, "")}\n`);
}

/** A remark for a person, on stderr: results are never mixed with it. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}
