import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { BallastError } from "../../sim/errors.ts";
import { canonicalJson } from "../backtest/canonical.ts";
import { writeFile } from "../output/write.ts";
import type { Evidence } from "../proposal/evidence.ts";
import { parseJson } from "../proposal/json.ts";
import { readOwnFile } from "../proposal/own-file.ts";
import { shapeOf } from "../proposal/shape.ts";
import { type AgainstDocument, PEERS_RECORD, type PeerRun } from "./output.ts";
import { resultsOf } from "./results.ts";

const FILE = "peers.json";
const MOST_BYTES = 8_000_000;

/**
 * Writes a run under peers beside the evidence it was made with. It is no part of that evidence.
 *
 * @param root the evidence's result hash
 */
export async function writePeers(folder: string, run: PeerRun, root: string): Promise<void> {
  await writeFile(join(folder, FILE), `${canonicalJson({ root, ...run })}\n`);
}

/**
 * Removes a comparison that is not beside the evidence it was made with; where it cannot be read as one, too: the file is Ballast's own.
 *
 * @param root the result hash of the evidence in the folder
 * @returns whether one was removed
 */
export async function dropStalePeers(folder: string, root: string): Promise<boolean> {
  const file = join(folder, FILE);
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined || rootIn(text) === root) return false;
  await rm(file);
  return true;
}

function rootIn(text: string): unknown {
  try {
    return JSON.parse(text)?.root;
  } catch {
    return undefined;
  }
}

/**
 * The comparison that lies in a proposal's folder, with our own figures taken from the evidence; undefined where there is none.
 *
 * @throws BallastError PEERS_STALE (exit 5) when it was made beside other evidence, PEERS_INCOMPLETE (exit 6) when a replay is missing,
 *   and what the file's shape refuses
 * @example (await readPeers(folder, evidence))?.crashes.length
 */
export async function readPeers(folder: string, evidence: Pick<Evidence, "root" | "outcomes">): Promise<AgainstDocument | undefined> {
  const text = await readOwnFile(folder, [FILE], MOST_BYTES);
  if (text === undefined) return undefined;
  const file = join(folder, FILE);
  const record = shapeOf(parseJson(text, file), PEERS_RECORD);
  const fix = "Run `ballast backtest` again with --against, or delete the file.";
  if (record.root !== evidence.root) {
    throw new BallastError("PEERS_STALE", "The comparison with peers was made beside other evidence.", {
      where: { file, field: "root", value: record.root },
      fix,
      exit: 5,
    });
  }
  const replayed = [
    ...evidence.outcomes.map(({ set, crash, seed }) => ({ system: set as string, crash, seed })),
    ...record.outcomes.map(({ peer, crash, seed }) => ({ system: peer as string, crash, seed })),
  ];
  for (const { name } of record.systems) {
    for (const crash of record.crashes) {
      for (const seed of record.seeds) {
        if (replayed.filter((one) => one.system === name && one.crash === crash && one.seed === seed).length === 1) continue;
        throw new BallastError("PEERS_INCOMPLETE", `The comparison has no replay, or several, of ${crash} under ${name} with seed ${seed}.`, {
          where: { file, field: "outcomes" },
          fix,
          exit: 6,
        });
      }
    }
  }
  return resultsOf(record, evidence.outcomes);
}
