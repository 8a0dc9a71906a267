import { afterAll, beforeAll, expect, it } from "vitest";
import { GOVERNOR_ABI } from "../../chain/abi.ts";
import { deployBallast, localAddresses } from "../../chain/deploy.ts";
import { type EmbeddedChain, startChain } from "../../chain/network.ts";
import { GOVERNANCE } from "../../chain/settings.ts";
import { askingAt } from "../../chain/views.ts";
import { readVoting, wholeLife } from "../../chain/voting.ts";
import { initialParameters } from "../../sim/parameters/index.ts";

let chain: EmbeddedChain;
beforeAll(async () => {
  chain = await startChain();
  await deployBallast(chain, initialParameters());
});
afterAll(() => chain.close());

it("the whole life of a proposal is what the governor adds to the time, in executableBy()", async () => {
  const voting = await readVoting(askingAt(chain.client, await chain.client.getBlockNumber()), localAddresses());
  const until = await chain.client.readContract({ address: localAddresses().governor, abi: GOVERNOR_ABI, functionName: "executableBy" });
  expect(wholeLife(voting)).toBe(Number(until) - chain.now());
  expect(wholeLife(GOVERNANCE)).toBe(wholeLife(voting));
});
