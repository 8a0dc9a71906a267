import { type Address, encodeFunctionData, parseAbi } from "viem";
import { beforeAll, describe, it } from "vitest";
import { ROLES } from "../../chain/index.ts";
import type { Proposal } from "../../cli/proposal/load.ts";
import { besides, call } from "../checks/forged.ts";
import { expectStopped, gate, proposed, SOUND } from "./gate.ts";

const ATTACKER: Address = "0x00000000000000000000000000000000BaDc0FFe".toLowerCase() as Address;

describe("who is called and what, at this gate", { timeout: 120_000 }, () => {
  let sound: Proposal;
  beforeAll(async () => {
    sound = await proposed(SOUND);
  });

  // Tornado Cash, 20 May 2023: the code that was voted for destroyed itself; other code came to the same address by CREATE2.
  it("Tornado: an address whose code nobody compiled from these sources, empty until after the vote", async () => {
    const { payload } = besides(sound, call(ATTACKER, "executeProposal()"));
    expectStopped(await gate(sound, payload), {
      exit: 3,
      check: "targets",
      message: /badc0ffe is no contract of the deployment\. There is no code there/i,
      names: /Tornado Cash, May 2023/,
    });
  });

  // Beanstalk, 17 April 2022: the proposal itself handed the treasury over.
  it("Beanstalk: a role that is granted inside another call", async () => {
    const grant = encodeFunctionData({ abi: parseAbi(["function grantRole(bytes32,address)"]), args: [ROLES.DEFAULT_ADMIN_ROLE as `0x${string}`, ATTACKER] });
    const { payload } = besides(sound, call(sound.deployment.governor, "relay(address,uint256,bytes)", sound.deployment.timelock, 0n, grant));
    expectStopped(await gate(sound, payload), {
      exit: 3,
      check: "selectors",
      message: /grantRole\(bytes32,address\).*hands over power/,
      names: /Beanstalk, April 2022/,
    });
  });
});
