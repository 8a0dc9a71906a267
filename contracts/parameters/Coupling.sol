// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IRiskParameters} from "../interfaces/IRiskParameters.sol";
import {Ramp} from "./Ramp.sol";
import {Registry} from "./Registry.sol";
import {Kind, Name, Overlay, RequirementLimits, Scope, Spec, Tighter, Value} from "./Types.sol";

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

    /// @dev A value on its way: the slot, which side is the tight one, and how long its last change counts as recent.
    struct Path {
        Value value;
        Tighter tighter;
        uint256 cooldown;
        /// The steward's value while it is in force, else zero; only a tightening one is ever put there.
        uint256 overlay;
    }

    /// @dev Reverts with the first rule that is broken.
    function check(Registry.State storage state, RequirementLimits memory limits) internal view {
        Path memory initialMargin = _path(state, Registry.PROTOCOL, INITIAL_MARGIN);
        (bool ordered, uint256 low, uint256 high) = _ordered(_path(state, Registry.PROTOCOL, LIQUIDATION_TARGET), initialMargin);
        if (!ordered) revert IRiskParameters.RiskParameters_TargetAboveInitialMargin(low, high);

        Scope[] storage underlyings = state.scopes[Kind.Underlying];
        for (uint256 i = 0; i < underlyings.length; ++i) {
            _checkUnderlying(state, underlyings[i]);
            _checkRequirement(_factors(state, underlyings[i]), underlyings[i], limits);
        }

        Path[4] memory costs = _costs(state);
        Scope[] storage collaterals = state.scopes[Kind.Collateral];
        for (uint256 i = 0; i < collaterals.length; ++i) {
            costs[0] = _path(state, collaterals[i], HAIRCUT);
            uint256 total = _highestSum(costs);
            if (total >= ONE) revert IRiskParameters.RiskParameters_LiquidationCostTooLarge(collaterals[i], total, ONE);
        }
    }

    /// @dev Whether an overlay may be in force: the rules hold with it now and until it lapses, whichever of the other overlays
    /// lapse before it, since no overlay is allowed to lean on another. What it is tighter than was checked with the batch that
    /// decided it, so it is enough to look at the overlay itself against every governed value from now on.
    function holds(Registry.State storage state, Scope scope, Name name, RequirementLimits memory limits) internal view returns (bool) {
        uint48 value = state.overlays[Registry.idOf(scope, name)].value;
        if (name == LIQUIDATION_TARGET) return value <= _lowest(_path(state, Registry.PROTOCOL, INITIAL_MARGIN));
        if (name == VOL_FLOOR) return value <= _lowest(_path(state, scope, MIN_VOL_UP));
        if (name == VOL_RANGE_DOWN) return value < ONE;
        if (name == HAIRCUT) {
            Path[4] memory costs = _costs(state);
            costs[0].value = Value(value, value, 0, 0, 0);
            return _highestSum(costs) < ONE;
        }
        if (name == SPOT_RANGE || name == VOL_BUFFER) return _overlaidRequirementHolds(state, scope, limits);
        if (name == INITIAL_MARGIN) {
            Scope[] storage underlyings = state.scopes[Kind.Underlying];
            for (uint256 i = 0; i < underlyings.length; ++i) if (!_overlaidRequirementHolds(state, underlyings[i], limits)) return false;
        }
        return true;
    }

    /// @dev Overlays raise the requirement of the reference portfolio at once and lower it at once as they lapse: neither jump may
    /// be larger than what a batch may do, and the height they reach is held against what was before each recent change as well.
    function _overlaidRequirementHolds(Registry.State storage state, Scope scope, RequirementLimits memory limits) private view returns (bool) {
        Path[3] memory factors = _factors(state, scope);
        (uint256 highest, uint256 over, uint256 under) = (1, 1, 1);
        for (uint256 i = 0; i < 3; ++i) {
            (uint256 low, uint256 high) = _span(factors[i]);
            uint256 base = i == 2 ? ONE : 0;
            highest *= base + Math.max(high, factors[i].overlay);
            if (factors[i].overlay > low) (over, under) = (over * (base + factors[i].overlay), under * (base + low));
        }
        if (over * (ONE - limits.maxDecrease) > under * ONE || over * ONE > under * (ONE + limits.maxIncrease)) return false;
        for (uint256 i = 0; i < 3; ++i) {
            uint256 start = factors[i].value.start;
            if (block.timestamp > start + factors[i].cooldown) continue;
            if (highest > (_requirementBefore(factors, start) * (ONE + limits.maxIncrease)) / ONE) return false;
        }
        return true;
    }

    function _checkUnderlying(Registry.State storage state, Scope scope) private view {
        (, uint256 rangeDown) = _span(_path(state, scope, VOL_RANGE_DOWN));
        if (rangeDown >= ONE) revert IRiskParameters.RiskParameters_VolRangeDownTooLarge(scope, rangeDown, ONE);

        (bool ordered, uint256 low, uint256 high) = _ordered(_path(state, scope, VOL_FLOOR), _path(state, scope, MIN_VOL_UP));
        if (!ordered) revert IRiskParameters.RiskParameters_FloorAboveMinVolUp(scope, low, high);
    }

    /// @dev The reference portfolio is linear and bound by the grid floor, so its initial requirement is proportional to
    /// initialMargin × spotRange × (1 + volBuffer). What it was just before each change of one of the three whose cooldown still
    /// runs, this batch's among them, is compared with the lowest and the highest it can be from now on, in whichever order the
    /// ramps arrive: a large move can be split neither over parameters nor over batches, nor hidden behind one the other way.
    function _checkRequirement(Path[3] memory factors, Scope scope, RequirementLimits memory limits) private view {
        (uint256 lowest, uint256 highest) = _span(factors[0]);
        (uint256 rangeLow, uint256 rangeHigh) = _span(factors[1]);
        (uint256 bufferLow, uint256 bufferHigh) = _span(factors[2]);
        lowest *= rangeLow * (ONE + bufferLow);
        highest *= rangeHigh * (ONE + bufferHigh);

        for (uint256 i = 0; i < 3; ++i) {
            uint256 start = factors[i].value.start;
            if (block.timestamp > start + factors[i].cooldown) continue;
            uint256 before = _requirementBefore(factors, start);
            uint256 floor = Math.ceilDiv(before * (ONE - limits.maxDecrease), ONE);
            if (lowest < floor) revert IRiskParameters.RiskParameters_RequirementMovedTooFar(scope, before, lowest, floor);
            uint256 ceiling = (before * (ONE + limits.maxIncrease)) / ONE;
            if (highest > ceiling) revert IRiskParameters.RiskParameters_RequirementMovedTooFar(scope, before, highest, ceiling);
        }
    }

    function _requirementBefore(Path[3] memory factors, uint256 time) private pure returns (uint256) {
        return _before(factors[0], time) * _before(factors[1], time) * (ONE + _before(factors[2], time));
    }

    /// @dev The value just before the changes made at `time` or later.
    function _before(Path memory path, uint256 time) private pure returns (uint256) {
        return path.value.start < time ? path.value.valueAt(path.tighter, time) : path.value.from;
    }

    /// @dev The lowest and the highest a value is from now on.
    function _span(Path memory path) private view returns (uint256, uint256) {
        (uint256 current, uint256 target) = (path.value.valueAt(path.tighter, block.timestamp), path.value.to);
        return (Math.min(current, target), Math.max(current, target));
    }

    function _lowest(Path memory path) private view returns (uint256 lowest) {
        (lowest, ) = _span(path);
    }

    /// @dev Whether one value never exceeds the other from now on, else both at a moment when it does: the lower rounded up, the
    /// upper down. Between the ends of the two ramps the exact values are linear, so the ends tell it all; rounded ones are not.
    /// What holds for the exact values holds for those in force, both being tighter upwards and so rounded the same way.
    function _ordered(Path memory lower, Path memory upper) private view returns (bool, uint256 low, uint256 high) {
        uint256[3] memory times = [block.timestamp, lower.value.endOf(), upper.value.endOf()];
        for (uint256 i = 0; i < 3; ++i) {
            uint256 time = Math.max(block.timestamp, times[i]);
            (uint256 lowerShares, uint256 lowerUnit) = lower.value.exactAt(time);
            (uint256 upperShares, uint256 upperUnit) = upper.value.exactAt(time);
            (low, high) = (Math.ceilDiv(lowerShares, lowerUnit), upperShares / upperUnit);
            if (lowerShares * upperUnit > upperShares * lowerUnit) return (false, low, high);
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

    function _factors(Registry.State storage state, Scope scope) private view returns (Path[3] memory) {
        return [_path(state, Registry.PROTOCOL, INITIAL_MARGIN), _path(state, scope, SPOT_RANGE), _path(state, scope, VOL_BUFFER)];
    }

    /// @dev What a liquidation costs besides the haircut, which goes first.
    function _costs(Registry.State storage state) private view returns (Path[4] memory costs) {
        costs[1] = _path(state, Registry.PROTOCOL, LIQUIDATION_DISCOUNT);
        costs[2] = _path(state, Registry.PROTOCOL, KEEPER_FEE);
        costs[3] = _path(state, Registry.PROTOCOL, INSURANCE_FEE);
    }

    function _path(Registry.State storage state, Scope scope, Name name) private view returns (Path memory) {
        Spec storage spec = state.specs[name];
        Overlay storage overlay = state.overlays[Registry.idOf(scope, name)];
        return Path(state.get(scope, name), spec.tighter, spec.cooldown, block.timestamp < overlay.sunset ? overlay.value : 0);
    }
}
