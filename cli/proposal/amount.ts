import { BallastError, type Where } from "../../sim/errors.ts";
import type { Unit } from "../../sim/parameters/index.ts";
import { oddNumber } from "./number.ts";
import { isUnit, unitFactor, unitMeaning, unitName, unitNames } from "./units.ts";
import type { Written } from "./yaml.ts";

/**
 * Reads an amount: an integer in the parameter's own unit, or a decimal with a unit that fits it (`30 %`, `3000 bps`, `6 h`).
 * The result is exact; nothing is rounded or clamped, and bounds are not this function's business.
 *
 * @param unit the unit of the parameter, and of the result
 * @throws BallastError VALUE_MISSING, VALUE_IS_TEXT, VALUE_NEGATIVE, VALUE_FRACTION, VALUE_NOT_NUMBER, UNIT_WRONG, UNIT_UNKNOWN, NUMBER_*
 * @example readAmount({ written: "30 %", quoted: false }, "bps", { field: "changes.ETH.volBuffer" }) // 3000
 */
export function readAmount({ written, quoted }: Written, unit: Unit, where: Where): number {
  const text = written.trim();
  const refuse = (code: string, message: string, fix = right(unit)) => new BallastError(code, message, { where: { ...where, value: written }, fix });

  if (text === "" || text === "~" || text === "null") throw refuse("VALUE_MISSING", "There is no value.");
  if (quoted && /^[-+]?[0-9._,]+$/.test(text)) throw refuse("VALUE_IS_TEXT", `"${text}" is text made of digits, not a number.`, "Remove the quotes.");
  const odd = oddNumber(text);
  if (odd !== undefined) throw refuse(odd.code, odd.message, `${odd.fix} ${right(unit)}`);

  const parts = /^(?<number>[^\s%/a-zA-Z]*|0[xX][0-9a-fA-F]*|[0-9.]+[eE][+-]?[0-9]+)\s*(?<unit>[%/a-zA-Z].*)?$/.exec(text)?.groups;
  const number = parts?.number ?? "";
  const name = parts?.unit?.trim() ?? "";
  const oddPart = oddNumber(number);
  if (oddPart !== undefined) throw refuse(oddPart.code, oddPart.message, `${oddPart.fix} ${right(unit)}`);
  if (/^-[0-9]/.test(number)) throw refuse("VALUE_NEGATIVE", `${text} is negative; every parameter is zero or more.`);
  if (!/^(0|[1-9][0-9]*)(\.[0-9]+)?$/.test(number)) throw refuse("VALUE_NOT_NUMBER", `${text} is not a number.`);

  if (name === "") {
    if (number.includes(".")) throw refuse("VALUE_FRACTION", `${text} is not a whole number of ${unitName(unit)}.`);
    return Number(number);
  }
  const factor = unitFactor(unit, name);
  if (factor === undefined) {
    if (isUnit(name)) throw refuse("UNIT_WRONG", `${name} is the wrong unit: the value is in ${unitName(unit)} (${unitMeaning(unit)}).`);
    throw refuse("UNIT_UNKNOWN", `There is no unit ${name}.`);
  }
  const value = exactProduct(number, factor);
  if (value === undefined) throw refuse("VALUE_FRACTION", `${text} is not a whole number of ${unitName(unit)}.`);
  return value;
}

/**
 * Reads a duration in seconds: an integer, or `1 d`, `6 h`, `30 min`.
 *
 * @example readDuration({ written: "1d", quoted: false }, { field: "ramp" }) // 86400
 */
export function readDuration(written: Written, where: Where): number {
  return readAmount(written, "seconds", where);
}

/** `12.5` × 100 without floating point; undefined if it is not whole, or larger than a double holds exactly. */
function exactProduct(decimal: string, factor: number): number | undefined {
  const [whole, fraction = ""] = decimal.split(".");
  const scaled = BigInt(whole + fraction) * BigInt(factor);
  const scale = 10n ** BigInt(fraction.length);
  const product = scaled / scale;
  return scaled % scale === 0n && product <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(product) : undefined;
}

function right(unit: Unit): string {
  const names = unitNames(unit);
  if (names.length === 0) return "Write the number of the choice.";
  const others = names.slice(1);
  return `Write a whole number of ${unitName(unit)}${others.length > 0 ? `, or one with its unit: ${names.join(", ")}` : ""}.`;
}
