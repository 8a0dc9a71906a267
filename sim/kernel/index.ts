export type { CubeInput, Groups, Kernel } from "./kernel.ts";
export { tailLoss } from "./tail.ts";
export { snap, tablePrice, twin } from "./twin.ts";
