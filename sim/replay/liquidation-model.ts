import { BallastError } from "../errors.ts";
import { checkKeeperModel, DEFAULT_KEEPERS, type KeeperModel } from "../liquidation/index.ts";

/** What the protocol knows of prices. */
export interface OracleModel {
  /** How old the price is that the protocol acts on, seconds; between two prices of the replay it lies on the straight line. */
  readonly latencySeconds: number;
  /** Width of the price's confidence interval to either side, as a fraction of it: the requirement counts the worse side. */
  readonly confidence: number;
}

/** Everything about liquidation that is no parameter of the protocol: how it is carried out, and who takes part. */
export interface LiquidationModel {
  /** `adaptive`: the trades that restore the target where they cost less than the same fraction of everything; `pro-rata`: always that fraction. */
  readonly slices: "adaptive" | "pro-rata";
  readonly keepers: KeeperModel;
  readonly oracle: OracleModel;
  /** How long an auction that ran out unsold stands still before it starts again from no discount, whole minutes. */
  readonly restartPauseMinutes: number;
  /** Who bears what the insurance fund cannot pay: all accounts pro rata to what they are worth, or the profitable counter positions first. */
  readonly lossSharing: "pro-rata" | "deleveraging";
  /** Which of them: the first of a queue by return × leverage, or each by the same share of its lots. */
  readonly deleveraging: "queue" | "pro-rata";
}

/**
 * What a replay takes if it is told nothing else. Latency: the heartbeat of a spot feed, 3 minutes (Derive v2: 180 s). Confidence: none counted, as
 * systems count it only beyond a threshold that quiet markets keep within. The pause: somebody has to call the auction again.
 */
export const DEFAULT_LIQUIDATION: LiquidationModel = {
  slices: "adaptive",
  keepers: DEFAULT_KEEPERS,
  oracle: { latencySeconds: 180, confidence: 0 },
  restartPauseMinutes: 10,
  lossSharing: "pro-rata",
  deleveraging: "queue",
};

/** @throws LIQUIDATION_MODEL_INVALID */
export function checkLiquidationModel(model: LiquidationModel): void {
  const { keepers, oracle, restartPauseMinutes } = model;
  checkKeeperModel(keepers);
  const check = (isRight: boolean, field: string, value: string | number, fix: string) => {
    if (!isRight)
      throw new BallastError("LIQUIDATION_MODEL_INVALID", `Liquidation in the replay is not valid at ${field}.`, {
        where: { field, value: String(value) },
        fix,
      });
  };
  check(["adaptive", "pro-rata"].includes(model.slices), "slices", model.slices, "adaptive or pro-rata.");
  check(["pro-rata", "deleveraging"].includes(model.lossSharing), "lossSharing", model.lossSharing, "pro-rata or deleveraging.");
  check(["queue", "pro-rata"].includes(model.deleveraging), "deleveraging", model.deleveraging, "queue or pro-rata.");
  const { latencySeconds, confidence } = oracle;
  check(latencySeconds >= 0 && Number.isFinite(latencySeconds), "oracle.latencySeconds", latencySeconds, "Seconds, zero or more.");
  check(confidence >= 0 && confidence < 1, "oracle.confidence", confidence, "From 0 to below 1.");
  check(Number.isInteger(restartPauseMinutes) && restartPauseMinutes >= 0, "restartPauseMinutes", restartPauseMinutes, "Whole minutes, zero or more.");
}
