import { BallastError } from "../../sim/errors.ts";
import { CANONICAL_COUNTS, type ScenarioCounts } from "../../sim/margin/index.ts";
import { createMarket, type Market } from "../../sim/market/market.ts";
import type { ParameterSet } from "../../sim/parameters/index.ts";
import {
  judge,
  type MarginRates,
  type PortfolioResult,
  REFERENCE_PORTFOLIOS,
  type ReferencePortfolio,
  type Rolling,
  underlyingsOf,
  type Verdict,
  type Windows,
} from "../../sim/validation/index.ts";
import { hashOf } from "../backtest/canonical.ts";
import { engineHash } from "../backtest/engine.ts";
import { DEFAULT_DATASET, loadDataset } from "../dataset/load.ts";
import { nearestName } from "../proposal/shape.ts";
import { type BufferEffect, bufferEffect } from "./buffer-effect.ts";
import { type Gap, gapsOf } from "./gaps.ts";
import { createPool, type Job } from "./pool.ts";
import { isPrimary, type Span, spanOf } from "./span.ts";

export interface ValidationInput {
  readonly parameters: ParameterSet;
  readonly datasetDir?: string | undefined;
  /** Days since 1970-01-01. */
  readonly firstDay?: number | undefined;
  readonly lastDay?: number | undefined;
  /** Names; all 24 without. */
  readonly portfolios?: readonly string[] | undefined;
  /** Only windows that begin at midnight: no look at the other hours of the day. */
  readonly daily?: boolean | undefined;
  readonly counts?: ScenarioCounts | undefined;
  readonly workers?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((text: string) => void) | undefined;
}

/** Everything a validation found, as `--json` prints it. */
export interface Validation extends Verdict {
  readonly span: Span;
  /** Windows that begin at any hour of a day, or at midnight only. */
  readonly everyHour: boolean;
  readonly context: { readonly dataset: string; readonly engine: string; readonly parameters: string; readonly counts: ScenarioCounts; readonly seed: string };
  readonly confidenceBps: number;
  readonly buffer: BufferEffect | null;
  /** What could not be run, and what the data does not hold. */
  readonly gaps: readonly Gap[];
}

/** The windows behind a validation, for pictures. */
export interface Validated {
  readonly validation: Validation;
  readonly rolling: Rolling;
  readonly portfolios: readonly ReferencePortfolio[];
}

/** Windows of so many days are one job: enough jobs to keep every thread busy, few enough to begin each with an empty hand. */
const DAYS_PER_JOB = 60;
const SEED = "validate/1";

/**
 * Margins the reference portfolios on every day of the span as live accounts are, holds what followed against it, and judges.
 *
 * @throws BallastError PORTFOLIO_UNKNOWN, SPAN_NOT_COVERED, VALIDATION_EMPTY, and what reading the dataset and the engine throw
 * @throws Interrupted when the signal aborts
 * @example (await validate({ parameters: await loadParameters("proposals/parameters.yaml") })).validation.verdict
 */
export async function validate(input: ValidationInput): Promise<Validated> {
  const { parameters, datasetDir = DEFAULT_DATASET, daily = false, counts = CANONICAL_COUNTS, workers, signal, onProgress = () => undefined } = input;
  const asked = askedFor(input.portfolios);
  const dataset = await loadDataset(datasetDir);
  const market = createMarket(dataset);
  const span = spanOf(market, parameters, input.firstDay, input.lastDay);
  const { portfolios, absent } = withData(asked, market, parameters);
  if (portfolios.length === 0) throw nothing(absent);
  const hours = hoursOf(span, daily);
  const primary = hours.filter((hour) => isPrimary(span, hour));
  const pool = createPool({ datasetDir, parameters, counts, portfolios, span, seed: SEED }, workers, signal);
  try {
    const rolls = chunks(hours, DAYS_PER_JOB * (daily ? 1 : 24)).map((part): Job => ({ kind: "roll", hours: part }));
    const rates = [true, false].map((buffer) => chunks(primary, DAYS_PER_JOB).map((part): Job => ({ kind: "rates", hours: part, buffer })));
    let done = 0;
    const of = rolls.length + rates[0].length + rates[1].length;
    const onDone = () => onProgress(`margining ${portfolios.length} portfolios: ${Math.floor((100 * ++done) / of)} %`);
    const [parts, withBuffer, without] = await Promise.all([
      pool.run<Rolling>(rolls, onDone),
      pool.run<MarginRates[]>(rates[0], onDone),
      pool.run<MarginRates[]>(rates[1], onDone),
    ]);
    const rolling = joined(parts, portfolios.length);
    onProgress("testing");
    const results = await pool.run<PortfolioResult | string>(
      portfolios.map((_, portfolio): Job => ({ kind: "test", portfolio, hours, windows: rolling.portfolios[portfolio] })),
      () => undefined,
    );
    const tested = results.filter((result) => typeof result !== "string");
    const untested = results.flatMap((result, i): Gap[] => (typeof result === "string" ? [{ what: portfolios[i].name, why: result }] : []));
    if (tested.length === 0) throw nothing(untested);
    const verdict = judge(tested, 1 - parameters.protocol.confidence / 10_000);
    const validation: Validation = {
      ...verdict,
      span,
      everyHour: !daily,
      context: { dataset: dataset.hash, engine: await engineHash(), parameters: hashOf(parameters), counts, seed: SEED },
      confidenceBps: parameters.protocol.confidence,
      buffer: bufferEffect(withBuffer, without),
      gaps: [...absent, ...untested, ...gapsOf(market, parameters, span, primary, verdict)],
    };
    return { validation, rolling, portfolios };
  } finally {
    await pool.close();
  }
}

function askedFor(names: readonly string[] | undefined): readonly ReferencePortfolio[] {
  if (names === undefined) return REFERENCE_PORTFOLIOS;
  return [...new Set(names)].map((name) => {
    const found = REFERENCE_PORTFOLIOS.find((portfolio) => portfolio.name === name);
    if (found !== undefined) return found;
    const known = REFERENCE_PORTFOLIOS.map((portfolio) => portfolio.name);
    const near = nearestName(name, known);
    throw new BallastError("PORTFOLIO_UNKNOWN", `There is no reference portfolio ${name}.`, {
      where: { field: "--portfolio", value: name },
      fix: near === undefined ? `They are ${known.join(", ")}.` : `Did you mean ${near}?`,
    });
  });
}

function withData(asked: readonly ReferencePortfolio[], { history }: Market, parameters: ParameterSet): { portfolios: ReferencePortfolio[]; absent: Gap[] } {
  const portfolios: ReferencePortfolio[] = [];
  const absent: Gap[] = [];
  for (const portfolio of asked) {
    const prices = underlyingsOf(portfolio).filter((asset) => !history.assets.includes(asset));
    const unknown = underlyingsOf(portfolio).filter((asset) => parameters.underlyings[asset] === undefined);
    if (prices.length > 0) absent.push({ what: portfolio.name, why: `the dataset has no prices of ${prices.join(", ")}` });
    else if (unknown.length > 0) absent.push({ what: portfolio.name, why: `the parameter set has no ${unknown.join(", ")}` });
    else portfolios.push(portfolio);
  }
  return { portfolios, absent };
}

function hoursOf(span: Span, daily: boolean): number[] {
  const hours: number[] = [];
  for (let hour = span.firstHour; hour <= span.lastHour; hour++) if (!daily || isPrimary(span, hour)) hours.push(hour);
  return hours;
}

function chunks(values: readonly number[], size: number): number[][] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, i) => values.slice(i * size, (i + 1) * size));
}

function joined(parts: readonly Rolling[], portfolios: number): Rolling {
  const numbers = (p: number, of: (windows: Windows) => Float64Array) => {
    const all = new Float64Array(parts.reduce((sum, part) => sum + part.hours.length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(of(part.portfolios[p]), at);
      at += part.hours.length;
    }
    return all;
  };
  return {
    hours: parts.flatMap((part) => part.hours),
    portfolios: Array.from({ length: portfolios }, (_, p) => ({
      profit: numbers(p, ({ profit }) => profit),
      cover: numbers(p, ({ cover }) => cover),
      valueAtRisk: numbers(p, ({ valueAtRisk }) => valueAtRisk),
      setByFloor: numbers(p, ({ setByFloor }) => setByFloor),
      predicted: parts.flatMap((part) => part.portfolios[p].predicted),
    })),
  };
}

function nothing(gaps: readonly Gap[]): BallastError {
  return new BallastError("VALIDATION_EMPTY", `No portfolio can be tested: ${gaps.map(({ what, why }) => `${what}: ${why}`).join("; ")}.`, {
    fix: "Give a dataset and parameters that have the underlyings of a reference portfolio, or a longer span.",
  });
}
