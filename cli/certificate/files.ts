import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { parseJson } from "../proposal/json.ts";
import { readOwnFile } from "../proposal/own-file.ts";
import { shapeOf } from "../proposal/shape.ts";
import { CERTIFICATE_FILE, type CertificateFile } from "./shape.ts";

/** Where a proposal's certificates stand, under its folder. */
export const CERTIFICATES = "certificates";

/** A certificate as it stands in its file. */
export interface Signed extends CertificateFile {
  readonly file: string;
}

const LARGEST_CERTIFICATE_BYTES = 1 << 14;

/**
 * The certificates committed in a proposal's folder, by file name. They are read, not believed.
 *
 * @throws BallastError FILE_*, JSON_*, FIELD_*
 */
export async function readCertificates(folder: string): Promise<Signed[]> {
  const names = await readdir(join(folder, CERTIFICATES)).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return [];
    throw cause;
  });
  const found: Signed[] = [];
  for (const name of names.filter((one) => /^0x.*\.json$/.test(one)).sort()) {
    const text = await readOwnFile(folder, [CERTIFICATES, name], LARGEST_CERTIFICATE_BYTES);
    const file = join(folder, CERTIFICATES, name);
    if (text !== undefined) found.push({ ...shapeOf(parseJson(text, file), CERTIFICATE_FILE), file });
  }
  return found;
}
