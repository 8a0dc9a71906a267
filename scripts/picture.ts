// Makes docs/report.png, the README's picture: the top of a real report.html as a desktop browser shows it, in light colours.
//   node scripts/picture.ts proposals/0002-free-trapped-margin [docs/report.png]
import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { BallastError } from "../sim/errors.ts";

const WIDTH = 1280;
const HEIGHT = 1180;
/** A README is loaded over slow lines too. */
const MOST_BYTES = 300_000;

const [folder, out = "docs/report.png"] = process.argv.slice(2);
const page = resolve(folder ?? "", "report.html");
if (folder === undefined || !existsSync(page)) {
  throw new BallastError("REPORT_MISSING", "There is no report to take a picture of.", {
    where: { file: page },
    fix: "Run `ballast report FOLDER` first, then name FOLDER.",
  });
}
const executablePath = [process.env.BALLAST_CHROMIUM ?? "", "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(
  (place) => place !== "" && existsSync(place),
);
if (executablePath === undefined) {
  throw new BallastError("BROWSER_MISSING", "There is no chromium here.", { fix: "`apt-get install -y chromium`, or name one in BALLAST_CHROMIUM." });
}
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"] });
const tab = await browser.newPage({ viewport: { width: WIDTH, height: HEIGHT }, colorScheme: "light" });
await tab.goto(pathToFileURL(page).href);
await tab.screenshot({ path: out });
await browser.close();
const { size } = statSync(out);
if (size > MOST_BYTES) throw new BallastError("PICTURE_TOO_LARGE", `${out} has ${size} bytes; a README's picture may have ${MOST_BYTES}.`);
process.stdout.write(`${out} ${size} bytes\n`);
