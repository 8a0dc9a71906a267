import { BallastError } from "../../sim/errors.ts";

/** The endpoint, where a command cannot do without. @throws RPC_MISSING */
export function requireRpc(url: string | undefined, why: string): string {
  if (url !== undefined) return url;
  throw new BallastError("RPC_MISSING", why, { where: { field: "--rpc" }, fix: "Give a JSON-RPC endpoint with --rpc, or set BALLAST_RPC_URL." });
}
