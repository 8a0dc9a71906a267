// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IRiskParameters} from "../interfaces/IRiskParameters.sol";
import {Bounds} from "./Bounds.sol";
import {Coupling} from "./Coupling.sol";
import {Ramp} from "./Ramp.sol";
import {Registry} from "./Registry.sol";
import {Key, Name, Overlay, RequirementLimits, Scope, Tighter, Value} from "./Types.sol";

/// @dev Tighter values over the governed ones, each until its sunset. Nothing here ever writes a governed value: whatever the
/// steward does, what is in force is that or tighter, and once the overlays have lapsed it is that.
library Overlays {
    using Ramp for Value;
    using Registry for Registry.State;

    /// @dev Each batch looks at all that are running.
    uint256 internal constant MAX_OVERLAYS = 8;
    uint256 internal constant MAX_LIFE = 30 days;

    function inForce(Registry.State storage state, Scope scope, Name name) internal view returns (uint256 value) {
        Tighter tighter = state.specs[name].tighter;
        value = state.get(scope, name).valueAt(tighter, block.timestamp);
        Overlay storage overlay = state.overlays[Registry.idOf(scope, name)];
        if (block.timestamp >= overlay.sunset) return value;
        return tighter == Tighter.Up ? Math.max(value, overlay.value) : Math.min(value, overlay.value);
    }

    function set(Registry.State storage state, Scope scope, Name name, uint256 value, uint40 sunset, RequirementLimits memory limits) internal {
        uint256 current = inForce(state, scope, name);
        Tighter tighter = state.specs[name].tighter;
        if (tighter == Tighter.Neutral) revert IRiskParameters.RiskParameters_OverlayNeutral(scope, name);
        if (tighter == Tighter.Up ? value <= current : value >= current) revert IRiskParameters.RiskParameters_OverlayNotTighter(scope, name, value, current);
        Bounds.checkValue(state.specs[name], scope, name, value);

        settle(state, limits);
        Overlay storage overlay = state.overlays[Registry.idOf(scope, name)];
        bool running = block.timestamp < overlay.sunset;
        uint256 latest = running ? overlay.sunset : block.timestamp + MAX_LIFE;
        if (sunset <= block.timestamp || sunset > latest || (running && sunset < latest))
            revert IRiskParameters.RiskParameters_OverlaySunsetInvalid(scope, name, sunset, latest);
        if (!running) {
            if (state.overlaid.length >= MAX_OVERLAYS) revert IRiskParameters.RiskParameters_OverlaysTooMany(MAX_OVERLAYS);
            state.overlaid.push(Key(scope, name));
        }
        (overlay.value, overlay.sunset) = (uint48(value), sunset);
        if (!Coupling.holds(state, scope, name, limits)) revert IRiskParameters.RiskParameters_OverlayBreaksRule(scope, name, value);
        emit IRiskParameters.OverlaySet(scope, name, value, sunset);
    }

    function end(Registry.State storage state, Scope scope, Name name) internal {
        Overlay storage overlay = state.overlays[Registry.idOf(scope, name)];
        if (block.timestamp >= overlay.sunset) revert IRiskParameters.RiskParameters_OverlayNotRunning(scope, name);
        overlay.sunset = uint40(block.timestamp);
        emit IRiskParameters.OverlayEnded(scope, name);
    }

    /// @dev Takes those that have lapsed off the list, and ends those that the governed values no longer have room for: what a
    /// vote decided is never refused because of what the steward did.
    function settle(Registry.State storage state, RequirementLimits memory limits) internal {
        for (uint256 i = state.overlaid.length; i > 0; --i) {
            Key memory key = state.overlaid[i - 1];
            if (block.timestamp < state.overlays[Registry.idOf(key.scope, key.name)].sunset) {
                if (Coupling.holds(state, key.scope, key.name, limits)) continue;
                end(state, key.scope, key.name);
            }
            state.overlaid[i - 1] = state.overlaid[state.overlaid.length - 1];
            state.overlaid.pop();
        }
    }
}
