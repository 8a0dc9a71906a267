import { BallastError } from "../../sim/errors.ts";
import { nearestName, type Places, shapeOf } from "../proposal/shape.ts";

type File = Places & { readonly value: unknown };

/** A margin as JSON, and as text for a person. */
export interface Margined {
  readonly result: unknown;
  readonly text: () => string;
}

export interface ModelOptions {
  /** Folder of the dataset, where the model needs one. */
  readonly data?: string | undefined;
  /** Whether to take the requirement apart; our own model can. */
  readonly explain?: boolean | undefined;
}

/** By the name that stands at `model`; each loads only what it needs. */
const MODELS: Readonly<Record<string, (file: File, options: ModelOptions) => Promise<Margined>>> = {
  ballast: async (file, { data, explain }) => {
    const [{ MARGIN_INPUT }, { marginOf }, { marginText }, { loadDataset }, { explanationOf, explanationText }] = await Promise.all([
      import("./schema.ts"),
      import("./margin.ts"),
      import("./text.ts"),
      import("../dataset/load.ts"),
      import("./explain.ts"),
    ]);
    const shaped = shapeOf(file, MARGIN_INPUT);
    const dataset = await loadDataset(data);
    const result = marginOf(shaped, dataset, file);
    if (explain !== true) return { result, text: () => marginText(result) };
    const explanation = explanationOf(shaped, dataset, file);
    return { result: { ...result, explanation }, text: () => `${marginText(result)}\n\n${explanationText(explanation)}` };
  },
  "derive-pmrm2": async (file) => {
    const [{ DERIVE_INPUT }, { deriveMarginOf, deriveText }] = await Promise.all([import("./derive-schema.ts"), import("./derive.ts")]);
    const shaped = shapeOf(file, DERIVE_INPUT);
    const result = deriveMarginOf(shaped, file);
    return { result, text: () => deriveText(result, shaped) };
  },
  static: peer,
  span: peer,
  "deribit-pm": peer,
};

async function peer(file: File, { data }: ModelOptions): Promise<Margined> {
  const [{ PEER_INPUT }, { peerMarginOf, peerText }, { loadDataset }] = await Promise.all([
    import("./peer-schema.ts"),
    import("./peer.ts"),
    import("../dataset/load.ts"),
  ]);
  const shaped = shapeOf(file, PEER_INPUT);
  const result = peerMarginOf(shaped, await loadDataset(data), file);
  return { result, text: () => peerText(result) };
}

/**
 * Margins the portfolio of an input under the model it names.
 *
 * @throws BallastError MODEL_UNKNOWN, FIELD_MISSING, EXPLANATION_UNKNOWN, and what shape and model refuse
 * @example (await marginByModel(parseJson(text, "account.json"), {})).text()
 */
export async function marginByModel(file: File, options: ModelOptions): Promise<Margined> {
  const model = (file.value as { model?: unknown } | null)?.model;
  const names = Object.keys(MODELS);
  if (model === undefined) {
    throw new BallastError("FIELD_MISSING", "The field model is missing.", { where: { ...file.at([]), field: "model" }, fix: `Use ${names.join(", ")}.` });
  }
  if (options.explain === true && model !== "ballast") {
    throw new BallastError("EXPLANATION_UNKNOWN", "Only our own model takes a requirement apart.", { where: file.at(["model"]), fix: "Leave --explain out." });
  }
  if (typeof model === "string" && Object.hasOwn(MODELS, model)) return MODELS[model](file, options);
  const near = typeof model === "string" ? nearestName(model, names) : undefined;
  throw new BallastError("MODEL_UNKNOWN", `There is no model ${JSON.stringify(model)}.`, {
    where: file.at(["model"]),
    fix: near === undefined ? `Use ${names.join(", ")}.` : `Did you mean ${near}?`,
  });
}
