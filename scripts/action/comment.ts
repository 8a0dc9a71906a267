/**
 * Keeps one comment on a pull request up to date: the one that begins with the marker is replaced, else a new one is written.
 *
 *     GITHUB_TOKEN=… node scripts/action/comment.ts comment.md
 *
 * Reads GITHUB_API_URL, GITHUB_REPOSITORY and GITHUB_EVENT_PATH, as GitHub Actions sets them. A comment that cannot be written is said and is no
 * failure: the verdict does not depend on it, and a fork's pull request has no right to write one.
 */
import { existsSync, readFileSync } from "node:fs";
import { command } from "../../cli/checks/formats/github.ts";
import { COMMENT_MARKER } from "../../cli/checks/formats/markdown.ts";

interface Comment {
  readonly id: number;
  readonly body?: string;
  readonly user?: { readonly type?: string } | null;
}

const PER_PAGE = 100;
const MOST_PAGES = 30;
const TIMEOUT_MS = 20_000;

const { GITHUB_API_URL = "https://api.github.com", GITHUB_REPOSITORY = "", GITHUB_EVENT_PATH = "", GITHUB_TOKEN = "" } = process.env;
const [file = ""] = process.argv.slice(2);

try {
  const number = pullRequest();
  if (number === undefined) say("There is no pull request to comment on.");
  else if (!existsSync(file)) say("There is nothing to comment: the check wrote no file.");
  else await comment(number, readFileSync(file, "utf8"));
} catch (error) {
  say(`The comment was not written: ${error instanceof Error ? error.message : String(error)}`);
}

async function comment(number: number, body: string): Promise<void> {
  const comments = `${GITHUB_API_URL}/repos/${GITHUB_REPOSITORY}/issues/${number}/comments`;
  const old = await ownComment(comments);
  if (old === undefined) await request("POST", comments, { body });
  else await request("PATCH", `${GITHUB_API_URL}/repos/${GITHUB_REPOSITORY}/issues/comments/${old}`, { body });
  process.stdout.write(old === undefined ? "commented\n" : `updated comment ${old}\n`);
}

/** A person may quote the marker; only a bot's comment that begins with it is ours. */
async function ownComment(comments: string): Promise<number | undefined> {
  for (let page = 1; page <= MOST_PAGES; page++) {
    const found = (await request("GET", `${comments}?per_page=${PER_PAGE}&page=${page}`)) as Comment[];
    const own = found.find(({ body, user }) => user?.type === "Bot" && body?.startsWith(COMMENT_MARKER) === true);
    if (own !== undefined || found.length < PER_PAGE) return own?.id;
  }
  return undefined;
}

async function request(method: string, url: string, body?: unknown): Promise<unknown> {
  const response = await fetch(url, {
    method,
    headers: { accept: "application/vnd.github+json", authorization: `Bearer ${GITHUB_TOKEN}`, "content-type": "application/json" },
    signal: AbortSignal.timeout(TIMEOUT_MS),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (response.ok) return response.json();
  throw new Error(
    `${method} answered ${response.status}${response.status === 403 ? " (the token may not write: a fork's, or without pull-requests: write)" : ""}.`,
  );
}

function pullRequest(): number | undefined {
  if (GITHUB_EVENT_PATH === "" || !existsSync(GITHUB_EVENT_PATH)) return undefined;
  const number: unknown = JSON.parse(readFileSync(GITHUB_EVENT_PATH, "utf8")).pull_request?.number;
  return Number.isSafeInteger(number) ? (number as number) : undefined;
}

function say(message: string): void {
  process.stdout.write(`${command("notice", undefined, "ballast", message)}\n`);
}
