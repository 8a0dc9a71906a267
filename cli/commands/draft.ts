import { join } from "node:path";
import { Command } from "commander";
import { type RpcOptions, rpcUrl, withRpc } from "../live/options.ts";

interface Options extends RpcOptions {
  readonly set: readonly string[];
  readonly ramp: string;
  readonly title?: string;
  readonly author: string;
  readonly proposer?: string;
  readonly proposals: string;
  readonly json?: boolean;
}

export function draftCommand(): Command {
  const command = new Command("draft")
    .description("draft a proposal: the next numbered folder with proposal.yaml and a rationale to fill in")
    .argument("<slug>", "what it is called, as in raise-eth-vol-buffer")
    .requiredOption(
      "--set <parameter=value>",
      "a change, as in ETH.volBuffer=3000 or 'ETH.volBuffer=30 %' (repeatable)",
      (value, all: readonly string[]) => [...all, value],
      [],
    )
    .option("--ramp <duration>", "how long the values take to get there: 1d, 6h, or seconds", "1d")
    .option("--title <text>", "what a voter reads first (default: made from the changes)")
    .option("--author <name>", "who answers for it", "Risk committee")
    .option("--proposer <address>", "the only address that may propose it")
    .option("--proposals <dir>", "the workspace's folder", "proposals");
  return withRpc(command, "a JSON-RPC endpoint: draft against the values on chain, and bring parameters.yaml up to them")
    .option("--json", "print the result as JSON")
    .action(run);
}

async function run(slug: string, options: Options): Promise<void> {
  const [
    { BallastError },
    { specOf, validateChanges, valueOf },
    { replaceFolder },
    { printResult },
    { readAmount },
    { parameterKey },
    { loadParameters },
    { refuseFindings },
    { changeSentence },
    templates,
    { nextFolder },
  ] = await Promise.all([
    import("../../sim/errors.ts"),
    import("../../sim/parameters/index.ts"),
    import("../output/replace-folder.ts"),
    import("../output/print.ts"),
    import("../proposal/amount.ts"),
    import("../proposal/load.ts"),
    import("../proposal/parameters.ts"),
    import("../proposal/findings.ts"),
    import("../proposal/description.ts"),
    import("../proposal/templates.ts"),
    import("../proposal/workspace.ts"),
  ]);
  if (options.proposer !== undefined && !/^0x[0-9a-fA-F]{40}$/.test(options.proposer))
    throw new BallastError("FIELD_INVALID", `${options.proposer} is not an address.`, {
      where: { field: "--proposer", value: options.proposer },
      fix: "An address is 0x and 40 hex digits.",
    });
  const url = rpcUrl(options);
  const live = url === undefined ? undefined : await (await import("../live/draft.ts")).liveBase(url, options.proposals, options);
  const base = live?.parameters.decided ?? (await loadParameters(join(options.proposals, "parameters.yaml")));
  const rampSeconds = readAmount({ written: options.ramp, quoted: false }, "seconds", { field: "--ramp" });
  const changes = options.set.map((text) => {
    const at = text.indexOf("=");
    if (at <= 0)
      throw new BallastError("CHANGE_INVALID", `${text} is not a change.`, {
        where: { field: "--set", value: text },
        fix: "Write the parameter, an equals sign and the new value: ETH.volBuffer=3000",
      });
    const key = parameterKey(text.slice(0, at).trim(), base, { field: "--set", value: text });
    const unit = specOf(key.name)?.unit ?? "bps";
    return {
      ...key,
      from: valueOf(base, key),
      to: readAmount({ written: text.slice(at + 1), quoted: false }, unit, { field: `--set ${key.scope}.${key.name}` }),
      rampSeconds,
    };
  });
  refuseFindings(validateChanges(base, changes, live?.rules), { field: "--set" });

  const folder = await nextFolder(options.proposals, slug);
  const title = options.title ?? templates.titleOf(changes);
  const proposal = templates.proposalText({ title, author: options.author, changes, ramp: options.ramp, proposer: options.proposer });
  // What was drafted has to be readable: a title or an address that is not fails here, before anything is written.
  const [{ parseYaml }, { PROPOSAL }, { shapeOf }] = await Promise.all([
    import("../proposal/yaml.ts"),
    import("../proposal/proposal-shape.ts"),
    import("../proposal/shape.ts"),
  ]);
  const file = join(folder, "proposal.yaml");
  shapeOf(
    parseYaml(proposal, file, (path) => path[0] === "ramp" || (path[0] === "changes" && path.length === 2)),
    PROPOSAL,
  );
  const updated = (await live?.update()) ?? [];
  await replaceFolder(folder, { "proposal.yaml": proposal, "rationale.md": templates.rationaleText(title, changes) });

  const sentences = changes.map(changeSentence);
  const rivals = live?.rivalsOf(changes) ?? [];
  printResult({ folder, title, changes, sentences, ...(live === undefined ? {} : { chain: { ...live.at, updated, rivals } }) }, options.json, () =>
    [
      `drafted ${folder}`,
      ...sentences.map((sentence) => `  ${sentence}`),
      ...(live === undefined ? [] : live.words(updated, rivals)),
      "",
      `Next: write ${join(folder, "rationale.md")}, then run ballast backtest ${folder}`,
    ].join("\n"),
  );
}
