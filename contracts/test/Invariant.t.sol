// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {RiskParameters} from "../parameters/RiskParameters.sol";
import {Asset, Change, NamedSpec, Reading, RequirementLimits, Spec} from "../parameters/Types.sol";
import {Fixture} from "./Fixture.t.sol";
import {Certifier} from "./Certifier.t.sol";

/// @dev The timelock of a registry, asked for anything in any order.
contract Voters is Certifier {
    uint256 public accepted;

    function found(NamedSpec[] memory specs, Asset[] memory assets) external {
        registry = new RiskParameters(address(this), foundEvidence(address(this)), specs, assets, RequirementLimits(2_000, 5_000), stewardSettings());
    }

    /// @dev Two changes of random parameters by random steps, over random ramps.
    function vote(uint8[2] calldata which, int16[2] calldata steps, uint32[2] calldata ramps) external {
        Reading[] memory readings = registry.readAll();
        Change[] memory changes = new Change[](2);
        for (uint256 i = 0; i < 2; ++i) {
            Reading memory reading = readings[which[i] % readings.length];
            int256 to = int256(uint256(reading.change.to)) + int256(steps[i]) / 8;
            changes[i] = Change(reading.scope, reading.name, reading.change.to, to < 0 ? 0 : uint256(to), ramps[i] % 8 days);
        }
        certify(changes, EVIDENCE);
        try registry.applyChanges(changes, EVIDENCE) {
            ++accepted;
        } catch {
            // Refused, and so nothing has changed: the invariants hold either way.
        }
    }

    function wait(uint32 time) external {
        VM.warp(block.timestamp + (time % 5 days));
    }
}

contract InvariantTest is Fixture {
    Voters private _voters;

    function setUp() public override {
        VM.warp(1_767_225_600);
        _voters = new Voters();
        _voters.found(specs(), assets());
        registry = _voters.registry();
    }

    /// @dev Where the runner sends its random calls.
    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_voters);
    }

    function invariant_everyValueIsWithinItsBounds() external view {
        Reading[] memory readings = registry.readAll();
        for (uint256 i = 0; i < readings.length; ++i) {
            Spec memory spec = registry.specOf(readings[i].name);
            isTrue(readings[i].value >= spec.min && readings[i].value <= spec.max, "in force");
            isTrue(readings[i].change.to >= spec.min && readings[i].change.to <= spec.max, "decided");
        }
    }

    function invariant_theCoupledRulesHoldAtEveryMoment() external view {
        isTrue(valueOf(PROTOCOL, "liquidationTarget") <= valueOf(PROTOCOL, "initialMargin"), "target");
        isTrue(valueOf(ETH, "volFloor") <= valueOf(ETH, "minVolUp"), "floor");
        isTrue(valueOf(ETH, "volRangeDown") < 10_000, "range");
        uint256 fees = valueOf(PROTOCOL, "liquidationDiscount") + valueOf(PROTOCOL, "keeperFee") + valueOf(PROTOCOL, "insuranceFee");
        isTrue(valueOf(LST, "haircut") + fees < 10_000, "cost");
    }

    function invariant_theVersionCountsTheBatchesAccepted() external view {
        equal(registry.version(), 1 + _voters.accepted(), "version");
    }
}
