import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cappedFees, sliceFraction } from "../../sim/liquidation/index.ts";

const account = fc.record({
  maintenance: fc.double({ min: 1, max: 1e6, noNaN: true }),
  target: fc.double({ min: 1, max: 2, noNaN: true }),
  // Equity below maintenance, and something left to sell.
  health: fc.double({ min: 0.01, max: 0.999, noNaN: true }),
  haircutOff: fc.double({ min: 1, max: 2, noNaN: true }),
  discount: fc.double({ min: 0, max: 0.5, noNaN: true }),
  feeShare: fc.double({ min: 0, max: 0.5, noNaN: true }),
  credit: fc.double({ min: 0.5, max: 1, noNaN: true }),
});

/** What the account is after a fraction of everything was sold: the sale itself, not the formula. */
function afterSale(input: Parameters<typeof sliceFraction>[0], f: number) {
  const paid = (1 - input.discount) * f * input.saleValue - f * cappedFees(input);
  return { equity: (1 - f) * input.equity + input.credit * paid, maintenance: (1 - f) * input.maintenance };
}

const inputOf = ({ maintenance, target, health, haircutOff, discount, feeShare, credit }: typeof account extends fc.Arbitrary<infer Drawn> ? Drawn : never) => {
  const equity = health * maintenance;
  const saleValue = equity * haircutOff;
  return { maintenance, target, equity, saleValue, discount, fees: feeShare * saleValue, credit };
};

describe("the slice of an account a liquidation sells", () => {
  it("is 35/107 of an account with 80 against 100, target 1.15, discount 10 % (k·MM − E over k·MM − E·d, by hand)", () => {
    expect(sliceFraction({ maintenance: 100, target: 1.15, equity: 80, saleValue: 80, discount: 0.1, fees: 0, credit: 1 })).toBeCloseTo(35 / 107, 14);
  });

  it("is Derive's maximal fraction BM / (BM − MtM·d − R·(1 − d)) where their discount is what the bidder pays (margin-systems survey, 1.5)", () => {
    // There BM = MM_excess + buffer·(MM_excess − MtM) with MM_excess = MtM − MM, d the price paid, R = 0; here k = 1 + buffer.
    const [mtm, requirement, buffer, paid] = [900, 1_000, 0.15, 0.8];
    const excess = mtm - requirement;
    const bufferMargin = excess + buffer * (excess - mtm);
    const theirs = bufferMargin / (bufferMargin - mtm * paid);
    const ours = sliceFraction({ maintenance: requirement, target: 1 + buffer, equity: mtm, saleValue: mtm, discount: 1 - paid, fees: 0, credit: 1 });
    expect(ours).toBeCloseTo(theirs, 14);
  });

  it("restores exactly the target where it does not sell everything", () => {
    fc.assert(
      fc.property(account, (drawn) => {
        const input = inputOf(drawn);
        const f = sliceFraction(input);
        expect(f).toBeGreaterThan(0);
        expect(f).toBeLessThanOrEqual(1);
        if (f === 1) return;
        const after = afterSale(input, f);
        expect(Math.abs(after.equity - input.target * after.maintenance)).toBeLessThan(1e-9 * input.maintenance);
      }),
    );
  });

  it("is the smallest that does: any smaller one leaves less than the target", () => {
    fc.assert(
      fc.property(account, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (drawn, part) => {
        const input = inputOf(drawn);
        const after = afterSale(input, part * sliceFraction(input));
        expect(after.equity).toBeLessThan(input.target * after.maintenance);
      }),
    );
  });

  it("never falls when discount, fees, target or requirement rise, or equity falls", () => {
    fc.assert(
      fc.property(account, fc.double({ min: 1, max: 1.5, noNaN: true }), (drawn, more) => {
        const input = inputOf(drawn);
        const f = sliceFraction(input);
        const worse = [
          { ...input, discount: Math.min(1, input.discount * more) },
          { ...input, fees: input.fees * more },
          { ...input, target: input.target * more },
          { ...input, maintenance: input.maintenance * more },
          { ...input, equity: input.equity / more },
        ];
        for (const one of worse) expect(sliceFraction(one)).toBeGreaterThanOrEqual(f - 1e-12);
      }),
    );
  });

  it("is nothing above the target and everything where nothing would be paid", () => {
    const healthy = { maintenance: 100, target: 1.15, equity: 115, saleValue: 115, discount: 0.1, fees: 0, credit: 1 };
    expect(sliceFraction(healthy)).toBe(0);
    expect(sliceFraction({ ...healthy, equity: -5, saleValue: 0 })).toBe(1);
  });

  it("leaves no debt behind however high the fees: they stop at the slice's equity", () => {
    fc.assert(
      fc.property(account, fc.double({ min: 1, max: 1e6, noNaN: true }), (drawn, times) => {
        const input = { ...inputOf(drawn), fees: 1e3 * times };
        expect(input.saleValue * (1 - input.discount) - cappedFees(input)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
