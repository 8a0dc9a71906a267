// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IRiskParameters} from "../interfaces/IRiskParameters.sol";
import {IRiskSteward} from "../interfaces/IRiskSteward.sol";
import {Kind, Name, Overlay, Reading, Scope} from "../parameters/Types.sol";
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

contract StewardRulesTest is StewardFixture {
    function test_noOverlayBreaksACoupledRule() external {
        refusesTightening(PROTOCOL, "liquidationTarget", 12_501, breaksRule(PROTOCOL, "liquidationTarget", 12_501));
        refusesTightening(ETH, "volFloor", 4_501, breaksRule(ETH, "volFloor", 4_501));
        refusesTightening(
            ETH,
            "volRangeDown",
            10_000,
            abi.encodeWithSelector(IRiskSteward.RiskSteward_StepTooLarge.selector, ETH, bytes32("volRangeDown"), 7_500, 5_000)
        );
        steward().setStep(Name.wrap("volRangeDown"), 10_000);
        refusesTightening(ETH, "volRangeDown", 10_000, breaksRule(ETH, "volRangeDown", 10_000));
        refusesTightening(LST, "haircut", 7_700, breaksRule(LST, "haircut", 7_700));
        tighten(PROTOCOL, "liquidationTarget", 12_500);
        tighten(ETH, "volFloor", 4_500);
        tighten(ETH, "volRangeDown", 9_999);
        tighten(LST, "haircut", 7_699);
    }

    /// @dev minVolUp's overlay may lapse first: volFloor's may not lean on it.
    function test_noOverlayLeansOnAnother() external {
        tighten(ETH, "minVolUp", 5_500);
        refusesTightening(ETH, "volFloor", 4_501, breaksRule(ETH, "volFloor", 4_501));
    }

    /// @dev Of the reference requirement: a batch may lower it by 20 % at most, and so may overlays when they lapse. 1 / 0.8 is 1.25.
    function test_overlaysTogetherMoveTheRequirementNoFurtherThanTheirLapseMay() external {
        tighten(PROTOCOL, "initialMargin", 15_000); // × 1.2
        refusesTightening(ETH, "spotRange", 1_667, breaksRule(ETH, "spotRange", 1_667)); // × 1.0419
        tighten(ETH, "spotRange", 1_666);
        // initialMargin asks the same of every underlying.
        refusesTightening(PROTOCOL, "initialMargin", 15_100, breaksRule(PROTOCOL, "initialMargin", 15_100));
    }

    function test_orOnTopOfWhatAVoteJustMoved() external {
        applies(one(change(PROTOCOL, "initialMargin", 12_500, 17_500, 0))); // + 40 % of at most 50
        refusesTightening(ETH, "spotRange", 1_715, breaksRule(ETH, "spotRange", 1_715)); // × 1.0719
        tighten(ETH, "spotRange", 1_714);
        VM.warp(block.timestamp + COOLDOWN + 1);
        tighten(ETH, "spotRange", 1_900);
    }

    function test_aBatchIsNeverRefusedForAnOverlayTheOverlayEnds() external {
        tighten(PROTOCOL, "liquidationTarget", 12_500);
        tighten(LST, "haircut", 7_600);
        tighten(ETH, "minVolUp", 5_000);
        applies(two(change(PROTOCOL, "initialMargin", 12_500, 11_600, 0), change(PROTOCOL, "liquidationDiscount", 2_000, 2_200, 0)));
        equal(valueOf(PROTOCOL, "liquidationTarget"), 11_500, "target governed again");
        equal(valueOf(LST, "haircut"), 3_500, "haircut governed again");
        equal(valueOf(ETH, "minVolUp"), 5_000, "what is not in the way stays");
        equal(overlayOf(LST, "haircut").sunset, block.timestamp, "ended");
    }

    function test_orWhenTheRequirementWouldMoveTooFarWithIt() external {
        tighten(ETH, "spotRange", 1_760); // × 1.1
        applies(one(change(PROTOCOL, "initialMargin", 12_500, 17_500, 0)));
        equal(valueOf(ETH, "spotRange"), 1_600, "governed again");
    }

    function test_aNewUnderlyingIsHeldAgainstTheOverlaysThatRun() external {
        tighten(PROTOCOL, "initialMargin", 15_000);
        uint256[] memory values = new uint256[](5);
        (values[0], values[1], values[2], values[3], values[4]) = (2_500, 6_000, 6_000, 2_500, 2_500);
        lists(Kind.Underlying, Scope.wrap("SOL"), values, EVIDENCE);
        equal(valueOf(PROTOCOL, "initialMargin"), 15_000, "stays");
        refusesTightening(Scope.wrap("SOL"), "spotRange", 2_700, breaksRule(Scope.wrap("SOL"), "spotRange", 2_700));
    }

    function test_asManyOverlaysAsTheRulesAreCheckedFor() external {
        tighten(PROTOCOL, "initialMargin", 12_501);
        tighten(PROTOCOL, "liquidationTarget", 11_501);
        tighten(PROTOCOL, "attestationTtl", 3_599);
        tighten(ETH, "volBuffer", 2_501);
        tighten(ETH, "volFloor", 4_001);
        tighten(ETH, "minVolUp", 4_501);
        tighten(ETH, "spotRange", 1_601);
        tighten(ETH, "volRangeDown", 2_501);
        refusesTightening(LST, "haircut", 3_501, abi.encodeWithSelector(IRiskParameters.RiskParameters_OverlaysTooMany.selector, 8));
        VM.warp(block.timestamp + LIFE);
        tighten(LST, "haircut", 3_501);
    }
}

contract StewardPowersTest is StewardFixture {
    function test_onlyTheCouncilTightens() external {
        IRiskSteward one = steward();
        address[3] memory others = [address(this), STOPPER, address(0xB0B)];
        for (uint256 i = 0; i < 3; ++i) {
            VM.prank(others[i]);
            VM.expectRevert(abi.encodeWithSelector(IRiskSteward.RiskSteward_OnlyCouncil.selector, others[i]));
            one.tighten(ETH, Name.wrap("volBuffer"), 3_000);
        }
        one.setCouncil(address(0xB0B));
        VM.prank(address(0xB0B));
        one.tighten(ETH, Name.wrap("volBuffer"), 3_000);
        one.setCouncil(address(0));
        equal(uint160(one.council()), 0, "nobody");
    }

    function test_theGuardianPausesAndOnlyTheTimelockUndoesIt() external {
        IRiskSteward one = steward();
        tighten(ETH, "volBuffer", 3_000);
        VM.prank(COUNCIL);
        VM.expectRevert(abi.encodeWithSelector(IRiskSteward.RiskSteward_OnlyGuardian.selector, COUNCIL));
        one.pause();
        VM.prank(STOPPER);
        one.pause();
        isTrue(one.paused(), "paused");
        refusesTightening(ETH, "volBuffer", 3_100, abi.encodeWithSelector(IRiskSteward.RiskSteward_Paused.selector));
        equal(valueOf(ETH, "volBuffer"), 3_000, "what is in force stays");
        VM.prank(STOPPER);
        VM.expectRevert(abi.encodeWithSelector(IRiskSteward.RiskSteward_OnlyTimelock.selector, STOPPER));
        one.unpause();
        one.unpause();
        one.pause(); // the timelock may, too
        one.unpause();
        tighten(ETH, "volBuffer", 3_100);
    }

    function test_onlyTheTimelockRevokes() external {
        IRiskSteward one = steward();
        tighten(ETH, "volBuffer", 3_000);
        VM.prank(COUNCIL);
        VM.expectRevert(abi.encodeWithSelector(IRiskSteward.RiskSteward_OnlyTimelock.selector, COUNCIL));
        one.revoke(ETH, Name.wrap("volBuffer"));
        one.revoke(ETH, Name.wrap("volBuffer"));
        equal(valueOf(ETH, "volBuffer"), 2_500, "governed again");
        VM.expectRevert(abi.encodeWithSelector(IRiskParameters.RiskParameters_OverlayNotRunning.selector, ETH, bytes32("volBuffer")));
        one.revoke(ETH, Name.wrap("volBuffer"));
    }

    function test_onlyTheTimelockSetsWhoAndHowMuch() external {
        IRiskSteward one = steward();
        IRiskSteward.Limits memory limits = IRiskSteward.Limits(1_000, 2_000, 60 days, 10 days, 1 days);
        bytes[4] memory calls = [
            abi.encodeCall(one.setCouncil, (COUNCIL)),
            abi.encodeCall(one.setGuardian, (COUNCIL)),
            abi.encodeCall(one.setLimits, (limits)),
            abi.encodeCall(one.setStep, (Name.wrap("volBuffer"), 10_000))
        ];
        for (uint256 i = 0; i < 4; ++i) {
            VM.prank(COUNCIL);
            // solhint-disable-next-line avoid-low-level-calls
            (bool done, bytes memory reason) = address(one).call(calls[i]);
            bytes memory only = abi.encodeWithSelector(IRiskSteward.RiskSteward_OnlyTimelock.selector, COUNCIL);
            isTrue(!done && keccak256(reason) == keccak256(only), "refused");
        }
        one.setLimits(limits);
        equal(one.limits().drift, 2_000, "limits");
        one.setGuardian(address(0xB0B));
        isTrue(one.guardian() == address(0xB0B), "guardian");
        isTrue(one.timelock() == address(this) && one.riskParameters() == registry, "wired");
        tighten(ETH, "volBuffer", 2_600);
        equal(overlayOf(ETH, "volBuffer").sunset, block.timestamp + 10 days, "life");
    }

    function test_noGuardian() external {
        IRiskSteward one = steward();
        VM.expectRevert(abi.encodeWithSelector(IRiskSteward.RiskSteward_GuardianMissing.selector));
        one.setGuardian(address(0));
    }

    function test_limitsThatAreNone() external {
        _refusesLimits(IRiskSteward.Limits(10_001, 10_000, 30 days, 14 days, 7 days));
        _refusesLimits(IRiskSteward.Limits(5_000, 10_000, 0, 14 days, 7 days));
        _refusesLimits(IRiskSteward.Limits(5_000, 10_000, 30 days, 0, 7 days));
        _refusesLimits(IRiskSteward.Limits(5_000, 10_000, 30 days, 30 days + 1, 7 days));
        steward().setLimits(IRiskSteward.Limits(10_000, 0, 1, 30 days, 0));
    }

    /// @dev What the parameters ask of whoever the steward is.
    function test_onlyTheStewardSetsAndEndsOverlays() external {
        address[2] memory others = [address(this), COUNCIL];
        for (uint256 i = 0; i < 2; ++i) {
            bytes memory reason = abi.encodeWithSelector(IRiskParameters.RiskParameters_OnlySteward.selector, others[i]);
            VM.prank(others[i]);
            VM.expectRevert(reason);
            registry.setOverlay(ETH, Name.wrap("volBuffer"), 3_000, uint40(block.timestamp + 1 days));
            VM.prank(others[i]);
            VM.expectRevert(reason);
            registry.endOverlay(ETH, Name.wrap("volBuffer"));
        }
    }

    function test_aSunsetThatIsPastOrTooFarOrPutOff() external {
        _refusesSunset(block.timestamp, block.timestamp + 30 days);
        _refusesSunset(block.timestamp + 30 days + 1, block.timestamp + 30 days);
        tighten(ETH, "volBuffer", 2_600);
        _refusesSunset(block.timestamp + LIFE + 1, block.timestamp + LIFE);
        // Nor drawn nearer, which would loosen what was promised.
        _refusesSunset(block.timestamp + LIFE - 1, block.timestamp + LIFE);
    }

    function _refusesSunset(uint256 sunset, uint256 limit) private {
        bytes4 error_ = IRiskParameters.RiskParameters_OverlaySunsetInvalid.selector;
        address one = address(steward());
        VM.prank(one);
        VM.expectRevert(abi.encodeWithSelector(error_, ETH, bytes32("volBuffer"), sunset, limit));
        registry.setOverlay(ETH, Name.wrap("volBuffer"), 3_000, uint40(sunset));
    }

    function _refusesLimits(IRiskSteward.Limits memory limits) private {
        IRiskSteward one = steward();
        VM.expectRevert(abi.encodeWithSelector(IRiskSteward.RiskSteward_LimitsInvalid.selector));
        one.setLimits(limits);
    }
}
