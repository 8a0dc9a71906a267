import { cp } from "node:fs/promises";
import { dirname, join } from "node:path";
import { it } from "vitest";
import { loadProposal } from "../../cli/proposal/load.ts";
import { expectStopped, gate, proposed, SOUND } from "./gate.ts";

// Synthetify, October 2023: ten proposals that looked alike; nobody voted any more, and the tenth took the treasury.
it("Synthetify: the tenth proposal of a workspace with nine like it", { timeout: 60_000 }, async () => {
  const first = await proposed(SOUND, { policy: "checks: { duplicate-spam: error }\n" });
  const root = dirname(first.folder);
  const folders = Array.from({ length: 9 }, (_, i) => join(root, `${String(i + 2).padStart(4, "0")}-example-${i + 2}`));
  for (const folder of folders) await cp(first.folder, folder, { recursive: true });
  const tenth = await loadProposal(folders[8]);
  expectStopped(await gate(tenth), { exit: 3, check: "duplicate-spam", message: /0001-example/, names: /Synthetify, October 2023/ });
});
