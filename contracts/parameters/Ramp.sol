// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Tighter, Value} from "./Types.sol";

/// @dev A value on its linear way from one integer to another.
library Ramp {
    /// @dev The value at `time` (not before its start). Between two integers the tighter one holds; a neutral parameter
    /// stays nearer to where it came from.
    function valueAt(Value memory value, Tighter tighter, uint256 time) internal pure returns (uint256) {
        if (time >= endOf(value)) return value.to;
        (uint256 from, uint256 to, bool rising) = (value.from, value.to, value.to > value.from);
        bool tightening = tighter == (rising ? Tighter.Up : Tighter.Down);
        Math.Rounding rounding = tightening ? Math.Rounding.Ceil : Math.Rounding.Floor;
        uint256 moved = Math.mulDiv(rising ? to - from : from - to, time - value.start, value.ramp, rounding);
        return rising ? from + moved : from - moved;
    }

    /// @dev The value at `time` (not before its start) without rounding: so many shares of one unit.
    function exactAt(Value memory value, uint256 time) internal pure returns (uint256 shares, uint256 unit) {
        if (time >= endOf(value)) return (value.to, 1);
        unit = value.ramp;
        uint256 passed = time - value.start;
        shares = uint256(value.from) * (unit - passed) + uint256(value.to) * passed;
    }

    /// @dev When the ramp ends and the value is its target.
    function endOf(Value memory value) internal pure returns (uint256) {
        return uint256(value.start) + value.ramp;
    }
}
