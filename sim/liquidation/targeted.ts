/** One account's problem: which lots to sell so that it stands at its target again, at least cost. */
export interface TargetedProblem {
  /** Lots held of each item, signed. */
  readonly lots: Float64Array;
  /** Items of the same number hedge each other: they may also be sold by the same fraction together. */
  readonly hedges: Int32Array;
  /** What is missing to the target before anything is sold, USD, > 0. */
  readonly missing: number;
  /** What selling these lots costs, USD; sold like `lots`, never beyond them, never against their sign. */
  cost(sold: Float64Array): number;
  /** Whether these lots may be sold at all: whether somebody takes them. */
  allows(sold: Float64Array): boolean;
  /** Margins candidates in one batch: what each leaves missing to the target, USD; it restores where this is ≤ 0. */
  missingAfter(candidates: readonly Float64Array[]): Float64Array;
}

/** A set of lots that restores the target. */
export interface TargetedSlice {
  readonly sold: Float64Array;
  readonly cost: number;
}

/** A first look closes a move whole, a second goes by halves: short of the target, the next step may belong to another move. */
const STRIDES: readonly number[] = [1, 0.5];
/** The moves whose size is refined when several restore the target, cheapest first. */
const REFINED = 3;
/** The size of a move is searched to this part of the position; a small one to the lot. */
const RESOLUTION = 256;

/**
 * A small integer search: greedy by relief per cost over moves (one item, or all items of one hedge together), once in whole closures and once by
 * halves, the last move cut to what is needed, then lots are given back wherever the target still stands. Few enough combinations
 * are all looked at instead, and the result is then the optimum. It is a heuristic otherwise.
 *
 * @param below only a slice that costs less than this is wanted
 * @param rows how many candidates may be margined at most
 * @returns undefined where none was found
 */
export function targetedSlice(problem: TargetedProblem, below: number, rows: number): TargetedSlice | undefined {
  const search = new Search(problem, below, rows);
  if (combinations(problem.lots) <= rows) return search.exhaustive();
  for (const stride of STRIDES) search.greedy(stride);
  search.giveBack();
  return search.best;
}

/** All ways to sell from nothing to everything of each item. */
function combinations(lots: Float64Array): number {
  let count = 1;
  for (const held of lots) count *= Math.abs(held) + 1;
  return count;
}

interface Margined {
  readonly sold: Float64Array;
  readonly cost: number;
  readonly missing: number;
}

/** A move whose smallest restoring size is looked for, in lots of its largest item: it does not restore at `low`, and does at `high`. */
interface Sizing {
  readonly part: (lots: number) => Float64Array;
  readonly widest: number;
  low: number;
  high: number;
  missingLow: number;
  missingHigh: number;
}

/** Where the straight line between low and high meets the target, and a little to either side. */
function guesses({ low, high, missingLow, missingHigh }: Sizing): number[] {
  const guess = low + Math.ceil(((high - low) * missingLow) / (missingLow - missingHigh));
  const width = Math.max(1, Math.floor((high - low) / 16));
  const sizes = [guess - width, guess, guess + width].map((lots) => Math.max(low + 1, Math.min(high - 1, lots)));
  return [...new Set(sizes)];
}

class Search {
  best: TargetedSlice | undefined;
  readonly #problem: TargetedProblem;
  readonly #moves: readonly (readonly number[])[];
  #below: number;
  #rows: number;

  constructor(problem: TargetedProblem, below: number, rows: number) {
    this.#problem = problem;
    this.#below = below;
    this.#rows = rows;
    this.#moves = movesOf(problem);
  }

  exhaustive(): TargetedSlice | undefined {
    const { lots } = this.#problem;
    let all: Float64Array[] = [new Float64Array(lots.length)];
    for (let i = 0; i < lots.length; i++) {
      const held = Math.abs(lots[i]);
      if (held === 0) continue;
      all = all.flatMap((sold) => Array.from({ length: held + 1 }, (_, n) => withLots(sold, i, Math.sign(lots[i]) * n)));
    }
    this.#margin(all.filter((sold) => this.#problem.cost(sold) < this.#below));
    return this.best;
  }

  /** From nothing sold, always the move with the most relief per cost, until one restores the target. */
  greedy(stride: number): void {
    let now: Margined = { sold: new Float64Array(this.#problem.lots.length), cost: 0, missing: this.#problem.missing };
    while (now.cost < this.#below) {
      const from = now;
      const steps = this.#moves.flatMap((move) => {
        const sold = this.#advance(from.sold, move, stride);
        return sold === undefined ? [] : [{ move, sold }];
      });
      const tried = this.#margin(steps.map(({ sold }) => sold)).map((one, i) => ({ ...one, move: steps[i].move, relief: from.missing - one.missing }));
      const restoring = tried.filter(({ missing }) => missing <= 0);
      if (restoring.length > 0) {
        // What it would cost if missing fell evenly along the way.
        const expected = ({ cost, relief }: (typeof tried)[number]) => from.cost + ((cost - from.cost) * from.missing) / relief;
        restoring.sort((a, b) => expected(a) - expected(b));
        this.#refine(from, restoring.slice(0, REFINED));
        return;
      }
      const helping = tried.filter(({ relief }) => relief > 0);
      if (helping.length === 0) return;
      now = helping.reduce((first, one) => (one.relief * (first.cost - from.cost) > first.relief * (one.cost - from.cost) ? one : first));
    }
  }

  /** Lots of the best slice that are not needed: an item whole, half of it, a quarter, one lot. */
  giveBack(): void {
    for (;;) {
      const { best } = this;
      if (best === undefined) return;
      const candidates: Float64Array[] = [];
      best.sold.forEach((lots, i) => {
        const held = Math.abs(lots);
        const backs = new Set([held, Math.floor(held / 2), Math.floor(held / 4), 1]);
        for (const back of backs) if (back > 0 && back <= held) candidates.push(withLots(best.sold, i, Math.sign(lots) * (held - back)));
      });
      this.#margin(candidates.filter((sold) => this.#problem.cost(sold) < best.cost));
      if (this.best === best) return;
    }
  }

  /** The smallest size of each move that restores, between none of it and one that does; all of them side by side, so that batches are few. */
  #refine(from: Margined, restoring: readonly (Margined & { move: readonly number[] })[]): void {
    let sizings = restoring.map((one) => this.#sizing(from, one));
    // What costs too much is not margined at all: the largest size that does not, and if that does not restore the move is out.
    const capped = sizings.filter(({ high, widest }) => high > 0 && high < widest);
    this.#margin(capped.map(({ part, high }) => part(high))).forEach(({ missing }, i) => {
      capped[i].missingHigh = missing;
    });
    sizings = sizings.filter(({ high, missingHigh }) => high > 0 && missingHigh <= 0);
    for (;;) {
      const open = sizings.filter(({ low, high, widest }) => high - low > Math.max(1, Math.floor(widest / RESOLUTION)));
      const looks = open.flatMap((sizing) => guesses(sizing).map((size) => ({ sizing, size })));
      const tried = this.#margin(looks.map(({ sizing, size }) => sizing.part(size)));
      if (tried.length === 0) return;
      tried.forEach(({ missing }, i) => {
        const { sizing, size } = looks[i];
        if (size <= sizing.low || size >= sizing.high) return;
        if (missing > 0) [sizing.low, sizing.missingLow] = [size, missing];
        else [sizing.high, sizing.missingHigh] = [size, missing];
      });
    }
  }

  #sizing(from: Margined, { move, sold, missing }: Margined & { move: readonly number[] }): Sizing {
    const widest = move.reduce((most, i) => Math.max(most, Math.abs(sold[i] - from.sold[i])), 0);
    const part = (lots: number) =>
      move.reduce((next, i) => {
        const step = sold[i] - from.sold[i];
        return withLots(next, i, from.sold[i] + Math.sign(step) * Math.min(Math.abs(step), Math.ceil((Math.abs(step) * lots) / widest - HAIR)));
      }, from.sold);
    const isCheap = (lots: number) => this.#problem.cost(part(lots)) < this.#below;
    let [high, beyond] = isCheap(widest) ? [widest, widest] : [0, widest];
    while (beyond - high > Math.max(1, Math.floor(widest / RESOLUTION))) {
      const middle = Math.floor((high + beyond) / 2);
      if (isCheap(middle)) high = middle;
      else beyond = middle;
    }
    return { part, widest, low: 0, high, missingLow: from.missing, missingHigh: high === widest ? missing : Number.POSITIVE_INFINITY };
  }

  /** Margins as many candidates as rows are left for, and keeps the cheapest that restores. */
  #margin(candidates: readonly Float64Array[]): Margined[] {
    const taken = candidates.slice(0, this.#rows);
    this.#rows -= taken.length;
    if (taken.length === 0) return [];
    const missing = this.#problem.missingAfter(taken);
    return taken.map((sold, i) => {
      const one = { sold, cost: this.#problem.cost(sold), missing: missing[i] };
      if (one.missing <= 0 && one.cost < this.#below && this.#problem.allows(sold)) {
        this.best = { sold, cost: one.cost };
        this.#below = one.cost;
      }
      return one;
    });
  }

  /** One stride further along a move, in parts of what is held; undefined where nothing is left of it. */
  #advance(sold: Float64Array, move: readonly number[], stride: number): Float64Array | undefined {
    const { lots } = this.#problem;
    let next = sold;
    for (const i of move) {
      const left = Math.abs(lots[i]) - Math.abs(sold[i]);
      const step = Math.min(left, Math.ceil(stride * Math.abs(lots[i]) - HAIR));
      if (step > 0) next = withLots(next, i, sold[i] + Math.sign(lots[i]) * step);
    }
    return next === sold ? undefined : next;
  }
}

/** A product that misses a whole number of lots by rounding does not cost another lot. */
const HAIR = 1e-9;

/** Every item alone, and every hedge of several items. */
function movesOf({ lots, hedges }: TargetedProblem): number[][] {
  const held = Array.from(lots, (_, i) => i).filter((i) => lots[i] !== 0);
  const together = [...new Set(held.map((i) => hedges[i]))].map((hedge) => held.filter((i) => hedges[i] === hedge));
  return [...held.map((i) => [i]), ...together.filter((move) => move.length > 1)];
}

function withLots(sold: Float64Array, i: number, lots: number): Float64Array {
  const next = sold.slice();
  next[i] = lots;
  return next;
}
