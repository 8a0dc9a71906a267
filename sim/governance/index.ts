/** Who could pass a harmful change, and what it would cost. */
export { type Acquisition, acquire, breakEvenVotePrice, type Piece, purchaseCost, purchasePrice } from "./acquisition.ts";
export { type Concentration, concentration } from "./concentration.ts";
export { dynamicTimelockSeconds, exitShare, shareLeft } from "./exit.ts";
export { type Extractable, extractable, type WorstBook } from "./extractable.ts";
export { type Lever, levers } from "./levers.ts";
export { type LoosestStep, loosestStep, YIELDING, type Yielding } from "./loosest-step.ts";
export { mobilised, votesNeeded } from "./opposition.ts";
export { cheapest, mostProfitable, type Route, type RouteKind, routes } from "./routes.ts";
export { type Elasticity, sensitivity } from "./sensitivity.ts";
export { type Probability, type Simulated, simulateVote, type VoteSimulation } from "./simulation.ts";
export type { BribeTranche, Delegate, DynamicTimelock, Guardian, Pool, Situation, Turnout } from "./situation.ts";
export { meanTurnout, turnoutBelow, turnoutQuantile } from "./turnout.ts";
export { type Ballot, holdVote, type Rules, succeeds, type Tally } from "./vote.ts";
