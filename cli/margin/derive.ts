import { BallastError } from "../../sim/errors.ts";
import { type DeriveResult, derivePmrm2Margin } from "../../sim/peers/derive-pmrm2/index.ts";
import { formatTable } from "../output/table.ts";
import type { Places } from "../proposal/shape.ts";
import type { Path } from "../proposal/yaml.ts";
import type { DeriveInput } from "./derive-schema.ts";

/**
 * Margins one portfolio under Derive's PMRM_2; what the model refuses is said with the line it stands in.
 *
 * @throws BallastError EXPIRY_UNKNOWN, EXPIRY_TWICE, PERP_PRICE_MISSING, RESULT_NOT_FINITE
 * @example deriveMarginOf(shapeOf(file, DERIVE_INPUT), file).initialMargin
 */
export function deriveMarginOf({ parameters, market, portfolio }: DeriveInput, places: Places): DeriveResult {
  try {
    return derivePmrm2Margin(parameters, market, portfolio);
  } catch (error) {
    if (!(error instanceof BallastError) || error.where.field === undefined) throw error;
    const { code, message, fix, exit, where } = error;
    throw new BallastError(code, message, { where: { ...places.at(pathOf(error.where.field)), ...where }, fix, exit, cause: error });
  }
}

/** The result as a table, the worst scenario named. */
export function deriveText(result: DeriveResult, { parameters, portfolio }: DeriveInput): string {
  const usd = (value: number) => value.toFixed(2);
  const worst = Math.min(result.basisContingency, ...result.scenarioPnl);
  const rows = parameters.scenarios.map(({ spotShock, volShock, dampening }, index) => [
    spotShock.toString(),
    volShock,
    dampening.toString(),
    usd(result.scenarioPnl[index]),
    result.scenarioPnl[index] === worst ? "worst" : "",
  ]);
  const heads = [
    ["initial margin", usd(result.initialMargin), standing(result.initialMargin)],
    ["maintenance margin", usd(result.maintenanceMargin), standing(result.maintenanceMargin)],
    ["mark to market", usd(result.markToMarket), ""],
    ["cash", usd(portfolio.cash), ""],
    ["basis contingency", usd(result.basisContingency), result.basisContingency === worst && !result.scenarioPnl.includes(worst) ? "worst" : ""],
  ];
  return [
    formatTable([{ title: "surplus and its parts" }, { title: "USD", align: "right" }, { title: "" }], heads),
    "",
    formatTable(
      [
        { title: "spot ×", align: "right" },
        { title: "volatility" },
        { title: "damping", align: "right" },
        { title: "profit, USD", align: "right" },
        { title: "" },
      ],
      rows,
    ),
  ].join("\n");
}

function standing(surplus: number): string {
  return surplus < 0 ? "below the requirement" : "above the requirement";
}

/** `portfolio.options[3].vol` as a path. */
function pathOf(field: string): Path {
  return field
    .split(/[.[\]]+/)
    .filter((part) => part !== "")
    .map((part) => (/^[0-9]+$/.test(part) ? Number(part) : part));
}
