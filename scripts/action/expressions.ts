/** What expressions of an action can look up: `inputs.x`, `github.x`, `steps.id.outputs.x`. */
export type Lookup = Readonly<Record<string, string>>;

/**
 * A text with its expressions `${{ … }}` replaced, as far as this runner knows them: plain look-ups. Anything else is refused, never guessed.
 *
 * @param known by their path: `{ "inputs.proposals": "proposals" }`; what GitHub would give an empty text for is empty here too
 * @throws Error for an expression this runner does not know
 * @example substitute("${{ inputs.all }}", { "inputs.all": "true" }) // "true"
 */
export function substitute(text: string, known: Lookup): string {
  return text.replaceAll(/\$\{\{(.*?)\}\}/gs, (_, expression: string) => valueOf(expression.trim(), known));
}

/**
 * Whether a step runs: `always()`, or comparisons of look-ups with 'texts', joined by `&&`.
 *
 * @throws Error for a condition this runner does not know
 * @example holds("${{ inputs.comment == 'true' }}", { "inputs.comment": "false" }, true) // false
 */
export function holds(condition: string | undefined, known: Lookup, successful: boolean): boolean {
  if (condition === undefined) return successful;
  const bare = condition.replace(/^\$\{\{(.*)\}\}$/s, "$1").trim();
  const terms = bare.split("&&").map((term) => term.trim());
  // Without a status function a step runs only after success.
  const reached = successful || terms.includes("always()");
  return reached && terms.every((term) => term === "always()" || compares(term, known));
}

function compares(term: string, known: Lookup): boolean {
  const match = /^([\w.-]+)\s*(==|!=)\s*'([^']*)'$/.exec(term);
  if (match === null) throw new Error(`This runner does not know the condition ${term}.`);
  const [, path, operator, text] = match;
  // GitHub compares texts without regard to case.
  const equal = valueOf(path, known).toLowerCase() === text.toLowerCase();
  return equal === (operator === "==");
}

function valueOf(path: string, known: Lookup): string {
  if (!/^(inputs|github|steps)(\.[\w-]+)+$/.test(path)) throw new Error(`This runner does not know the expression ${path}.`);
  return known[path] ?? "";
}
