import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { COMMENT_MARKER } from "../../cli/checks/formats/markdown.ts";
import { loadProposal } from "../../cli/proposal/load.ts";
import { payloadFiles } from "../../cli/proposal/payload.ts";
import { type ActionRun, runAction } from "../../scripts/action/steps.ts";
import { forge } from "../../scripts/fixtures/forge.ts";
import { writePayload } from "../checks/world.ts";
import { ballast, workspace } from "../cli/ballast.ts";
import { temporary } from "../temporary.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const run = promisify(execFile);
const GOOD = "proposals/0001-raise-eth-vol-buffer";
const BAD = "proposals/0002-raise-eth-vol-buffer-more";

/** GitHub's comments on issues, as far as the action asks: kept in memory, served on the loopback. */
interface Comment {
  readonly id: number;
  body: string;
  readonly user: { readonly type: string };
}
const comments: Comment[] = [{ id: 7, body: `> ${COMMENT_MARKER} what is this?`, user: { type: "User" } }];
const requests: string[] = [];
let server: Server;
let api: string;
let mayWrite = true;

let bare: string;
let work: string;
const git = (cwd: string, ...args: string[]) => run("git", ["-C", cwd, "-c", "user.name=t", "-c", "user.email=t@example.org", ...args]);

/** A bare repository with main, which holds no proposal, and a branch each for a sound and for a malicious one. */
beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      requests.push(`${request.method} ${request.url}`);
      const body = chunks.length === 0 ? "" : JSON.parse(Buffer.concat(chunks).toString()).body;
      const answer = (status: number, value: unknown) => response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
      if (request.headers.authorization !== "Bearer secret") return answer(401, {});
      if (request.method === "GET") return answer(200, comments);
      if (!mayWrite) return answer(403, {});
      const id = Number(/comments\/(\d+)$/.exec(request.url ?? "")?.[1] ?? 100 + comments.length);
      const known = comments.find((comment) => comment.id === id);
      if (known === undefined) comments.push({ id, body, user: { type: "Bot" } });
      else known.body = body;
      return answer(request.method === "POST" ? 201 : 200, { id });
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const source = await workspace();
  const policy = join(source, "proposals/policy.yaml");
  const small = (await readFile(policy, "utf8"))
    .replace(/( {2}- \d{4}-\S+\n)+/, "  - 2025-10-10-liquidation-cascade\n")
    .replace("accounts: 125", "accounts: 4")
    .replace(/^seeds: .*$/m, "seeds: [1]")
    .replace("filtered: 512", "filtered: 64")
    .replace("stressed: 128", "stressed: 16");
  await writeFile(policy, small);
  bare = await temporary("bare");
  await git(bare, "init", "-q", "--bare", "-b", "main");
  await git(source, "init", "-q", "-b", "main");
  await git(source, "add", "-A");
  await git(source, "commit", "-qm", "a workspace");
  await git(source, "push", "-q", bare, "main");

  await ballast(["draft", "raise-eth-vol-buffer", "--set", "ETH.volBuffer=3000"], { cwd: source });
  await ballast(["backtest", GOOD], { cwd: source });
  expect((await ballast(["build", GOOD], { cwd: source })).code).toBe(0);
  await cp(join(source, GOOD), join(source, "aside"), { recursive: true });
  const branch = async (name: string) => {
    await git(source, "checkout", "-qb", name);
    await git(source, "add", "proposals");
    await git(source, "commit", "-qm", name);
    await git(source, "push", "-q", bare, name);
  };
  await branch("good");

  // The same change and evidence, with a payload that also makes an outsider the timelock's administrator.
  await rename(join(source, "aside"), join(source, BAD));
  const proposal = await loadProposal(join(source, BAD));
  await writePayload(join(source, BAD), payloadFiles(forge(proposal.payload!, proposal.deployment.timelock)));
  await branch("bad");

  work = join(await temporary("work"), "checkout");
  await run("git", ["clone", "-q", bare, work]);
}, 240_000);
afterAll(() => {
  server.close();
});

async function pullRequest(branch: string, log: string[] = [], inputs: Record<string, string> = {}): Promise<ActionRun> {
  await git(work, "checkout", "-q", branch);
  const event = join(await temporary("event"), "event.json");
  await writeFile(event, JSON.stringify({ pull_request: { number: 12 } }));
  return runAction({
    action: ROOT,
    repository: work,
    temp: await temporary("runner"),
    inputs: { comment: "true", ...inputs },
    github: { base_ref: "main", event_path: event, api_url: api, repository: "protocol/risk", token: "secret" },
    write: (text) => void log.push(text),
  });
}

describe("the action on a pull request, run here", { timeout: 240_000 }, () => {
  it("lets a sound proposal pass: exit 0, before and after in one comment and in the summary", async () => {
    const log: string[] = [];
    const { exit, outputs, summary } = await pullRequest("good", log);
    expect([exit, outputs["exit-code"]], log.join("")).toEqual([0, "0"]);
    expect(log.join("")).not.toMatch(/^::(error|warning)/m);
    expect(comments.map(({ id }) => id)).toEqual([7, 101]);
    for (const text of [comments[1].body, summary]) {
      expect(text.startsWith(COMMENT_MARKER)).toBe(true);
      expect(text).toMatch(/`ETH\.volBuffer` \| 25\u00a0% .* \| \*\*30\u00a0%\*\*/);
    }
  });

  it("stops a malicious one: exit 3, the hidden call annotated, in SARIF and in the comment, which is the same one", async () => {
    const log: string[] = [];
    const { exit, outputs, summary } = await pullRequest("bad", log);
    expect([exit, outputs["exit-code"]], log.join("")).toEqual([3, "3"]);
    const annotations = log
      .join("")
      .split("\n")
      .filter((line) => line.startsWith("::error"));
    expect(annotations.join("\n")).toMatch(/title=decode,file=proposals\/0002-raise-eth-vol-buffer-more\/payload\/governor\.json::.*grantRole/);
    const [{ results }] = JSON.parse(await readFile(outputs.sarif, "utf8")).runs;
    expect(results).toContainEqual(
      expect.objectContaining({
        ruleId: "decode",
        level: "error",
        locations: [{ physicalLocation: { artifactLocation: { uri: `${BAD}/payload/governor.json`, uriBaseId: "SRCROOT" }, region: { startLine: 1 } } }],
      }),
    );
    expect(await readFile(outputs.junit, "utf8")).toContain("<failure");
    // The branch stands on the good one; both differ from main, both are looked at.
    expect(JSON.parse(await readFile(outputs.json, "utf8"))).toMatchObject({ compared: { ref: "origin/main", of: 2, yardstick: [] } });
    expect(comments.map(({ id }) => id)).toEqual([7, 101]);
    expect(comments[1].body).toContain("grantRole");
    expect(summary).toContain("grantRole");
    expect(requests.at(-1)).toBe("PATCH /repos/protocol/risk/issues/comments/101");
  });

  it("checks only what changed: against the good branch, the malicious proposal alone", async () => {
    const { exit, outputs } = await pullRequest("bad", [], { changed: "origin/good", comment: "false" });
    const { findings, checked, compared } = JSON.parse(await readFile(outputs.json, "utf8"));
    expect(exit).toBe(3);
    expect(compared).toMatchObject({ ref: "origin/good", of: 2 });
    expect(new Set([...findings, ...checked].map(({ proposal }: { proposal: string }) => proposal))).toEqual(new Set([BAD]));
  });

  it("passes a pull request without a proposal, and says that nothing was checked; a token that may not write changes no verdict", async () => {
    mayWrite = false;
    const log: string[] = [];
    const { exit, summary } = await pullRequest("main", log);
    mayWrite = true;
    expect(exit).toBe(0);
    expect(summary).toContain("No proposal differs from origin/main; nothing was checked (0 proposals there).");
    expect(log.join("")).toMatch(/^::notice title=ballast::The comment was not written: (POST|PATCH) answered 403/m);
  });

  it.each([
    ["a base that was not fetched", { changed: "origin/no-such-branch" }],
    ["a folder that is not there", { proposals: "propsals" }],
    ["a folder whose name is a command", { proposals: "$(touch owned); `touch owned`" }],
  ])("fails where it could not check: %s", async (_, inputs) => {
    const { exit, outputs } = await pullRequest("good", [], { comment: "false", ...inputs });
    expect([exit, outputs["exit-code"]]).toEqual([2, "2"]);
    // No output names a file that is not there.
    for (const name of ["sarif", "junit", "json", "comment"]) expect(outputs[name] === "" || existsSync(outputs[name]), name).toBe(true);
    expect(existsSync(join(work, "owned"))).toBe(false);
  });
});

describe("the git hook of docs/ci", { timeout: 240_000 }, () => {
  it("lets a commit of the sound proposal through, and refuses the malicious one", async () => {
    const local = join(await temporary("hook"), "checkout");
    await run("git", ["clone", "-q", bare, local]);
    await cp(join(ROOT, "docs/ci/pre-commit"), join(local, ".git/hooks/pre-commit"));
    await git(local, "config", "ballast.path", ROOT);
    const commit = async (from: string, path: string) => {
      await git(local, "checkout", "-q", `origin/${from}`, "--", path);
      return git(local, "commit", "-m", from).then(
        () => 0,
        (error: { code: number }) => error.code,
      );
    };
    expect(await commit("good", GOOD)).toBe(0);
    expect(await commit("bad", BAD)).not.toBe(0);
    expect((await git(local, "log", "--format=%s")).stdout.split("\n")[0]).toBe("good");
    // What lies there has to be what is committed.
    await rm(join(local, BAD, "rationale.md"), { force: true });
    await writeFile(join(local, BAD, "proposal.yaml"), "title: another\n");
    expect(await git(local, "commit", "-m", "half").catch((error: { stderr: string }) => error.stderr)).toContain("not staged");
  });
});
