import type { ScenarioCounts } from "../../sim/margin/index.ts";
import type { ParameterSet } from "../../sim/parameters/index.ts";
import type { PeerName } from "../../sim/peers/index.ts";
import type { LiquidationModel, Outcome } from "../../sim/replay/index.ts";
import type { BookSource } from "../backtest/book.ts";

/** What every worker is given once. */
export interface PeerWorkerInput {
  readonly datasetDir: string;
  readonly book: BookSource;
  readonly baseline: ParameterSet;
  readonly proposed: ParameterSet;
  readonly counts: ScenarioCounts;
  readonly liquidation: LiquidationModel;
}

/** Both requirements of all accounts of the opened books, USD. */
export interface Opening {
  readonly initial: number;
  readonly maintenance: number;
}

/** A peer made comparable: what its requirements are multiplied by, and its initial over its maintenance margin. */
export interface Scaled {
  readonly peer: PeerName;
  readonly factor: number;
  readonly initialRatio: number;
}

/** One crash with some seeds: margin the books as they open under the proposed set, by everybody; or replay them under a scaled peer. */
export type PeerJob =
  | { readonly kind: "opening"; readonly crash: string; readonly seeds: readonly number[]; readonly peers: readonly PeerName[] }
  | { readonly kind: "replay"; readonly crash: string; readonly seeds: readonly number[]; readonly scaled: Scaled };

export type Openings = Readonly<Record<"proposed" | "baseline" | PeerName, Opening>>;

export type PeerFigures = Omit<Outcome, "series">;

export type PeerJobResult = Openings | readonly PeerFigures[];
