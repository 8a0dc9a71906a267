import { execFile, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the real command line as its own process. */
export function ballast(...args: readonly string[]): Promise<Run> {
  return new Promise((resolve) => {
    execFile(join(ROOT, "ballast"), args, { maxBuffer: 1 << 24 }, (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr }));
  });
}

export function start(...args: readonly string[]): ReturnType<typeof spawn> {
  return spawn(join(ROOT, "ballast"), args, { stdio: "ignore" });
}

/** Hours since 1970-01-01 by the platform's own calendar, not the one under test. */
export function hourAt(iso: string): number {
  return Date.parse(iso) / 3_600_000;
}

export function dayAt(iso: string): number {
  return Date.parse(`${iso}T00:00:00Z`) / 86_400_000;
}

export function put(folder: string, name: string, lines: readonly string[], end = "\n"): string {
  const path = join(folder, name);
  writeFileSync(path, lines.join("\n") + end);
  return path;
}
