// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IRiskParameters} from "../interfaces/IRiskParameters.sol";
import {Change, Name, Scope, Spec, Value} from "./Types.sol";

/// @dev What one parameter may become, by itself.
library Bounds {
    uint256 internal constant ONE = 10_000;

    /// @dev Reverts unless the change is one that this parameter, last changed as `last` says, may make now.
    function check(Spec memory spec, Value memory last, Change calldata change) internal view {
        if (change.to == change.from) revert IRiskParameters.RiskParameters_NoChange(change.scope, change.name, change.to);
        if (change.from != last.to) revert IRiskParameters.RiskParameters_Stale(change.scope, change.name, change.from, last.to);
        checkValue(spec, change.scope, change.name, change.to);
        uint256 limit = furthest(spec, change.from, change.to > change.from);
        if (change.to > change.from ? change.to > limit : change.to < limit) {
            revert IRiskParameters.RiskParameters_StepTooLarge(change.scope, change.name, change.from, change.to, limit);
        }
        uint256 until = uint256(last.start) + spec.cooldown;
        if (last.start != 0 && block.timestamp < until) revert IRiskParameters.RiskParameters_CooldownRunning(change.scope, change.name, until);
        if (change.ramp > spec.cooldown) revert IRiskParameters.RiskParameters_RampTooLong(change.scope, change.name, change.ramp, spec.cooldown);
    }

    /// @dev Reverts unless the value is within the bounds.
    function checkValue(Spec memory spec, Scope scope, Name name, uint256 value) internal pure {
        if (value < spec.min || value > spec.max) revert IRiskParameters.RiskParameters_OutOfBounds(scope, name, value, spec.min, spec.max);
    }

    /// @dev The furthest value one change may reach. A relative limit is at least one unit: a value at zero is not stuck there.
    function furthest(Spec memory spec, uint256 from, bool rising) internal pure returns (uint256) {
        uint256 limit = rising ? spec.maxIncrease : spec.maxDecrease;
        if (spec.relative) limit = Math.max(1, (from * limit) / ONE);
        return rising ? from + limit : Math.saturatingSub(from, limit);
    }
}
