// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IRiskParameters} from "../interfaces/IRiskParameters.sol";
import {IRiskSteward} from "../interfaces/IRiskSteward.sol";
import {Name, Overlay, Scope} from "../parameters/Types.sol";
import {Fixture} from "./Fixture.t.sol";

abstract contract StewardFixture is Fixture {
    uint256 internal constant LIFE = 14 days;

    function steward() internal view returns (IRiskSteward) {
        return registry.steward();
    }

    function tighten(Scope scope, bytes32 name, uint256 value) internal {
        IRiskSteward one = steward();
        VM.prank(COUNCIL);
        one.tighten(scope, Name.wrap(name), value);
    }

    function refusesTightening(Scope scope, bytes32 name, uint256 value, bytes memory reason) internal {
        IRiskSteward one = steward();
        VM.prank(COUNCIL);
        VM.expectRevert(reason);
        one.tighten(scope, Name.wrap(name), value);
    }

    function overlayOf(Scope scope, bytes32 name) internal view returns (Overlay memory) {
        return registry.overlayOf(scope, Name.wrap(name));
    }

    function breaksRule(Scope scope, bytes32 name, uint256 value) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IRiskParameters.RiskParameters_OverlayBreaksRule.selector, scope, name, value);
    }
}
