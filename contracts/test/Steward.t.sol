// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IRiskParameters} from "../interfaces/IRiskParameters.sol";
import {IRiskSteward} from "../interfaces/IRiskSteward.sol";
import {Name, Reading} from "../parameters/Types.sol";
import {StewardFixture} from "./StewardFixture.t.sol";

contract StewardTest is StewardFixture {
    function test_whatTheCouncilTightensIsInForceAtOnceAndLapsesAtItsSunset() external {
        uint256 start = block.timestamp;
        tighten(ETH, "volBuffer", 4_000);
        equal(valueOf(ETH, "volBuffer"), 4_000, "in force");
        equal(registry.targetOf(ETH, Name.wrap("volBuffer")), 2_500, "governed");
        equal(registry.version(), 1, "version");
        Reading memory reading = registry.readAll()[7];
        isTrue(reading.value == 4_000 && reading.change.to == 2_500 && reading.overlay.value == 4_000 && reading.overlay.sunset == start + LIFE, "read");
        VM.warp(start + LIFE - 1);
        equal(valueOf(ETH, "volBuffer"), 4_000, "the last second");
        VM.warp(start + LIFE);
        equal(valueOf(ETH, "volBuffer"), 2_500, "lapsed");
    }

    function test_aValueThatIsTighterDownwardsFalls() external {
        tighten(PROTOCOL, "attestationTtl", 1_800);
        equal(valueOf(PROTOCOL, "attestationTtl"), 1_800, "in force");
        VM.warp(block.timestamp + LIFE);
        equal(valueOf(PROTOCOL, "attestationTtl"), 3_600, "lapsed");
    }

    /// @dev A vote drafted before the council acted executes as if it had not: same version, same value to compare with.
    function test_aPendingVoteIsNotTouched() external {
        certify(one(change(ETH, "volBuffer", 2_500, 3_000, 0)), EVIDENCE);
        tighten(ETH, "volBuffer", 4_000);
        registry.applyChanges(one(change(ETH, "volBuffer", 2_500, 3_000, 0)), EVIDENCE);
        equal(valueOf(ETH, "volBuffer"), 4_000, "the tighter of the two");
        VM.warp(block.timestamp + LIFE);
        equal(valueOf(ETH, "volBuffer"), 3_000, "what the vote decided");
    }

    function test_aVoteRatifies() external {
        tighten(ETH, "volBuffer", 4_000);
        applies(one(change(ETH, "volBuffer", 2_500, 4_000, 0)));
        VM.warp(block.timestamp + LIFE);
        equal(valueOf(ETH, "volBuffer"), 4_000, "after the sunset");
    }

    function test_whereARampPassesTheOverlayTheTighterOfBothIsInForce() external {
        applies(one(change(ETH, "volBuffer", 2_500, 3_500, 5 days)));
        tighten(ETH, "volBuffer", 3_000);
        VM.warp(block.timestamp + 1 days);
        equal(valueOf(ETH, "volBuffer"), 3_000, "the overlay, over 2 700");
        VM.warp(block.timestamp + 3 days);
        equal(valueOf(ETH, "volBuffer"), 3_300, "the ramp, over the overlay");
    }

    function test_tighteningFurtherDoesNotPutTheSunsetOff() external {
        uint256 sunset = block.timestamp + LIFE;
        tighten(ETH, "volBuffer", 2_600);
        VM.warp(sunset - 1);
        tighten(ETH, "volBuffer", 2_700);
        equal(overlayOf(ETH, "volBuffer").sunset, sunset, "sunset");
        VM.warp(sunset);
        equal(valueOf(ETH, "volBuffer"), 2_500, "lapsed");
    }

    function test_afterASunsetAVoteDecidesNotARenewal() external {
        tighten(ETH, "volBuffer", 2_600);
        uint256 until = block.timestamp + LIFE + 7 days;
        VM.warp(until - 1);
        refusesTightening(ETH, "volBuffer", 2_600, abi.encodeWithSelector(IRiskSteward.RiskSteward_Resting.selector, ETH, bytes32("volBuffer"), until));
        VM.warp(until);
        tighten(ETH, "volBuffer", 2_600);
    }

    /// @dev A vote may take 4 000 with volBuffer, the council half of it at once, and 4 000 in all before any has refilled.
    function test_stepAndDriftAreShares() external {
        refusesTightening(
            ETH,
            "volBuffer",
            4_501,
            abi.encodeWithSelector(IRiskSteward.RiskSteward_StepTooLarge.selector, ETH, bytes32("volBuffer"), 5_003, 5_000)
        );
        refusesTightening(
            ETH,
            "volBuffer",
            9_000,
            abi.encodeWithSelector(IRiskSteward.RiskSteward_StepTooLarge.selector, ETH, bytes32("volBuffer"), type(uint256).max, 5_000)
        );
        tighten(ETH, "minVolUp", 5_500);
        tighten(ETH, "minVolUp", 6_500);
        equal(steward().driftLeft(ETH, Name.wrap("minVolUp")), 0, "used up");
        bytes32 name = "minVolUp";
        refusesTightening(ETH, name, 6_501, abi.encodeWithSelector(IRiskSteward.RiskSteward_DriftTooLarge.selector, ETH, name, 5, 0));
        // A third of the refill: a third of the drift, and it is each parameter's own.
        VM.warp(block.timestamp + 10 days);
        equal(steward().driftLeft(ETH, Name.wrap("minVolUp")), 3_333, "refilled");
        refusesTightening(ETH, name, 7_167, abi.encodeWithSelector(IRiskSteward.RiskSteward_DriftTooLarge.selector, ETH, name, 3_335, 3_333));
        tighten(ETH, "minVolUp", 7_166);
        tighten(ETH, "volBuffer", 4_000);
    }

    function test_aParameterThatGovernanceExcludesOrAllowsMoreOf() external {
        IRiskSteward one = steward();
        Name name = Name.wrap("minVolUp");
        one.setStep(name, 0);
        refusesTightening(ETH, "minVolUp", 4_501, abi.encodeWithSelector(IRiskSteward.RiskSteward_StepTooLarge.selector, ETH, name, 5, 0));
        one.setStep(name, 10_000);
        equal(one.stepOf(name), 10_000, "own");
        tighten(ETH, "minVolUp", 6_500);
        one.setStep(name, 10_001);
        equal(one.stepOf(name), 5_000, "as the rest");
    }

    function test_neitherANeutralParameterNorALooserValueNorOneOutOfBounds() external {
        bytes32 name = "keeperFee";
        bytes memory neutral = abi.encodeWithSelector(IRiskParameters.RiskParameters_OverlayNeutral.selector, PROTOCOL, name);
        refusesTightening(PROTOCOL, name, 99, neutral);
        refusesTightening(PROTOCOL, name, 101, neutral);
        name = "volBuffer";
        bytes4 error_ = IRiskParameters.RiskParameters_OverlayNotTighter.selector;
        refusesTightening(ETH, name, 2_500, abi.encodeWithSelector(error_, ETH, name, 2_500, 2_500));
        refusesTightening(ETH, name, 2_400, abi.encodeWithSelector(error_, ETH, name, 2_400, 2_500));
        tighten(ETH, name, 3_000);
        refusesTightening(ETH, name, 2_900, abi.encodeWithSelector(error_, ETH, name, 2_900, 3_000));
        name = "attestationTtl";
        steward().setStep(Name.wrap(name), 10_000);
        refusesTightening(PROTOCOL, name, 59, abi.encodeWithSelector(IRiskParameters.RiskParameters_OutOfBounds.selector, PROTOCOL, name, 59, 60, 86_400));
        refusesTightening(ETH, "volBufer", 1, abi.encodeWithSelector(IRiskParameters.RiskParameters_Unknown.selector, ETH, bytes32("volBufer")));
    }
}
