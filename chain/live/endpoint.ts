import { BallastError } from "../../sim/errors.ts";

/** Where JSON-RPC is asked. Only `host` may ever be shown: user names, passwords, paths and queries carry keys. */
export interface Endpoint {
  readonly url: string;
  readonly host: string;
  /** What in the URL may be a key: user, password, parts of the path, values of the query. */
  readonly secrets: readonly string[];
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
  const parts = [url.username, url.password, ...url.pathname.split("/"), ...url.searchParams.values(), url.hash.slice(1)];
  return { url: url.href, host: url.host, secrets: parts.flatMap((part) => [part, decoded(part)]).filter((part) => part.length >= SHORTEST_SECRET) };
}

/** Shorter ones are words like `v3` and `rpc`: to take them out would spoil every message, and protect nothing. */
const SHORTEST_SECRET = 6;

/** A text that somebody else wrote, without what the URL keeps secret: nodes like to repeat the key that they refuse. */
export function withoutSecrets(text: string, { secrets }: Pick<Endpoint, "secrets">): string {
  return secrets.reduce((clean, secret) => clean.replaceAll(secret, "…"), text.replace(/https?:\/\/\S+/gi, "…"));
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
