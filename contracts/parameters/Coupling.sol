// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IRiskParameters} from "../interfaces/IRiskParameters.sol";
import {Ramp} from "./Ramp.sol";
import {Registry} from "./Registry.sol";
import {Kind, Name, RequirementLimits, Scope, Tighter, Value} from "./Types.sol";

/// @dev Rules over the whole set: what individually legal values may not be together. They hold at every moment from now
/// until the last ramp has ended. `sim/parameters/rules.ts` has the same rules in the same order.
library Coupling {
    using Ramp for Value;
    using Registry for Registry.State;

    uint256 private constant ONE = 10_000;
    Name private constant VOL_RANGE_DOWN = Name.wrap("volRangeDown");
    Name private constant VOL_FLOOR = Name.wrap("volFloor");
    Name private constant MIN_VOL_UP = Name.wrap("minVolUp");
    Name private constant SPOT_RANGE = Name.wrap("spotRange");
    Name private constant VOL_BUFFER = Name.wrap("volBuffer");
    Name private constant HAIRCUT = Name.wrap("haircut");
    Name private constant INITIAL_MARGIN = Name.wrap("initialMargin");
    Name private constant LIQUIDATION_TARGET = Name.wrap("liquidationTarget");
    Name private constant LIQUIDATION_DISCOUNT = Name.wrap("liquidationDiscount");
    Name private constant KEEPER_FEE = Name.wrap("keeperFee");
    Name private constant INSURANCE_FEE = Name.wrap("insuranceFee");

    /// @dev A value on its way: the slot and which side is the tight one.
    struct Path {
        Value value;
        Tighter tighter;
    }

    /// @dev Reverts with the first rule that is broken.
    function check(Registry.State storage state, RequirementLimits memory limits) internal view {
        Path memory initialMargin = _path(state, Registry.PROTOCOL, INITIAL_MARGIN);
        (bool ordered, uint256 low, uint256 high) = _ordered(_path(state, Registry.PROTOCOL, LIQUIDATION_TARGET), initialMargin);
        if (!ordered) revert IRiskParameters.RiskParameters_TargetAboveInitialMargin(low, high);

        Scope[] storage underlyings = state.scopes[Kind.Underlying];
        for (uint256 i = 0; i < underlyings.length; ++i) {
            _checkUnderlying(state, underlyings[i]);
            _checkRequirement(state, underlyings[i], initialMargin, limits);
        }

        Path[4] memory costs;
        costs[1] = _path(state, Registry.PROTOCOL, LIQUIDATION_DISCOUNT);
        costs[2] = _path(state, Registry.PROTOCOL, KEEPER_FEE);
        costs[3] = _path(state, Registry.PROTOCOL, INSURANCE_FEE);
        Scope[] storage collaterals = state.scopes[Kind.Collateral];
        for (uint256 i = 0; i < collaterals.length; ++i) {
            costs[0] = _path(state, collaterals[i], HAIRCUT);
            uint256 total = _highestSum(costs);
            if (total >= ONE) revert IRiskParameters.RiskParameters_LiquidationCostTooLarge(collaterals[i], total, ONE);
        }
    }

    function _checkUnderlying(Registry.State storage state, Scope scope) private view {
        (, uint256 rangeDown) = _span(_path(state, scope, VOL_RANGE_DOWN));
        if (rangeDown >= ONE) revert IRiskParameters.RiskParameters_VolRangeDownTooLarge(scope, rangeDown, ONE);

        (bool ordered, uint256 low, uint256 high) = _ordered(_path(state, scope, VOL_FLOOR), _path(state, scope, MIN_VOL_UP));
        if (!ordered) revert IRiskParameters.RiskParameters_FloorAboveMinVolUp(scope, low, high);
    }

    /// @dev The reference portfolio is linear and bound by the grid floor, so its initial requirement is proportional to
    /// initialMargin × spotRange × (1 + volBuffer). What it was before every change whose cooldown still runs is compared
    /// with the lowest and the highest it can be from now on, in whichever order the ramps arrive: a large move can be
    /// split neither over parameters nor over batches.
    function _checkRequirement(Registry.State storage state, Scope scope, Path memory initialMargin, RequirementLimits memory limits) private view {
        Path memory range = _path(state, scope, SPOT_RANGE);
        Path memory buffer = _path(state, scope, VOL_BUFFER);
        uint256 before = _before(state, initialMargin, INITIAL_MARGIN) * _before(state, range, SPOT_RANGE) * (ONE + _before(state, buffer, VOL_BUFFER));

        (uint256 lowest, uint256 highest) = _span(initialMargin);
        (uint256 rangeLow, uint256 rangeHigh) = _span(range);
        (uint256 bufferLow, uint256 bufferHigh) = _span(buffer);
        lowest *= rangeLow * (ONE + bufferLow);
        highest *= rangeHigh * (ONE + bufferHigh);

        uint256 floor = Math.ceilDiv(before * (ONE - limits.maxDecrease), ONE);
        if (lowest < floor) revert IRiskParameters.RiskParameters_RequirementMovedTooFar(scope, before, lowest, floor);
        uint256 ceiling = (before * (ONE + limits.maxIncrease)) / ONE;
        if (highest > ceiling) revert IRiskParameters.RiskParameters_RequirementMovedTooFar(scope, before, highest, ceiling);
    }

    /// @dev The value before its last change, if its cooldown still runs; else the value.
    function _before(Registry.State storage state, Path memory path, Name name) private view returns (uint256) {
        return block.timestamp <= uint256(path.value.start) + state.specs[name].cooldown ? path.value.from : path.value.to;
    }

    /// @dev The lowest and the highest a value is from now on.
    function _span(Path memory path) private view returns (uint256, uint256) {
        (uint256 current, uint256 target) = (path.value.valueAt(path.tighter, block.timestamp), path.value.to);
        return (Math.min(current, target), Math.max(current, target));
    }

    /// @dev Whether one value never exceeds the other from now on, else both at a moment when it does. Between the ends of the
    /// two ramps both are linear and, both being tighter upwards, rounded the same way: the ends tell it all.
    function _ordered(Path memory lower, Path memory upper) private view returns (bool, uint256 low, uint256 high) {
        uint256[3] memory times = [block.timestamp, lower.value.endOf(), upper.value.endOf()];
        for (uint256 i = 0; i < 3; ++i) {
            uint256 time = Math.max(block.timestamp, times[i]);
            (low, high) = (lower.value.valueAt(lower.tighter, time), upper.value.valueAt(upper.tighter, time));
            if (low > high) return (false, low, high);
        }
        return (true, low, high);
    }

    /// @dev The highest a sum can be from now on: the highest at any ramp's end, where each running ramp counts one more, as
    /// much as rounding can add between two ends.
    function _highestSum(Path[4] memory terms) private view returns (uint256 highest) {
        uint256 running = 0;
        for (uint256 i = 0; i < 4; ++i) {
            uint256 time = Math.max(block.timestamp, terms[i].value.endOf());
            if (time > block.timestamp) ++running;
            highest = Math.max(highest, Math.max(_sumAt(terms, time), _sumAt(terms, block.timestamp)));
        }
        return highest + running;
    }

    function _sumAt(Path[4] memory terms, uint256 time) private pure returns (uint256 sum) {
        for (uint256 i = 0; i < 4; ++i) sum += terms[i].value.valueAt(terms[i].tighter, time);
    }

    function _path(Registry.State storage state, Scope scope, Name name) private view returns (Path memory) {
        return Path(state.get(scope, name), state.specs[name].tighter);
    }
}
