// The kernel in AssemblyScript: f64x2 SIMD, the arithmetic of `../twin.ts` operation by operation, so that both give the same bits.
// No relaxed SIMD and no fused operations, whose results depend on the machine. All arguments called …At are byte addresses in the
// module's memory, which the host (`../wasm.ts`) divides; nothing is allocated here. Compiled by `make docs`.

export { fillCube, fillTerms } from "./cube";
export { sumTiles } from "./rows";
export { fillScreen, markSpoilt } from "./screen";
export { measureAccounts, measureRow } from "./tails";
