import { execFileSync } from "node:child_process";
import { mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { changedSince, expanded } from "../../cli/checks/changed.ts";
import { temporary } from "../temporary.ts";

let top: string;
const at = (...parts: string[]) => join(top, ...parts);
const git = (...args: string[]) => execFileSync("git", ["-C", top, "-c", "user.name=t", "-c", "user.email=t@example.org", ...args], { stdio: "pipe" });

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(at(path)), { recursive: true });
  await writeFile(at(path), text);
}

/** A repository with three proposals on main, and a branch that starts there. */
beforeEach(async () => {
  top = await temporary("ballast changed");
  git("init", "-q", "-b", "main");
  for (const name of ["0001-one", "0002-two", "0003-three"]) await write(`proposals/${name}/proposal.yaml`, "title: x\n");
  for (const name of ["policy.yaml", "parameters.yaml", "deployment.yaml"]) await write(`proposals/${name}`, "x: 1\n");
  await write("README.md", "x");
  git("add", "-A");
  git("commit", "-qm", "first");
  git("checkout", "-qb", "work");
});

const changed = async (ref = "main") => changedSince(ref, await expanded([at("proposals")]));
const names = (folders: readonly string[]) => folders.map((folder) => folder.slice(at("proposals").length + 1));

describe("the proposals that changed against a commit", () => {
  it("are none where nothing did, or only what no proposal is measured by", async () => {
    await write("README.md", "y");
    await write("docs/new.md", "y");
    expect(await changed()).toEqual({ folders: [], compared: { ref: "main", of: 3, yardstick: [], removed: [] } });
  });

  it.each<[string, () => Promise<void>]>([
    [
      "committed",
      async () => {
        await write("proposals/0002-two/rationale.md", "because");
        git("add", "-A");
        git("commit", "-qm", "second");
      },
    ],
    [
      "staged",
      async () => {
        await write("proposals/0002-two/payload/safe.json", "{}");
        git("add", "-A");
      },
    ],
    ["edited", () => write("proposals/0002-two/proposal.yaml", "title: y\n")],
    ["new and unknown to git", () => write("proposals/0002-two/evidence ünd.json", "{}")],
    ["removed from it", () => rm(at("proposals/0002-two/proposal.yaml"))],
  ])("include one with a file that is %s", async (_, change) => {
    await change();
    expect(names((await changed()).folders)).toEqual(["0002-two"]);
  });

  it("are counted from where the branches parted: what main did since is not this branch's", async () => {
    git("checkout", "-q", "main");
    await write("proposals/0001-one/proposal.yaml", "title: main\n");
    git("commit", "-qam", "on main");
    git("checkout", "-q", "work");
    await write("proposals/0003-three/proposal.yaml", "title: work\n");
    expect(names((await changed()).folders)).toEqual(["0003-three"]);
  });

  it.each(["policy.yaml", "parameters.yaml", "deployment.yaml"])("are all of them where %s changes, and it is named", async (name) => {
    await write(`proposals/${name}`, "x: 2\n");
    const { folders, compared } = await changed();
    expect(names(folders)).toHaveLength(3);
    expect(compared.yardstick).toEqual([`proposals/${name}`]);
  });

  it("are all of them where the policy's book changes, wherever it stands", async () => {
    const policy = "version: 1\ncrashes: [2020-03-12-black-thursday]\nbook: { file: ../books/ours.csv }\ngates: { coverage.worst: { min: 0.5 } }\n";
    await write("proposals/policy.yaml", policy);
    await write("books/ours.csv", "a");
    git("add", "-A");
    git("commit", "-qm", "a book");
    git("branch", "-f", "main");
    await write("books/ours.csv", "b");
    const { folders, compared } = await changed();
    expect(names(folders)).toHaveLength(3);
    expect(compared.yardstick).toEqual(["books/ours.csv"]);
  });

  it("name a proposal that is there no more; one that was renamed is a new one", async () => {
    await rename(at("proposals/0003-three"), at("proposals/0004-four"));
    const { folders, compared } = await changed();
    expect(names(folders)).toEqual(["0004-four"]);
    expect(compared.removed).toEqual(["proposals/0003-three"]);
  });

  it.each<[string, string, string]>([
    ["a ref that does not exist", "nowhere", "CHANGED_UNKNOWN"],
    ["an option in place of a ref", "--output=/tmp/x", "CHANGED_UNKNOWN"],
  ])("refuse %s", async (_, ref, code) => {
    await expect(changed(ref)).rejects.toMatchObject({ code, exit: 2 });
  });

  it("never leave out a path that is no proposal: a misspelt folder is not one without changes", async () => {
    for (const path of ["propsals", "docs", "proposals/policy.yaml"])
      expect((await changedSince("main", await expanded([at(path)]))).folders).toEqual([at(path)]);
  });

  it("are none of a workspace that has no proposal yet", async () => {
    await write("fresh/policy.yaml", "x: 1\n");
    expect(await changedSince("main", await expanded([at("fresh")]))).toMatchObject({ folders: [], compared: { of: 0 } });
  });

  it("refuse a history that has no commit in common, as a shallow clone has", async () => {
    git("checkout", "-q", "--orphan", "other");
    git("commit", "-qm", "unrelated");
    await expect(changed()).rejects.toMatchObject({ code: "CHANGED_NO_BASE", fix: expect.stringContaining("fetch-depth: 0") });
  });

  it.each(["config/policy.yaml", "config/current/policy.yaml", "elsewhere/one/rationale.md"])(
    "are all, where %s changes, to which a link of the workspace leads",
    async (path) => {
      await rm(at("proposals/policy.yaml"));
      await write("config/policy.yaml", "x: 1\n");
      await mkdir(at("config/current"));
      await symlink("../policy.yaml", at("config/current/policy.yaml"));
      await symlink("../config/current/policy.yaml", at("proposals/policy.yaml"));
      await write("elsewhere/one/rationale.md", "x");
      await symlink("../elsewhere/one", at("proposals/0004-link"));
      git("add", "-A");
      git("commit", "-qm", "links");
      git("branch", "-f", "main");
      expect((await changed()).folders).toEqual([]);
      await rm(at(path));
      await write(path, "x: 2\n");
      const { folders, compared } = await changed();
      expect(names(folders)).toEqual(["0001-one", "0002-two", "0003-three", "0004-link"]);
      expect(compared.yardstick).toEqual([path]);
    },
  );

  it("refuse a folder that is in no repository", async () => {
    const outside = await temporary("outside");
    await expect(changedSince("main", [join(outside, "0001-x")])).rejects.toMatchObject({ code: "CHANGED_NO_REPOSITORY" });
  });
});

describe("a folder of proposals", () => {
  it("is every proposal in it, once, in order; a numbered folder without a proposal.yaml and a link are not passed over", async () => {
    await mkdir(at("proposals/0009-empty"));
    await write("proposals/unnumbered/proposal.yaml", "title: x\n");
    await write("proposals/notes/x.md", "x");
    await symlink(at("proposals/0001-one"), at("proposals/0008-link"));
    expect(names(await expanded([at("proposals/0002-two"), at("proposals")]))).toEqual([
      "0002-two",
      "0001-one",
      "0003-three",
      "0008-link",
      "0009-empty",
      "unnumbered",
    ]);
  });

  it("without any is itself, for the check to refuse", async () => {
    expect(await expanded([at("docs"), at("README.md")])).toEqual([at("docs"), at("README.md")]);
  });
});
