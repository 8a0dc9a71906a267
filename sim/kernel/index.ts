export type { CubeInput, Groups, Kernel } from "./kernel.ts";
export { tailOf } from "./tail.ts";
export { createTwin, snap, tablePrice } from "./twin.ts";
export { createWasmKernel } from "./wasm.ts";
