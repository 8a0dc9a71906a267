import { beforeAll, describe, expect, it } from "vitest";
import { type Finding, lintErrors } from "./biome.ts";

// Each is a whole file of sim/math. What a refused one does wrong is its key.
const REFUSED: Record<string, string> = {
  "Math.exp": "export const a = Math.exp(1);",
  "Math.log": "export const a = Math.log(2);",
  "Math.pow": "export const a = Math.pow(2, 0.5);",
  "Math.sin": "export const a = Math.sin(1);",
  "Math.hypot": "export const a = Math.hypot(3, 4);",
  "Math.cbrt": "export const a = Math.cbrt(8);",
  "Math.round": "export const a = Math.round(0.5);",
  "Math.random": "export const a = Math.random();",
  "Math?.exp": "export const a = Math?.exp(1);",
  "Math.exp as a value": "export const curve = [1, 2].map(Math.exp);",
  "Math taken apart": "const { exp } = Math;\nexport const a = exp(1);",
  "Math taken apart under another name": "const { exp: sqrt } = Math;\nexport const a = sqrt(1);",
  "Math indexed": 'export const a = Math["exp"](1);',
  "Math indexed by a variable": 'const name = "exp" as "exp" | "log";\nexport const a = Math[name](1);',
  "Math under another name": "const m = Math;\nexport const a = m.exp(1);",
  "Math in parentheses": "export const a = (Math).exp(1);",
  "Math asserted": "export const a = (Math as { exp(x: number): number }).exp(1);",
  "Math spread": "export const a = { ...Math };",
  "Math through Reflect": 'export const a = Reflect.get(Math, "exp");',
  "Math as an argument of an allowed function": "export const a = Math.abs(Number(Math));",
  "globalThis.Math": "export const a = globalThis.Math.exp(1);",
  "globalThis taken apart": "const { Math: m } = globalThis;\nexport const a = m.exp(1);",
  "global.Math": "export const a = global.Math.exp(1);",
  "**": "export const a = 2 ** 0.5;",
  "** on a line of its own": "export const a = 2\n  **\n  0.5;",
  "**=": "let a = 2;\na **= 0.5;\nexport { a };",
  "**= on a member": "const a = { b: 2 };\na.b **= 0.5;\nexport { a };",
  "new Date": "export const a = new Date();",
  "Date.now": "export const a = Date.now();",
  "Date under another name": "const Clock = Date;\nexport const a = Clock.now();",
  "performance.now": "export const a = performance.now();",
  "crypto.getRandomValues": "export const a = crypto.getRandomValues(new Uint8Array(1));",
  "process.env": "export const a = process.env;",
  "process.hrtime": "export const a = process.hrtime();",
  setTimeout: "setTimeout(() => {}, 1);",
  setInterval: "setInterval(() => {}, 1);",
  "Intl.NumberFormat": "export const a = new Intl.NumberFormat();",
  toLocaleString: "export const a = (1).toLocaleString();",
  "toLocaleString, optional": "export const a = (b?: number) => b?.toLocaleString();",
  "toLocaleString, indexed": 'export const a = (1)["toLocaleString"]();',
  "toLocaleString, indexed by a template": "export const a = (1)[`toLocaleString`]();",
  "toLocaleString, taken apart": "const { toLocaleString } = Number.prototype;\nexport { toLocaleString };",
  "toLocaleString, taken apart under another name": "const { toLocaleString: show } = Number.prototype;\nexport { show };",
  toLocaleUpperCase: 'export const a = "i".toLocaleUpperCase();',
  toLocaleDateString: "export const a = (day: { toLocaleDateString(): string }) => day.toLocaleDateString();",
  localeCompare: 'export const a = ["b", "a"].sort((x, y) => x.localeCompare(y));',
  eval: 'export const a = eval("Math.exp(1)");',
  Function: 'export const a = new Function("return Math.exp(1)")();',
  "node: import": 'import { readFileSync } from "node:fs";\nexport const a = readFileSync;',
  "bare node import": 'import { randomBytes } from "crypto";\nexport const a = randomBytes;',
  "type import from node:": 'import type { Buffer } from "node:buffer";\nexport type A = Buffer;',
  "import for its effect": 'import "node:process";',
  "re-export from node:": 'export { readFileSync } from "node:fs";',
  "re-export of everything": 'export * from "node:fs";',
  "package import": 'import { z } from "zod";\nexport const a = z;',
  "dynamic import": 'export const a = await import("node:fs");',
  "dynamic import of a variable": "export const a = (name: string) => import(name);",
  "import type in place": 'export type A = import("node:fs").Stats;',
  require: 'export const a = require("node:fs");',
  "import.meta": "export const a = import.meta.url;",
  console: 'console.log("here");',
  fetch: 'export const a = await fetch("https://example.com");',
};

const ALLOWED: Record<string, string> = {
  "the exact functions of Math": `export const a = [
  Math.abs(-1), Math.sqrt(2), Math.floor(1.5), Math.ceil(1.5), Math.min(1, 2), Math.max(1, 2),
  Math.trunc(1.5), Math.sign(-1), Math.fround(1.1), Math.imul(2, 3), Math.clz32(1),
];`,
  "an exact function as a value": "export const a = [1, 2].map(Math.abs);",
  "the constants of Math": "export const a = Math.PI + Math.LN2 + Math.SQRT2;",
  "a local name that is also a global's": "export function elapsed(performance: number): number {\n  return performance * 2;\n}",
  "a property called exp": "export const a = (table: { exp: number }) => table.exp;",
  "a product, a comment and a text with ** in it": '// x ** 2 would differ\nexport const a = (x: number) => x * x;\nexport const b = "x ** 2";',
  "typed arrays, maps, bigint, JSON":
    "export const a = new Float64Array(8);\nexport const b = new Map([[1n, JSON.stringify([1])]]);\nexport const c = BigInt.asUintN(64, 1n);",
};

/** Globals of the language that mean the same everywhere. Any other global of this Node has to be refused. */
const PURE_GLOBALS = new Set(
  `Object Array Number Boolean String Symbol BigInt Promise RegExp Map Set WeakMap WeakSet Proxy Reflect Iterator JSON NaN Infinity undefined
  parseFloat parseInt isFinite isNaN decodeURI decodeURIComponent encodeURI encodeURIComponent escape unescape
  Error AggregateError EvalError RangeError ReferenceError SyntaxError TypeError URIError SuppressedError DisposableStack AsyncDisposableStack
  ArrayBuffer SharedArrayBuffer Atomics DataView Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array
  Float16Array Float32Array Float64Array BigInt64Array BigUint64Array WebAssembly TextEncoder TextDecoder structuredClone`.split(/\s+/),
);

const impureGlobals = Object.getOwnPropertyNames(globalThis).filter((name) => /^[A-Za-z$]\w*$/.test(name) && !PURE_GLOBALS.has(name));

describe("in sim/, the linter", () => {
  let errors: Map<string, Finding[]>;
  const path = (kind: string, index: number) => `sim/math/${kind}${index}.ts`;

  beforeAll(async () => {
    const tree = Object.fromEntries([
      ...Object.values(REFUSED).map((source, i) => [path("refused", i), source]),
      ...Object.values(ALLOWED).map((source, i) => [path("allowed", i), source]),
      ...impureGlobals.map((name, i) => [path("global", i), `export const a = ${name};`]),
    ]);
    errors = await lintErrors(tree);
  });

  it.each(Object.keys(REFUSED).map((what, i) => [what, i] as const))("refuses %s", (_, i) => {
    expect(byOurRules(errors.get(path("refused", i)))).not.toEqual([]);
  });

  it.each(Object.keys(ALLOWED).map((what, i) => [what, i] as const))("allows %s", (_, i) => {
    expect(errors.get(path("allowed", i))).toEqual([]);
  });

  it("refuses every global of this Node that is not known to be pure", () => {
    expect(impureGlobals.length).toBeGreaterThan(40);
    expect(impureGlobals.filter((_, i) => byOurRules(errors.get(path("global", i))).length === 0)).toEqual([]);
  });
});

describe("outside sim/, the linter", () => {
  it("lets a clock, a locale and Math.exp be", async () => {
    const source = "export const a = [Date.now(), (1).toLocaleString(), Math.exp(1), 2 ** 3, process.argv];\n";
    const errors = await lintErrors({ "cli/a.ts": source, "chain/a.ts": source, "test/a.ts": source });
    expect([...errors.values()].flat()).toEqual([]);
  });
});

/** Leaves out what other rules have to say (an unused name, a bad style), so that only the rule under test can pass the test. */
function byOurRules(findings: Finding[] | undefined): Finding[] {
  return (findings ?? []).filter(
    ({ category }) => category === "plugin" || category === "lint/style/noRestrictedGlobals" || category === "lint/security/noGlobalEval",
  );
}
