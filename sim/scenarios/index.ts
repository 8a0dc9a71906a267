export { bufferShare } from "./buffer.ts";
export { covarianceRoot } from "./covariance.ts";
export { filteredDraws } from "./filtered.ts";
export { GRID } from "./grid.ts";
export { hypotheticalSet } from "./hypothetical.ts";
export { createMoves, type Moves, moveEnding } from "./moves.ts";
export { createScenarioSource, type ScenarioCounts, type ScenarioSource } from "./set.ts";
export { stressedDraws } from "./stressed.ts";
export { type Family, type ScenarioSet, TILE } from "./types.ts";
