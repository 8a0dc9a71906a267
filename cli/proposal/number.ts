/** A number written in a form that two readers could read differently. */
export interface OddNumber {
  readonly code: string;
  readonly message: string;
  readonly fix: string;
}

/** 15 decimal digits are the most a double holds without loss. */
const MOST_DIGITS = 15;

/**
 * What is odd about the way a number is written, or undefined for plain decimals (`3000`, `-0.5`) and for everything that is no number.
 *
 * @example oddNumber("0xBB8")?.code // "NUMBER_HEX"
 */
export function oddNumber(text: string): OddNumber | undefined {
  const form = FORMS.find(({ pattern }) => pattern.test(text));
  if (form !== undefined) {
    const meant = form.meant(text);
    return {
      code: form.code,
      message: `${text} is written ${form.how}.`,
      fix: meant === undefined ? "Write it in plain decimal digits." : `Write ${meant} if that is what you mean.`,
    };
  }
  const digits = text.replace(/[^0-9]/g, "").length;
  if (/^[+-]?[0-9]+(\.[0-9]*)?$/.test(text) && digits > MOST_DIGITS)
    return {
      code: "NUMBER_TOO_LONG",
      message: `${text} has ${digits} digits; at most ${MOST_DIGITS} are exact.`,
      fix: "Check the unit: amounts are basis points, seconds, days or thousands of USD, never wei.",
    };
  return undefined;
}

const FORMS: readonly { code: string; how: string; pattern: RegExp; meant: (text: string) => string | undefined }[] = [
  { code: "NUMBER_HEX", how: "in hexadecimal", pattern: /^[+-]?0[xX][0-9a-fA-F_]*$/, meant: (text) => readable(text.replace(/[+_-]/g, "")) },
  { code: "NUMBER_BINARY", how: "in binary", pattern: /^[+-]?0[bB][01_]+$/, meant: (text) => readable(text.replace(/[+_-]/g, "")) },
  {
    code: "NUMBER_OCTAL",
    how: "in octal, or with leading zeros that some readers take for octal",
    pattern: /^[+-]?0(o[0-7]+|[0-9]+(\.[0-9]*)?)$/,
    meant: (text) => text.replace(/^([+-]?)0o?0*(?=[0-9])/, "$1"),
  },
  { code: "NUMBER_EXPONENT", how: "with an exponent", pattern: /^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)[eE][+-]?[0-9]+$/, meant: readable },
  {
    code: "NUMBER_SEPARATOR",
    how: "with separators",
    pattern: /^[+-]?[0-9]{1,3}([,_' ][0-9]{3})+$|^[+-]?[0-9]+(_[0-9]+)+$/,
    meant: (text) => text.replace(/[,_' ]/g, ""),
  },
  { code: "NUMBER_SIGN", how: "with a plus sign", pattern: /^\+[0-9.]+$/, meant: (text) => text.slice(1) },
  { code: "NUMBER_INCOMPLETE", how: "without a digit before or after its point", pattern: /^[+-]?([0-9]+\.|\.[0-9]+)$/, meant: readable },
  { code: "NUMBER_NOT_FINITE", how: "as infinity or not-a-number", pattern: /^[+-]?(\.inf|\.nan|inf|nan|infinity)$/i, meant: () => undefined },
  { code: "NUMBER_SEXAGESIMAL", how: "in base 60 to some readers", pattern: /^[+-]?[0-9]+(:[0-5]?[0-9])+(\.[0-9]*)?$/, meant: () => undefined },
];

function readable(text: string): string | undefined {
  const value = Number(text);
  return Number.isSafeInteger(value) || Math.abs(value) < 1 ? String(value) : undefined;
}
