import { BallastError } from "../../sim/errors.ts";

/** Where JSON-RPC is asked. Only `host` may ever be shown: user names, passwords, paths and queries carry keys. */
export interface Endpoint {
  readonly url: string;
  readonly host: string;
}

/**
 * An endpoint from its URL. The URL appears in no message, not even when it is wrong.
 *
 * @param text `http://` or `https://`, as a provider gives it
 * @throws RPC_URL_INVALID
 * @example
 * endpointOf("https://user:secret@node.example/v3/key").host; // "node.example"
 */
export function endpointOf(text: string): Endpoint {
  const url = URL.parse(text.trim());
  if (url === null || !["http:", "https:"].includes(url.protocol) || url.hostname === "") {
    throw new BallastError("RPC_URL_INVALID", "The JSON-RPC endpoint is not a URL that can be asked.", {
      where: { field: "--rpc" },
      fix: "Give an http:// or https:// URL with --rpc or BALLAST_RPC_URL. (It is not repeated here: it may hold a key.)",
    });
  }
  return { url: url.href, host: url.host };
}
