export { seededPopulation } from "./population.ts";
export { type Archetype, type ArchetypeStrategy, DEFAULT_STRATEGY, type PopulationStrategy, type Range } from "./strategy.ts";
