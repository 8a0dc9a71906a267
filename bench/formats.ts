import { formatOutcome } from "../cli/checks/formats/index.ts";
import { CHECKS } from "../cli/checks/index.ts";
import type { Outcome } from "../cli/checks/outcome.ts";
import { median, short } from "./median.ts";

const FINDINGS = 5_000;
const PROPOSALS = 50;

/** SARIF of 5 000 findings over 50 proposals, written as text. */
export function sarifLine() {
  const outcome = findings();
  const seconds: number[] = [];
  let bytes = 0;
  for (let i = 0; i < 9; i++) {
    const start = performance.now();
    bytes = Buffer.byteLength(formatOutcome("sarif", outcome, { root: process.cwd(), version: "0.1.0" }));
    seconds.push((performance.now() - start) / 1_000);
  }
  return { seconds: short(median(seconds)), worstSeconds: short(Math.max(...seconds)), findings: FINDINGS, megabytes: short(bytes / 1e6) };
}

function findings(): Outcome {
  const subject = { title: "Example", changes: [] };
  const reports = Array.from({ length: PROPOSALS }, (_, p) => {
    const proposal = `proposals/${String(p).padStart(4, "0")}-example`;
    const found = Array.from({ length: FINDINGS / PROPOSALS }, (_, i) => {
      const { id, fix, kind } = CHECKS[i % CHECKS.length];
      const message = `Call ${i} is not declared in proposal.yaml: an unknown function (selector 0xdeadbeef) on 0x${String(i).padStart(40, "0")}.`;
      return {
        check: id,
        severity: i % 3 === 0 ? ("warn" as const) : ("error" as const),
        message,
        fix,
        kind,
        proposal,
        where: { file: `${proposal}/proposal.yaml`, line: 1 + i },
      };
    });
    return { proposal, findings: found, checked: [], notChecked: [], subject };
  });
  return { reports, problems: [] };
}
