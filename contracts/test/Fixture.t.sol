// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IRiskParameters} from "../interfaces/IRiskParameters.sol";
import {RiskParameters} from "../parameters/RiskParameters.sol";
import {Asset, Change, Kind, Name, NamedSpec, RequirementLimits, Scope, Spec, Tighter} from "../parameters/Types.sol";
import {Certifier} from "./Certifier.t.sol";

/// @dev A small registry of its own: the parameters the coupled rules read, one cap, one choice. This contract is the timelock
/// and the validator.
abstract contract Fixture is Certifier {
    Scope internal constant PROTOCOL = Scope.wrap("protocol");
    Scope internal constant ETH = Scope.wrap("ETH");
    Scope internal constant LST = Scope.wrap("stETH");
    uint32 internal constant COOLDOWN = 7 days;

    function setUp() public virtual {
        VM.warp(1_767_225_600);
        registry = deploy(specs(), assets());
    }

    function deploy(NamedSpec[] memory specs_, Asset[] memory assets_) internal virtual returns (IRiskParameters) {
        return new RiskParameters(address(this), foundEvidence(address(this)), specs_, assets_, RequirementLimits(2_000, 5_000), stewardSettings());
    }

    function specs() internal pure returns (NamedSpec[] memory list) {
        list = new NamedSpec[](13);
        list[0] = spec("initialMargin", Kind.Protocol, Tighter.Up, 10_000, 30_000, 5_000);
        list[1] = spec("liquidationTarget", Kind.Protocol, Tighter.Up, 10_000, 30_000, 5_000);
        list[2] = spec("liquidationDiscount", Kind.Protocol, Tighter.Neutral, 0, 5_000, 2_000);
        list[3] = spec("keeperFee", Kind.Protocol, Tighter.Neutral, 0, 1_000, 500);
        list[4] = spec("insuranceFee", Kind.Protocol, Tighter.Neutral, 0, 1_000, 500);
        list[5] = spec("attestationTtl", Kind.Protocol, Tighter.Down, 60, 86_400, 10_000);
        list[6] = spec("riskMeasure", Kind.Protocol, Tighter.Up, 0, 1, 1);
        list[7] = spec("volBuffer", Kind.Underlying, Tighter.Up, 0, 10_000, 4_000);
        list[8] = spec("volFloor", Kind.Underlying, Tighter.Up, 0, 30_000, 2_000);
        list[9] = spec("minVolUp", Kind.Underlying, Tighter.Up, 0, 30_000, 2_000);
        list[10] = spec("spotRange", Kind.Underlying, Tighter.Up, 200, 9_000, 2_000);
        // Wider than the table allows, so that the rule has something to refuse.
        list[11] = spec("volRangeDown", Kind.Underlying, Tighter.Up, 0, 20_000, 10_000);
        list[12] = spec("haircut", Kind.Collateral, Tighter.Up, 0, 10_000, 9_000);
    }

    function assets() internal pure returns (Asset[] memory list) {
        list = new Asset[](3);
        list[0] = asset(Kind.Protocol, PROTOCOL, [uint256(12_500), 11_500, 2_000, 100, 200, 3_600, 1]);
        list[1] = asset(Kind.Underlying, ETH, [uint256(2_500), 4_000, 4_500, 1_600, 2_500, 0, 0]);
        list[2] = asset(Kind.Collateral, LST, [uint256(3_500), 0, 0, 0, 0, 0, 0]);
    }

    function spec(bytes32 name, Kind kind, Tighter tighter, uint48 min, uint48 max, uint48 step) internal pure returns (NamedSpec memory) {
        return NamedSpec(Name.wrap(name), Spec(kind, tighter, false, COOLDOWN, min, max, step, step));
    }

    function asset(Kind kind, Scope scope, uint256[7] memory values) internal pure returns (Asset memory) {
        uint256[3] memory lengths = [uint256(7), 5, 1];
        uint256[] memory list = new uint256[](lengths[uint256(kind)]);
        for (uint256 i = 0; i < list.length; ++i) list[i] = values[i];
        return Asset(kind, scope, list);
    }

    function change(Scope scope, bytes32 name, uint256 from, uint256 to, uint32 ramp) internal pure returns (Change memory) {
        return Change(scope, Name.wrap(name), from, to, ramp);
    }

    function one(Change memory a) internal pure returns (Change[] memory list) {
        list = new Change[](1);
        list[0] = a;
    }

    function two(Change memory a, Change memory b) internal pure returns (Change[] memory list) {
        list = new Change[](2);
        (list[0], list[1]) = (a, b);
    }

    function valueOf(Scope scope, bytes32 name) internal view returns (uint256) {
        return registry.valueOf(scope, Name.wrap(name));
    }

    function refuses(Change[] memory changes, bytes memory reason) internal {
        certify(changes, EVIDENCE);
        VM.expectRevert(reason);
        registry.applyChanges(changes, EVIDENCE);
    }
}
