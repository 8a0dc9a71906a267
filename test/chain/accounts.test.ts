import { expect, it } from "vitest";
import { developmentAccount, developmentKey } from "../../chain/accounts.ts";

// The first two accounts that Hardhat and Foundry print for this mnemonic.
it("the accounts of an embedded chain are those every development node prints", () => {
  expect(developmentAccount(0).address).toBe("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266");
  expect(developmentKey(0)).toBe("0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80");
  expect(developmentAccount(1).address).toBe("0x70997970C51812dc3A010C7d01b50e0d17dc79C8");
});
