import { type Address, parseEther } from "viem";
import { it } from "vitest";
import { besides, call } from "../checks/forged.ts";
import { expectStopped, gate, proposed, SOUND } from "./gate.ts";

const VAULT: Address = "0x00000000000000000000000000000000BaDc0FFe".toLowerCase() as Address;

// 28 July 2024: 499 k COMP, 5 % of the treasury, to a vault of the proposer's.
it("Compound 289: a payment out of the treasury among changes of parameters", { timeout: 60_000 }, async () => {
  const sound = await proposed(SOUND, { policy: "checks: { treasury: error }\n" });
  const { payload } = besides(sound, call(sound.deployment.token, "transfer(address,uint256)", VAULT, parseEther("499000")));
  expectStopped(await gate(sound, payload), {
    exit: 3,
    check: "treasury",
    message: /499000 tokens of the vote out of the timelock/,
    names: /Compound 289, July 2024/,
  });
});
