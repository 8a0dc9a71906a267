export { createDrawMemory, type DrawMemory } from "../scenarios/index.ts";
export { createMarginEngine } from "./engine.ts";
export { offsetLoss } from "./offset.ts";
export { CANONICAL_COUNTS, type MarginEngine, type MarginStep, type PositionTable, QUICK_COUNTS, type Requirements, type ScenarioCounts } from "./types.ts";
