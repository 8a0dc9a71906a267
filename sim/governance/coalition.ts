import type { Acquisition } from "./acquisition.ts";
import type { Delegate, Situation } from "./situation.ts";

/**
 * The delegates who together have so many votes, at the least pay found: those who act together already come free; the others ask for a payment and for
 * what the fall of the price costs their own tokens, and those with most votes for the money come first. Own tokens that are not known count as none,
 * so that the cost is not overstated.
 *
 * @returns undefined where all of them together have too few
 * @example coalition(situation, 4_000_000)?.pieces.length; // 3
 */
export function coalition(situation: Situation, votes: number): Acquisition | undefined {
  const members = new Set(situation.coalition.members);
  const pieces: { source: string; votes: number; costUsd: number }[] = [];
  let wanted = votes;
  const take = (delegate: Delegate) => {
    pieces.push({ source: delegate.id, votes: delegate.votes, costUsd: askOf(delegate, situation, members) });
    wanted -= delegate.votes;
  };
  for (const delegate of [...situation.delegates].filter(({ votes: has }) => has > 0).sort((a, b) => order(a, b, situation, members))) {
    if (wanted <= 0) break;
    take(delegate);
  }
  if (wanted > 0) return undefined;
  const costUsd = pieces.reduce((sum, piece) => sum + piece.costUsd, 0);
  return { pieces, costUsd, capitalUsd: costUsd };
}

function askOf({ id, own }: Delegate, { coalition: { paymentUsd }, token }: Situation, members: ReadonlySet<string>): number {
  return members.has(id) ? 0 : paymentUsd + (own ?? 0) * token.priceUsd * token.discoveryFall;
}

function order(a: Delegate, b: Delegate, situation: Situation, members: ReadonlySet<string>): number {
  const [left, right] = [askOf(a, situation, members) / a.votes, askOf(b, situation, members) / b.votes];
  return left - right || b.votes - a.votes || (a.id < b.id ? -1 : 1);
}
