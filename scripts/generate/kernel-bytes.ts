/**
 * Compiles `sim/kernel/assembly/kernel.ts` to WebAssembly and writes the module's bytes as a constant beside it, so that the engine needs
 * no file. The same source and the same compiler give the same bytes; `make check` holds the committed ones to that.
 */
import { main } from "assemblyscript/asc";

const SOURCE = "sim/kernel/assembly/kernel.ts";
const OPTIONS = ["--runtime", "stub", "--noAssert", "-O3", "--enable", "simd", "--importMemory", "--initialMemory", "1"];

/** Text of `sim/kernel/wasm-bytes.ts`. */
export async function kernelBytesText(): Promise<string> {
  let bytes: Uint8Array | undefined;
  const { error, stderr } = await main([SOURCE, "--outFile", "kernel.wasm", ...OPTIONS], {
    writeFile: (_name: string, contents: string | Uint8Array) => {
      if (typeof contents !== "string") bytes = contents;
    },
  });
  if (error !== null || bytes === undefined) throw new Error(`The kernel does not compile: ${error?.message ?? "no output"}\n${stderr.toString()}`);
  const lines =
    Buffer.from(bytes)
      .toString("hex")
      .match(/.{1,144}/g) ?? [];
  return [
    "/** The kernel's module, compiled from `assembly/kernel.ts` by `make docs`; do not edit. Hexadecimal. */",
    `export const KERNEL_WASM =\n${lines.map((line) => `  "${line}"`).join(" +\n")};`,
    "",
  ].join("\n");
}
