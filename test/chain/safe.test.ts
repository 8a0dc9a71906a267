import { describe, expect, it } from "vitest";
import { encodeApply } from "../../chain/encode.ts";
import { type SafeBatch, safeBatch, safeChecksum } from "../../chain/safe.ts";

describe("a batch for Safe's Transaction Builder", () => {
  it("has the checksum that Transaction Builder 1.18.2 gave a file it exported", () => {
    // Exported by the application itself on 24 Oct 2025; published with its checksum in safe-cli's analysis of the format.
    const exported: SafeBatch = {
      version: "1.0",
      chainId: "1",
      createdAt: 1761326849944,
      meta: {
        name: "Transactions Batch",
        description: "",
        txBuilderVersion: "1.18.2",
        createdFromSafeAddress: "0xA77DE01e157f9f57C7c4A326eeE9C4874D0598b6",
        createdFromOwnerAddress: "",
        checksum: "0x8b5032f716845c8b08bab3d63dbd9ba92e056f3557793cd041e59b84e16aa989",
      },
      transactions: [
        {
          to: "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48",
          value: "0",
          data: null,
          contractMethod: {
            inputs: [
              { internalType: "address", name: "spender", type: "address" },
              { internalType: "uint256", name: "value", type: "uint256" },
            ],
            name: "approve",
            payable: false,
          },
          contractInputsValues: { spender: "0x474e5Ded6b5D078163BFB8F6dBa355C3aA5478C8", value: "100000000000" },
        },
      ],
    };
    expect(safeChecksum(exported)).toBe(exported.meta.checksum);
    expect(safeChecksum({ ...exported, chainId: "10" })).not.toBe(exported.meta.checksum);
  });

  it("always has its data, and the same bytes for the same proposal", () => {
    const calldata = encodeApply([{ scope: "ETH", name: "volBuffer", from: 2_500, to: 3_000, rampSeconds: 0 }], `0x${"ab".repeat(32)}`);
    const calls = [{ target: "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48", value: 0n, calldata }] as const;
    const make = () => safeBatch(calls, { chainId: 1, name: "Raise", description: "", createdAt: 0 });
    expect(make().transactions[0]).toEqual({ to: calls[0].target, value: "0", data: calldata, contractMethod: null, contractInputsValues: null });
    expect(make().meta.checksum).toBe(safeChecksum(make()));
    expect(JSON.stringify(make())).toBe(JSON.stringify(make()));
  });
});
