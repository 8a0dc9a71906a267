export type { CubeInput, Groups, Kernel, Losses, Shocks, Yardstick } from "./kernel.ts";
export { requireTail, tailOf } from "./tail.ts";
export { createTwin, snap, tablePrice } from "./twin.ts";
export { createWasmKernel } from "./wasm.ts";
