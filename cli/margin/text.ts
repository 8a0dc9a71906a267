import type { MarginOutput } from "./schema.ts";

/** The result of our own engine as text. */
export function marginText(result: MarginOutput): string {
  const usd = (value: number) => value.toFixed(2).padStart(16);
  return [
    `maintenance margin  ${usd(result.maintenanceMargin)} USD`,
    `initial margin      ${usd(result.initialMargin)} USD`,
    `equity              ${usd(result.equity)} USD`,
    "",
    ...Object.entries(result.components).map(([name, value]) => `  ${name.padEnd(18)}${usd(value)} USD`),
    "",
    result.worstScenario === null
      ? "nothing moves with the market"
      : `worst scenario: ${result.worstScenario.family} ${result.worstScenario.name}, a loss of ${result.worstScenario.loss.toFixed(2)} USD`,
  ].join("\n");
}
