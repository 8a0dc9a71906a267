import { join } from "node:path";
import { Command } from "commander";

export function initCommand(): Command {
  return new Command("init")
    .description("start a workspace: proposals/ with today's parameters, the deployment and the policy")
    .argument("[dir]", "where proposals/ is made", ".")
    .option("--json", "print the result as JSON")
    .action(run);
}

async function run(dir: string, options: { json?: boolean }): Promise<void> {
  const [
    { stat },
    { BallastError },
    { initialParameters },
    { writeFile },
    { printResult },
    { parametersText },
    { deploymentText },
    { policyText },
    { localAddresses },
  ] = await Promise.all([
    import("node:fs/promises"),
    import("../../sim/errors.ts"),
    import("../../sim/parameters/index.ts"),
    import("../output/write.ts"),
    import("../output/print.ts"),
    import("../proposal/parameters.ts"),
    import("../proposal/deployment.ts"),
    import("../proposal/templates.ts"),
    import("../../chain/deploy.ts"),
  ]);
  const { parameters: riskParameters, steward: riskSteward, ...addresses } = localAddresses();
  const EMBEDDED_CHAIN_ID = 31_337;
  const files = Object.entries({
    "parameters.yaml": parametersText(initialParameters()),
    "deployment.yaml": deploymentText({ chainId: EMBEDDED_CHAIN_ID, ...addresses, riskParameters, riskSteward }),
    "policy.yaml": policyText(),
  }).map(([name, text]) => ({ file: join(dir, "proposals", name), text }));

  // All are looked for before any is written: a workspace is made whole or not at all.
  for (const { file } of files) {
    if ((await stat(file).catch(() => undefined)) !== undefined) {
      throw new BallastError("WORKSPACE_EXISTS", `${file} exists; nothing was written.`, {
        where: { file },
        fix: "Choose another folder, or move the file away.",
      });
    }
  }
  for (const { file, text } of files) await writeFile(file, text);
  printResult({ created: files.map(({ file }) => file) }, options.json, () =>
    [...files.map(({ file }) => `created ${file}`), "", "Next: ballast draft raise-eth-vol-buffer --set ETH.volBuffer=3000"].join("\n"),
  );
}
