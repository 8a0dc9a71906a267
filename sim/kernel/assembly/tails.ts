import { candidatesOf, grossOf } from "./candidates";
import { Family, Measurement } from "./layout";
import { addRows, sumTiles } from "./rows";
import { addScreens, sumScreens } from "./screen";

/** The least P&L of the row measured last, and its scenario: the first of equals. */
let leastGain: f64 = Number.POSITIVE_INFINITY;
let leastScenario: i32 = -1;

/** The losses of accounts by group and as a whole, and the worst scenario of the whole. An account of one group is its group. */
export function measureAccounts(m: Measurement): void {
  if (m.screenTiles > 0) sumScreens(m);
  if (m.dampedTiles > 0) {
    const tileAt = (m.cubeAt as usize) + ((m.dampedTile * m.instruments) << 7);
    sumTiles(m.dampedTiles, m.instruments, tileAt, m.groups, m.offsetsAt, m.instrumentAt, m.lotsAt, m.dampedRowsAt);
  }
  const lossBytes: usize = m.families << 3;
  const groups = m.groups;
  let groupLossAt = m.groupLossAt as usize;
  let jointLossAt = m.jointLossAt as usize;
  let group = load<i32>(m.firstAt);
  for (let a = 1; a <= m.accounts; a++, jointLossAt += lossBytes) {
    const begin = group;
    const end = load<i32>(m.firstAt + (a << 2));
    leastScenario = -1;
    for (; group < end; group++, groupLossAt += lossBytes) measureSum(m, group, group, group + 1, groupLossAt);
    if (end - begin === 1) {
      memory.copy(jointLossAt, groupLossAt - lossBytes, lossBytes);
    } else {
      if (m.screenTiles > 0) addScreens(m, begin, end);
      if (m.dampedTiles > 0) addRows(m.dampedTiles, m.dampedRowsAt, begin, end, groups);
      measureSum(m, groups, begin, end, jointLossAt);
    }
    store<i32>(m.worstAt + ((a - 1) << 2), leastScenario);
  }
}

/** The losses of groups begin…end−1 together, whose sums stand in `row`; none of them where the P&L is not finite. */
function measureSum(m: Measurement, row: i32, begin: i32, end: i32, lossAt: usize): void {
  const firstEntry = load<i32>(m.offsetsAt + (begin << 2));
  const lastEntry = load<i32>(m.offsetsAt + (end << 2));
  const gross = grossOf(m, firstEntry, lastEntry);
  const screenRowAt = (m.screenRowsAt as usize) + (row << 7);
  const screenLeastAt = (m.screenLeastAt as usize) + row * (m.screenTiles << 3);
  const dampedRowAt = (m.dampedRowsAt as usize) + row * (m.dampedTiles << 7) - ((m.dampedTile as usize) << 7);
  leastGain = Number.POSITIVE_INFINITY;
  leastScenario = -1;
  let familyAt = m.familiesAt as usize;
  for (let f = 0; f < m.families; f++, familyAt += offsetof<Family>(), lossAt += 8) {
    const family = changetype<Family>(familyAt);
    let loss: f64;
    if (!(gross < Number.POSITIVE_INFINITY)) {
      loss = Number.NaN;
    } else if (family.kept === 0) {
      loss = dampedLoss(family, dampedRowAt + (family.offset << 3), (m.dampingAt as usize) + (family.offset << 3));
    } else if (gross === 0) {
      loss = flatLoss(family);
    } else {
      const candidates = candidatesOf(m, family, screenRowAt, screenLeastAt, lastEntry - firstEntry + (end - begin), gross);
      sumCandidates(m, family.offset, candidates, firstEntry, lastEntry);
      loss = tailLoss(family, m.exactAt, candidates);
    }
    store<f64>(lossAt, loss);
  }
}

/** Nothing is lost in any scenario, so the first is as bad as any. */
function flatLoss(family: Family): f64 {
  if (leastGain > 0) {
    leastGain = 0;
    leastScenario = family.offset;
  }
  return -0.0;
}

/** P&L of entries in the candidates of a family, summed in double precision in the order of the entries. */
function sumCandidates(m: Measurement, offset: i32, candidates: i32, firstEntry: i32, lastEntry: i32): void {
  const instrumentAt = (m.instrumentAt as usize) + (firstEntry << 2);
  const lotsAt = (m.lotsAt as usize) + (firstEntry << 3);
  const lastAt = (m.lotsAt as usize) + (lastEntry << 3);
  const cubeAt = m.cubeAt as usize;
  const instruments = m.instruments;
  let indexAt = m.indicesAt as usize;
  let exactAt = m.exactAt as usize;
  for (const end = exactAt + (candidates << 3); exactAt < end; exactAt += 8, indexAt += 4) {
    const scenario = offset + load<i32>(indexAt);
    const laneAt = cubeAt + (((scenario >> 4) * instruments) << 7) + ((scenario & 15) << 3);
    let sum: f64 = 0;
    for (let lots = lotsAt, instrument = instrumentAt; lots < lastAt; lots += 8, instrument += 4) {
      sum += load<f64>(lots) * load<f64>(laneAt + (load<i32>(instrument) << 7));
    }
    store<f64>(exactAt, sum);
    if (sum < leastGain) {
      leastGain = sum;
      leastScenario = scenario;
    }
  }
}

/** The largest damped loss of a family, never below zero. */
function dampedLoss(family: Family, at: usize, dampingAt: usize): f64 {
  let deepest: f64 = 0;
  for (let s = 0; s < family.count; s++) {
    const gain = load<f64>(at + (s << 3)) * load<f64>(dampingAt + (s << 3));
    if (gain < deepest) deepest = gain;
    if (gain < leastGain) {
      leastGain = gain;
      leastScenario = family.offset + s;
    }
  }
  return -deepest;
}

/** The losses of a P&L given scenario by scenario. */
export function measureRow(rowAt: usize, families: i32, familyAt: usize, dampingAt: usize, exactAt: usize, lossAt: usize): void {
  for (let f = 0; f < families; f++, familyAt += offsetof<Family>(), lossAt += 8) {
    const family = changetype<Family>(familyAt);
    const at = rowAt + (family.offset << 3);
    if (family.kept === 0) {
      store<f64>(lossAt, dampedLoss(family, at, dampingAt + (family.offset << 3)));
    } else {
      // A row is a sum of one: −0 is 0, as it is in every other sum.
      for (let s = 0; s < family.count; s++) store<f64>(exactAt + (s << 3), 0 + load<f64>(at + (s << 3)));
      store<f64>(lossAt, tailLoss(family, exactAt, family.count));
    }
  }
}

/** The mean of the worst of some numbers: `lossOf` of `../tail.ts`. Their order and those that cannot be in the tail may be lost. */
function tailLoss(family: Family, at: usize, count: i32): f64 {
  const kept = family.kept;
  if (count > enoughFor(kept)) count = narrow(at, count, kept);
  const end = at + (count << 3);
  store<f64>(end, Number.POSITIVE_INFINITY);
  // The largest is passed over until fewer than `kept` lie under it: it is the last of the tail, or as good as it.
  const lowest = f64x2.splat(Number.NEGATIVE_INFINITY);
  let last: f64 = Number.POSITIVE_INFINITY;
  let under = 0;
  while (true) {
    const lasts = f64x2.splat(last);
    let largest = lowest;
    let counted = i64x2.splat(0);
    for (let pair = at; pair < end; pair += 16) {
      const gain = v128.load(pair);
      const isUnder = f64x2.lt(gain, lasts);
      counted = i64x2.sub(counted, isUnder);
      largest = f64x2.pmax(largest, v128.bitselect(gain, lowest, isUnder));
    }
    under = i32(i64x2.extract_lane(counted, 0) + i64x2.extract_lane(counted, 1));
    if (under < kept) break;
    last = max(f64x2.extract_lane(largest, 0), f64x2.extract_lane(largest, 1));
  }
  if (!(last < Number.POSITIVE_INFINITY)) return Number.NaN;
  if (family.mass === 0) return -last;
  let sum: f64 = 0;
  for (; at < end; at += 8) {
    const gain = load<f64>(at);
    sum += gain < last ? gain : 0;
  }
  sum += f64(family.whole - under) * last;
  if (family.part > 0) sum += family.part * last;
  return -sum / family.mass;
}

/** So many more than a tail are looked through as quickly as they are told apart. */
function enoughFor(kept: i32): i32 {
  return kept + (kept >> 2) + 8;
}

/** Of some numbers keeps at least the `kept` least, in their order, and not many more where they differ; returns how many. */
function narrow(at: usize, count: i32, kept: i32): i32 {
  const enough = enoughFor(kept);
  const end = at + (count << 3);
  store<f64>(end, Number.POSITIVE_INFINITY);
  let low: f64 = Number.POSITIVE_INFINITY;
  let high: f64 = Number.NEGATIVE_INFINITY;
  for (let from = at; from < end; from += 8) {
    const gain = load<f64>(from);
    low = gain < low ? gain : low;
    high = gain > high ? gain : high;
  }
  let left = count;
  for (let round = 0; round < 10 && left > enough; round++) {
    const middle = 0.5 * (low + high);
    const middles = f64x2.splat(middle);
    let counted = i64x2.splat(0);
    for (let from = at; from < end; from += 16) counted = i64x2.sub(counted, f64x2.le(v128.load(from), middles));
    const under = i32(i64x2.extract_lane(counted, 0) + i64x2.extract_lane(counted, 1));
    if (under < kept) {
      low = middle;
    } else {
      high = middle;
      left = under;
    }
  }
  let to = at;
  for (let from = at; from < end; from += 8) {
    const gain = load<f64>(from);
    store<f64>(to, gain);
    to += usize(gain <= high) << 3;
  }
  return i32((to - at) >> 3);
}
