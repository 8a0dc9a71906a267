// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IRiskParameters} from "../interfaces/IRiskParameters.sol";
import {IRiskSteward} from "../interfaces/IRiskSteward.sol";
import {Name} from "../parameters/Types.sol";
import {StewardFixture} from "./StewardFixture.t.sol";

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
        isTrue(one.timelock() == address(this) && address(one.riskParameters()) == address(registry), "wired");
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
