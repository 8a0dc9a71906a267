import { type Address, decodeFunctionData, formatEther, formatUnits, isAddressEqual, parseAbi } from "viem";
import { callsWithin, type NestedCall } from "../../chain/index.ts";
import { limitsOf } from "../proposal/limits.ts";
import { onChainProposal } from "../proposal/payload.ts";
import { percent } from "../report/format.ts";
import type { Check } from "./check.ts";
import { payloadOf } from "./context.ts";
import { surroundingsOf } from "./surroundings.ts";

const TOKEN = parseAbi([
  "function transfer(address to, uint256 amount)",
  "function transferFrom(address from, address to, uint256 amount)",
  "function approve(address spender, uint256 amount)",
  "function increaseAllowance(address spender, uint256 amount)",
  "function burn(uint256 amount)",
  "function permit(address owner, address spender, uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s)",
]);
const DECIMALS = 18;

export const treasury: Check = {
  id: "treasury",
  title: "The treasury stays where it is",
  why: "The timelock that changes parameters also holds the protocol's money. A payment among changes of parameters is one nobody discussed.",
  incident: "Compound 289, July 2024: 499 000 COMP, 5 % of the treasury, in a vote that few looked at. Beanstalk, April 2022: all of it.",
  fix: "Take the payment out, or raise limits.treasuryShare in policy.yaml by a vote of its own.",
  severity: "warn",
  kind: "check",
  file: "payload/governor.json",
  async run(context, emit) {
    const { timelock, token } = context.proposal.deployment;
    const { treasuryShare } = limitsOf(context.policy);
    const before = (await surroundingsOf(context)).treasury;
    const rehearsal = await context.rehearsal();
    const moved = { wei: 0n, tokens: 0n };
    for (const call of callsWithin(onChainProposal(payloadOf(context)).calls)) {
      if (!call.opened) moved.wei += call.value;
      const amount = amountOf(call, timelock);
      if (amount === undefined) continue;
      if (isAddressEqual(call.target, token)) moved.tokens += amount;
      // Whatever the timelock holds of it, nobody here knows.
      else
        emit({
          message: `${call.path} moves ${amount} units of the token ${call.target}, or lets somebody move them: all that the treasury holds of it, as far as is known here.`,
        });
    }
    // What the calls say, or what the execution did, whichever is more.
    const after = rehearsal.ok ? rehearsal.treasuryAfter : before;
    const gone = { wei: larger(moved.wei, before.wei - after.wei), tokens: larger(moved.tokens, before.tokens - after.tokens) };
    for (const [amount, held, words] of [
      [gone.wei, before.wei, `${formatEther(gone.wei)} ether`],
      [gone.tokens, before.tokens, `${formatUnits(gone.tokens, DECIMALS)} tokens of the vote`],
    ] as const) {
      const share = shareOf(amount, held);
      if (share > treasuryShare)
        emit({ message: `It moves ${words} out of the timelock, ${percent(share)} of what is there; ${percent(treasuryShare)} is allowed.` });
    }
    return `${formatEther(before.wei)} ether and ${formatUnits(before.tokens, DECIMALS)} tokens in the timelock before, ${rehearsal.ok ? `${formatEther(after.wei)} and ${formatUnits(after.tokens, DECIMALS)} after` : "what the calls would move of it"}`;
  },
};

/** What a call takes from the timelock, or allows somebody to take; undefined where it is none of these. */
function amountOf({ calldata }: NestedCall, timelock: Address): bigint | undefined {
  try {
    const { functionName, args } = decodeFunctionData({ abi: TOKEN, data: calldata });
    if (functionName === "transferFrom") return isAddressEqual(args[0], timelock) ? args[2] : undefined;
    if (functionName === "burn") return args[0];
    return functionName === "permit" ? args[2] : args[1];
  } catch {
    return undefined; // another function: what it moves is seen in the balances
  }
}

/** All of it, where more is asked for than is there, or where nothing is known to be there. */
function shareOf(amount: bigint, held: bigint): number {
  if (amount <= 0n) return 0;
  return amount >= held ? 1 : Number((amount * 1_000_000n) / held + 1n) / 1_000_000;
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
