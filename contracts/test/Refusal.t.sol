// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IRiskParameters} from "../interfaces/IRiskParameters.sol";
import {Asset, Change, Kind, Name, NamedSpec, Tighter} from "../parameters/Types.sol";
import {Fixture} from "./Fixture.t.sol";

contract RefusalTest is Fixture {
    Name private constant BUFFER = Name.wrap("volBuffer");

    function test_anyoneButTheTimelock() external {
        VM.prank(address(0xB0B));
        VM.expectRevert(abi.encodeWithSelector(IRiskParameters.RiskParameters_OnlyTimelock.selector, address(0xB0B)));
        registry.applyChanges(one(change(ETH, "volBuffer", 2_500, 3_000, 0)), EVIDENCE);
    }

    function test_noEvidence() external {
        VM.expectRevert(abi.encodeWithSelector(IRiskParameters.RiskParameters_EvidenceMissing.selector));
        registry.applyChanges(one(change(ETH, "volBuffer", 2_500, 3_000, 0)), 0);
    }

    function test_anEmptyBatch() external {
        refuses(new Change[](0), abi.encodeWithSelector(IRiskParameters.RiskParameters_BatchEmpty.selector));
    }

    function test_aBatchTooLarge() external {
        refuses(new Change[](33), abi.encodeWithSelector(IRiskParameters.RiskParameters_BatchTooLarge.selector, 33, 32));
    }

    function test_anUnknownName() external {
        refuses(one(change(ETH, "volBufer", 0, 1, 0)), abi.encodeWithSelector(IRiskParameters.RiskParameters_Unknown.selector, ETH, bytes32("volBufer")));
    }

    function test_aNameOfAnotherKindOfScope() external {
        refuses(one(change(ETH, "haircut", 0, 1, 0)), abi.encodeWithSelector(IRiskParameters.RiskParameters_Unknown.selector, ETH, bytes32("haircut")));
    }

    function test_theSameParameterTwice() external {
        refuses(
            two(change(ETH, "volBuffer", 2_500, 3_000, 0), change(ETH, "volBuffer", 3_000, 3_500, 0)),
            abi.encodeWithSelector(IRiskParameters.RiskParameters_Duplicate.selector, ETH, BUFFER)
        );
    }

    function test_aChangeThatChangesNothing() external {
        refuses(one(change(ETH, "volBuffer", 2_500, 2_500, 0)), abi.encodeWithSelector(IRiskParameters.RiskParameters_NoChange.selector, ETH, BUFFER, 2_500));
    }

    function test_aValueThatHasMovedSinceTheDraft() external {
        refuses(
            one(change(ETH, "volBuffer", 2_400, 3_000, 0)),
            abi.encodeWithSelector(IRiskParameters.RiskParameters_Stale.selector, ETH, BUFFER, 2_400, 2_500)
        );
    }

    function test_aValueOutOfBounds() external {
        refuses(one(change(ETH, "volBuffer", 2_500, 10_001, 0)), _outOfBounds(BUFFER, 10_001, 0, 10_000));
        refuses(one(change(ETH, "spotRange", 1_600, 199, 0)), _outOfBounds(Name.wrap("spotRange"), 199, 200, 9_000));
        refuses(one(change(ETH, "volBuffer", 2_500, type(uint256).max, 0)), _outOfBounds(BUFFER, type(uint256).max, 0, 10_000));
    }

    function test_aStepTooLargeEitherWay() external {
        refuses(one(change(ETH, "volBuffer", 2_500, 6_501, 0)), _step(BUFFER, 2_500, 6_501, 6_500));
        refuses(one(change(ETH, "volFloor", 4_000, 1_999, 0)), _step(Name.wrap("volFloor"), 4_000, 1_999, 2_000));
    }

    function test_aSecondChangeWithinTheCooldown() external {
        applies(one(change(ETH, "volBuffer", 2_500, 2_600, 0)));
        uint256 until = block.timestamp + COOLDOWN;
        VM.warp(until - 1);
        refuses(
            one(change(ETH, "volBuffer", 2_600, 2_700, 0)),
            abi.encodeWithSelector(IRiskParameters.RiskParameters_CooldownRunning.selector, ETH, BUFFER, until)
        );
        VM.warp(until);
        applies(one(change(ETH, "volBuffer", 2_600, 2_700, 0)));
        equal(valueOf(ETH, "volBuffer"), 2_700, "after the cooldown");
    }

    function test_aRampLongerThanTheCooldownSoThatNoChangeMeetsARunningRamp() external {
        refuses(
            one(change(ETH, "volBuffer", 2_500, 2_600, COOLDOWN + 1)),
            abi.encodeWithSelector(IRiskParameters.RiskParameters_RampTooLong.selector, ETH, BUFFER, COOLDOWN + 1, COOLDOWN)
        );
    }

    function _outOfBounds(Name name, uint256 to, uint256 min, uint256 max) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IRiskParameters.RiskParameters_OutOfBounds.selector, ETH, name, to, min, max);
    }

    function _step(Name name, uint256 from, uint256 to, uint256 limit) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IRiskParameters.RiskParameters_StepTooLarge.selector, ETH, name, from, to, limit);
    }
}

contract RelativeStepTest is Fixture {
    Name private constant CAP = Name.wrap("cap");

    function setUp() public override {
        VM.warp(1_767_225_600);
        NamedSpec[] memory list = new NamedSpec[](14);
        NamedSpec[] memory all = specs();
        for (uint256 i = 0; i < 13; ++i) list[i] = all[i];
        list[13] = spec("cap", Kind.Collateral, Tighter.Down, 0, 2 ** 40 - 1, 0);
        (list[13].spec.relative, list[13].spec.maxIncrease, list[13].spec.maxDecrease) = (true, 2_500, 5_000);
        Asset[] memory first = assets();
        first[2].values = new uint256[](2);
        (first[2].values[0], first[2].values[1]) = (3_500, 1_000);
        registry = deploy(list, first);
    }

    function test_aRelativeLimitIsOfTheOldValueAndDependsOnTheDirection() external {
        refuses(
            one(change(LST, "cap", 1_000, 1_251, 0)),
            abi.encodeWithSelector(IRiskParameters.RiskParameters_StepTooLarge.selector, LST, CAP, 1_000, 1_251, 1_250)
        );
        refuses(
            one(change(LST, "cap", 1_000, 499, 0)),
            abi.encodeWithSelector(IRiskParameters.RiskParameters_StepTooLarge.selector, LST, CAP, 1_000, 499, 500)
        );
        applies(one(change(LST, "cap", 1_000, 1_250, 0)));
        equal(valueOf(LST, "cap"), 1_250, "cap");
    }

    function test_aRelativeValueIsNeverStuckAtZero() external {
        uint256 value = 1_000;
        while (value > 0) {
            uint256 next = value > 1 ? value - value / 2 : 0;
            applies(one(change(LST, "cap", value, next, 0)));
            VM.warp(block.timestamp + COOLDOWN);
            value = next;
        }
        applies(one(change(LST, "cap", 0, 1, 0)));
        equal(valueOf(LST, "cap"), 1, "open again");
    }
}
