/** What moves an implied volatility in a scenario of PMRM_2. */
export type VolatilityShock = "Up" | "None" | "Down" | "Linear" | "Abs";

/** One row of the scenario list: the spot is multiplied by `spotShock`, the loss by `dampening`. */
export interface DeriveScenario {
  readonly spotShock: number;
  readonly volShock: VolatilityShock;
  readonly dampening: number;
}

/** Every governance parameter of PMRM_2 (Derive v2-core, `IPMRMLib_2`), as decimals: 0.045 is 4.5 %. */
export interface DeriveParameters {
  readonly basisContingency: { readonly addFactor: number; readonly multFactor: number; readonly spotUp: number; readonly spotDown: number };
  readonly margin: {
    readonly imFactor: number;
    readonly mmFactor: number;
    readonly shortRateMultScale: number;
    readonly longRateMultScale: number;
    readonly shortRateAddScale: number;
    readonly longRateAddScale: number;
    readonly shortBaseStaticDiscount: number;
    readonly longBaseStaticDiscount: number;
  };
  /** The IM percents come on top of the MM ones. */
  readonly other: {
    readonly pegLossThreshold: number;
    readonly pegLossFactor: number;
    readonly confThreshold: number;
    readonly confMargin: number;
    readonly mmPerpPercent: number;
    readonly imPerpPercent: number;
    readonly mmOptionPercent: number;
    readonly imOptionPercent: number;
  };
  readonly volShock: {
    readonly volRangeUp: number;
    readonly volRangeDown: number;
    readonly shortTermPower: number;
    readonly longTermPower: number;
    readonly dteFloorDays: number;
    readonly minVolUpShock: number;
  };
  readonly skewShock: {
    readonly linearBaseCap: number;
    readonly absBaseCap: number;
    readonly linearCBase: number;
    readonly absCBase: number;
    readonly minKStar: number;
    readonly widthScale: number;
    readonly volParamStatic: number;
    readonly volParamScale: number;
  };
  readonly scenarios: readonly DeriveScenario[];
}

/** The feeds of one expiry. Confidences are 0 … 1; the rate is continuously compounded per year and counts as 0 below 0. */
export interface DeriveExpiryFeed {
  readonly secondsToExpiry: number;
  readonly forward: number;
  readonly forwardConfidence: number;
  readonly rate: number;
  readonly rateConfidence: number;
  readonly volConfidence: number;
}

/** One underlying, its perpetual and the stable coin accounts are kept in, USD. */
export interface DeriveMarket {
  readonly spot: number;
  readonly spotConfidence: number;
  readonly stable: number;
  /** Needed only by a portfolio that holds perps. */
  readonly perp?: { readonly price: number; readonly confidence: number } | undefined;
  readonly expiries: readonly DeriveExpiryFeed[];
}

export interface DeriveCollateral {
  readonly name: string;
  readonly quantity: number;
  readonly price: number;
  readonly confidence: number;
  readonly mmHaircut: number;
  /** On top of `mmHaircut`. */
  readonly imHaircut: number;
  /** Moves one for one with the underlying in every scenario. */
  readonly riskCancelling: boolean;
}

export interface DeriveOption {
  readonly secondsToExpiry: number;
  readonly strike: number;
  readonly kind: "call" | "put";
  readonly quantity: number;
  readonly vol: number;
}

/** Quantities are units of the underlying or the coin, negative for short; cash, profit and funding are USD. */
export interface DerivePortfolio {
  readonly cash: number;
  readonly perp?: { readonly quantity: number; readonly unrealisedPnl: number; readonly unrealisedFunding: number } | undefined;
  readonly collaterals: readonly DeriveCollateral[];
  readonly options: readonly DeriveOption[];
}

/** USD. The two margins are surpluses: negative is below the requirement. */
export interface DeriveResult {
  readonly initialMargin: number;
  readonly maintenanceMargin: number;
  /** Options, collateral and unsettled perp profit; cash is not in it. */
  readonly markToMarket: number;
  /** At most 0. */
  readonly basisContingency: number;
  /** In the order of `parameters.scenarios`. */
  readonly scenarioPnl: readonly number[];
}
