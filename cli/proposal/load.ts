import { lstat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { getAddress } from "viem";
import { BallastError, type Where } from "../../sim/errors.ts";
import { applyChanges, type Change, hasKey, type Key, keysOf, PARAMETERS, type ParameterSet, specOf, valueOf } from "../../sim/parameters/index.ts";
import { readAmount } from "./amount.ts";
import { type Address, type Deployment, loadDeployment } from "./deployment.ts";
import { type Evidence, readEvidence } from "./evidence.ts";
import { readOwnFile } from "./own-file.ts";
import { loadParameters } from "./parameters.ts";
import { type Payload, readPayload } from "./payload.ts";
import { PROPOSAL } from "./proposal-shape.ts";
import { nearestName, shapeOf } from "./shape.ts";
import { readYaml, type Written, type YamlFile } from "./yaml.ts";

/** A proposal as its folder says it: nothing of it has been judged yet. */
export interface Proposal {
  readonly folder: string;
  readonly title: string;
  readonly author: string;
  /** The parameters the changes are drafted against. */
  readonly base: ParameterSet;
  readonly changes: readonly Change[];
  /** `base` once every change has arrived. */
  readonly after: ParameterSet;
  readonly rampSeconds: number;
  readonly deployment: Deployment;
  readonly proposer?: Address;
  readonly links: readonly string[];
  /** Text of rationale.md; empty where there is none. */
  readonly rationale: string;
  /** What is committed in payload/, as it is: not recomputed. */
  readonly payload?: Payload;
  /** What is committed in evidence.json, as it is. */
  readonly evidence?: Evidence;
  /** Where in proposal.yaml the value of each change stands, by `scope.name`. */
  readonly places: Readonly<Record<string, Where>>;
}

/** As much as is read of any YAML file. */
const LONGEST_PROPOSAL_BYTES = 1 << 20;

/** The widest ramp a change can carry on chain (uint32); the rules allow far less. */
const WIDEST_RAMP_SECONDS = 0xffff_ffff;

/**
 * Reads a proposal's folder: proposal.yaml with the parameters and the deployment it names, the rationale, and what is committed of payload and evidence.
 * Shape, names and units are checked here; bounds, steps and coupled rules are `validateChanges`' and the checks' business.
 *
 * @throws BallastError PROPOSAL_NOT_FOUND, PARAMETER_UNKNOWN, FILE_*, YAML_*, FIELD_*, VALUE_*, UNIT_*, NUMBER_*, PAYLOAD_MALFORMED, EVIDENCE_MALFORMED
 * @example (await loadProposal("proposals/0001-raise-eth-vol-buffer")).changes[0].to // 3000
 */
export async function loadProposal(folder: string): Promise<Proposal> {
  const draft = await loadDraft(folder);
  const [payload, evidence] = await Promise.all([readPayload(folder), readEvidence(folder)]);
  return { ...draft, ...(payload === undefined ? {} : { payload }), ...(evidence === undefined ? {} : { evidence }) };
}

/**
 * A proposal without what is committed of payload and evidence: what a backtest starts from, also where the evidence it is to
 * replace is broken.
 *
 * @throws BallastError those of `loadProposal`, but PAYLOAD_MALFORMED and EVIDENCE_MALFORMED
 */
export async function loadDraft(folder: string): Promise<Omit<Proposal, "payload" | "evidence">> {
  const yaml = await readYaml(await proposalFile(folder), isAmount);
  const shaped = readShape(yaml);
  const beside = (path: string) => resolve(folder, path);
  const base = await loadParameters(beside(shaped.base));
  const rampSeconds = readRamp(yaml, shaped.ramp);
  const changes = Object.entries(shaped.changes).map(([key, value]) => readChange(yaml, key, value, base, rampSeconds));
  const [deployment, rationale] = await Promise.all([loadDeployment(beside(shaped.deployment)), readRationale(folder)]);
  return {
    folder,
    title: shaped.title,
    author: shaped.author,
    base,
    changes,
    after: applyChanges(base, changes),
    rampSeconds,
    deployment,
    ...(shaped.proposer === undefined ? {} : { proposer: getAddress(shaped.proposer) }),
    links: shaped.links,
    rationale,
    places: Object.fromEntries(Object.keys(shaped.changes).map((key) => [key, yaml.at(["changes", key])])),
  };
}

/**
 * A parameter's key from how people write it, `ETH.volBuffer` or `protocol.confidence`.
 *
 * @param where what to blame: filled with the place of the key
 * @throws BallastError PARAMETER_UNKNOWN, with the nearest name that exists
 * @example parameterKey("ETH.volBuffer", initialParameters(), {}) // { scope: "ETH", name: "volBuffer" }
 */
export function parameterKey(text: string, set: ParameterSet, where: Where): Key {
  const dot = text.indexOf(".");
  const key = { scope: text.slice(0, Math.max(dot, 0)), name: text.slice(dot + 1) };
  if (dot > 0 && hasKey(set, key)) return key;
  const known = keysOf(set).map(({ scope, name }) => `${scope}.${name}`);
  throw new BallastError("PARAMETER_UNKNOWN", `There is no parameter ${text}.`, { where, fix: suggestion(text, known) });
}

function suggestion(text: string, known: readonly string[]): string {
  const name = text.slice(text.indexOf(".") + 1);
  const bare = specOf(text);
  if (bare !== undefined) {
    const full = known.filter((key) => key.endsWith(`.${text}`));
    return `Say of what: ${full.join(", ")}.`;
  }
  // The name first: `ETH.volBufer` means ETH's buffer, not some other parameter with a shorter way to go.
  const scope = text.slice(0, Math.max(text.indexOf("."), 0));
  const near = nearestName(
    name,
    PARAMETERS.map((spec) => spec.name),
  );
  const exact = near === undefined ? undefined : known.find((key) => key === `${scope}.${near}`);
  const meant = exact ?? nearestName(text, known);
  return meant === undefined ? "Run `ballast params` for the names." : `Did you mean ${meant}?`;
}

async function proposalFile(folder: string): Promise<string> {
  const file = join(folder, "proposal.yaml");
  const found = await lstat(resolve(folder)).catch(() => undefined);
  const named = basename(folder) === "proposal.yaml" ? dirname(folder) : undefined;
  if (found?.isSymbolicLink()) {
    // What changes behind it would be no change of the proposal to git, and so to `check --changed`.
    throw new BallastError("FILE_IS_LINK", `${folder} is a link: a proposal is a folder of its own.`, {
      where: { file: folder },
      fix: "Put the folder itself in its place.",
    });
  }
  if (!found?.isDirectory()) {
    throw new BallastError("PROPOSAL_NOT_FOUND", found === undefined ? `There is no folder ${folder}.` : `${folder} is a file; a proposal is a folder.`, {
      where: { file: folder },
      fix:
        named === undefined ? "Name a proposal's folder, as in proposals/0001-raise-eth-vol-buffer; `ballast draft` makes one." : `Name its folder: ${named}.`,
    });
  }
  if ((await readOwnFile(folder, ["proposal.yaml"], LONGEST_PROPOSAL_BYTES)) !== undefined) return file;
  throw new BallastError("PROPOSAL_NOT_FOUND", `${folder} holds no proposal.yaml.`, {
    where: { file },
    fix: "Name a proposal's folder; `ballast draft` makes one.",
  });
}

function isAmount(path: readonly (string | number)[]): boolean {
  return (path[0] === "changes" && path.length === 2) || (path[0] === "ramp" && path.length === 1);
}

function readShape(yaml: YamlFile) {
  const changes = (yaml.value as { changes?: unknown } | null)?.changes;
  if (typeof changes === "object" && changes !== null) {
    for (const [scope, value] of Object.entries(changes)) {
      if (typeof value !== "object" || value === null || "written" in value) continue;
      const line = Array.isArray(value) ? `${scope}: value` : `${scope}.${Object.keys(value)[0] ?? "volBuffer"}: value`;
      throw new BallastError("FIELD_INVALID", `changes.${scope} holds ${Array.isArray(value) ? "a list" : "fields of its own"}.`, {
        where: yaml.keyAt(["changes", scope]),
        fix: `Write one line per change: ${line}`,
      });
    }
  }
  return shapeOf(yaml, PROPOSAL);
}

function readRamp(yaml: YamlFile, written: Written): number {
  const where = yaml.at(["ramp"]);
  const seconds = readAmount(written, "seconds", where);
  if (seconds <= WIDEST_RAMP_SECONDS) return seconds;
  throw new BallastError("RAMP_TOO_LONG", `A ramp of ${seconds} s does not fit on chain.`, {
    where,
    fix: "Ramp over days, as in `1 d`; at most a parameter's cooldown.",
  });
}

function readChange(yaml: YamlFile, text: string, written: Written, base: ParameterSet, rampSeconds: number): Change {
  const path = ["changes", text];
  const key = parameterKey(text, base, yaml.keyAt(path));
  const spec = specOf(key.name);
  if (spec === undefined) throw new BallastError("PARAMETER_UNKNOWN", `There is no parameter ${text}.`, { where: yaml.keyAt(path) });
  return { ...key, from: valueOf(base, key), to: readAmount(written, spec.unit, yaml.at(path)), rampSeconds };
}

/** The most of prose that a report carries, and far more than anybody reads. */
const LONGEST_RATIONALE_BYTES = 1 << 20;

async function readRationale(folder: string): Promise<string> {
  return (await readOwnFile(folder, ["rationale.md"], LONGEST_RATIONALE_BYTES)) ?? "";
}
