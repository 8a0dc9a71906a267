import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

/** Asks the system to show a file in the browser; whether it can is not known and not waited for. */
export function openInBrowser(file: string, platform: NodeJS.Platform = process.platform): void {
  const address = pathToFileURL(resolve(file)).href;
  const [command, ...before] = platform === "darwin" ? ["open"] : platform === "win32" ? ["rundll32", "url.dll,FileProtocolHandler"] : ["xdg-open"];
  const child = spawn(command, [...before, address], { detached: true, stdio: "ignore" });
  child.on("error", () => process.stderr.write(`Could not open a browser; the report is ${address}\n`));
  child.unref();
}
