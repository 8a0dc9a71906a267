import { execFile } from "node:child_process";
import { chmod, copyFile, mkdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { temporary } from "../temporary.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const run = promisify(execFile);

/** All of the system that the scripts may count on. */
const TOOLS = ["sh", "cat", "dirname", "mkdir", "mv", "readlink", "rmdir", "sleep", "tail"];

// A machine made for the test: its own PATH with a `node` that is too old, and an `npx` that stands for the registry
// (it answers with the Node these tests run on, and counts how often it is asked).
let place: string;
let checkout: string;

beforeEach(async () => {
  place = await temporary("ballast launcher");
  checkout = join(place, "a checkout");
  for (const part of ["scripts", "cli", "node_modules/.bin"]) await mkdir(join(checkout, part), { recursive: true });
  await copyFile(join(ROOT, "scripts/node"), join(checkout, "scripts/node"));
  await copyFile(join(ROOT, "ballast"), join(checkout, "ballast"));
  await writeFile(join(checkout, "cli/main.ts"), "const args: string[] = process.argv.slice(2);\nconsole.log(JSON.stringify(args));\n");
  await mkdir(join(place, "bin"));
  for (const tool of TOOLS) await symlink(await findTool(tool), join(place, "bin", tool));
  await executable(join(place, "bin/npx"), `echo asked >>"$HOME/asked"\nsleep 0.2\necho "${process.execPath}"`);
});

afterEach(async () => {
  await chmod(checkout, 0o755);
});

describe("scripts/node", () => {
  it("fetches Node 24 where the machine's own is too old, and only once", async () => {
    await oldNode();
    expect(await node("-p", "process.version")).toBe(process.version);
    expect(await node("-p", "process.version")).toBe(process.version);
    expect(await timesAsked()).toBe(1);
  });

  it("fetches once when many calls start together", async () => {
    await oldNode();
    const versions = await Promise.all(Array.from({ length: 6 }, () => node("-p", "process.version")));
    expect(new Set(versions)).toEqual(new Set([process.version]));
    expect(await timesAsked()).toBe(1);
  });

  it("takes the machine's own Node when it will do", async () => {
    await symlink(process.execPath, join(place, "bin/node"));
    expect(await node("-p", "process.version")).toBe(process.version);
    expect(await timesAsked()).toBe(0);
  });

  it("fetches again when the remembered Node is gone", async () => {
    await oldNode();
    await mkdir(join(checkout, ".cache"));
    await writeFile(join(checkout, ".cache/node24"), "/nowhere/node\n");
    expect(await node("-p", "process.version")).toBe(process.version);
    expect(await timesAsked()).toBe(1);
  });

  it("says what to do when there is no way to a newer Node", async () => {
    await oldNode();
    await executable(join(place, "bin/npx"), "exit 1");
    await expect(node("-p", "1")).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining("could not fetch Node 24") });
    await rm(join(place, "bin/npx"));
    await expect(node("-p", "1")).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining("needs Node 22.18+") });
    await expect(stat(join(checkout, ".cache/node24"))).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("remembers in the user's cache when the checkout cannot be written", async () => {
    await oldNode();
    // A file where the folder should be: nobody, not even root, can write there.
    await writeFile(join(checkout, ".cache"), "");
    await node("-p", "1");
    await node("-p", "1");
    expect(await timesAsked()).toBe(1);
    expect((await readFile(join(place, ".cache/ballast/node24"), "utf8")).trim()).toBe(process.execPath);
  });

  it("passes arguments on as they are, and the exit code back", async () => {
    await symlink(process.execPath, join(place, "bin/node"));
    const args = ["two words", '"quoted"', "$HOME", "*", ""];
    expect(JSON.parse(await node("-p", "JSON.stringify(process.argv.slice(1))", "--", ...args))).toEqual(args);
    await expect(node("-e", "process.exit(4)")).rejects.toMatchObject({ code: 4 });
  });

  it("does its work once for a call within a call, and again when an older Node was put first since", async () => {
    await oldNode();
    const again = join(checkout, "scripts/node");
    const script = `"${again}" node -p process.version && PATH="${join(place, "bin")}:$PATH" "${again}" node -p process.version`;
    const { stdout } = await run(again, ["sh", "-c", script], { env: environment() });
    expect(stdout.trim().split("\n")).toEqual([process.version, process.version]);
  });
});

describe("the launcher", () => {
  it("runs the command line from any folder, through a link, with spaces on the way", async () => {
    await symlink(process.execPath, join(place, "bin/node"));
    await symlink("../a checkout/ballast", join(place, "bin/ballast"));
    const { stdout } = await run(join(place, "bin/ballast"), ["check", "my proposal"], { cwd: place, env: environment() });
    expect(JSON.parse(stdout)).toEqual(["check", "my proposal"]);
  });

  it("keeps compiled code in the checkout, and starts as well where it cannot", async () => {
    await symlink(process.execPath, join(place, "bin/node"));
    const launch = async () => JSON.parse((await run(join(checkout, "ballast"), ["params"], { env: environment(), timeout: 20_000 })).stdout);
    expect(await launch()).toEqual(["params"]);
    expect((await stat(join(checkout, ".cache/compile"))).isDirectory()).toBe(true);
    await rm(join(checkout, ".cache"), { recursive: true });
    await writeFile(join(checkout, ".cache"), "");
    expect(await launch()).toEqual(["params"]);
  });

  it("says what to do before anything is installed", async () => {
    await rm(join(checkout, "node_modules"), { recursive: true });
    await expect(run(join(checkout, "ballast"), ["--help"], { env: environment() })).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining("make install"),
    });
  });
});

async function node(...args: string[]): Promise<string> {
  const { stdout } = await run(join(checkout, "scripts/node"), ["node", ...args], { env: environment() });
  return stdout.trim();
}

function environment(): NodeJS.ProcessEnv {
  return { HOME: place, PATH: join(place, "bin"), LANG: "C" };
}

async function findTool(tool: string): Promise<string> {
  return (await run("sh", ["-c", `command -v ${tool}`])).stdout.trim();
}

/** Answers the question for its age as Node 20 would. */
async function oldNode(): Promise<void> {
  await executable(join(place, "bin/node"), "echo old");
}

async function executable(path: string, script: string): Promise<void> {
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
}

async function timesAsked(): Promise<number> {
  const asked = await readFile(join(place, "asked"), "utf8").catch(() => "");
  return asked.split("\n").filter(Boolean).length;
}
