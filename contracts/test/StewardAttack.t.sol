// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IRiskParameters} from "../interfaces/IRiskParameters.sol";
import {IRiskSteward} from "../interfaces/IRiskSteward.sol";
import {Change, Kind, Name, Scope} from "../parameters/Types.sol";
import {Fixture} from "./Fixture.t.sol";

/// @dev What a council could try to loosen with, or to hold on to.
contract StewardAttackTest is Fixture {
    IRiskSteward private _steward;

    function setUp() public override {
        super.setUp();
        _steward = registry.steward();
    }

    /// @dev Paused, nothing is tightened any more; what was lapses when it was to, and nobody has to unpause for that.
    function test_aSunsetPassesWhileItIsPaused() external {
        _tightens(ETH, "volBuffer", 3_000);
        VM.prank(STOPPER);
        _steward.pause();
        VM.warp(block.timestamp + 14 days - 1);
        equal(valueOf(ETH, "volBuffer"), 3_000, "in its last second");
        VM.warp(block.timestamp + 1);
        equal(valueOf(ETH, "volBuffer"), 2_500, "lapsed");
    }

    /// @dev A vote that loosens, with the council in its way, holds once the council's value has lapsed; and it started from its own.
    function test_anOverlayDoesNotBecomeWhatAVoteStartsFrom() external {
        _tightens(ETH, "volBuffer", 3_000);
        Change[] memory fromOverlay = one(change(ETH, "volBuffer", 3_000, 2_800, 0));
        refuses(fromOverlay, abi.encodeWithSelector(IRiskParameters.RiskParameters_Stale.selector, ETH, Name.wrap("volBuffer"), 3_000, 2_500));
        applies(one(change(ETH, "volBuffer", 2_500, 2_400, 0)));
        equal(valueOf(ETH, "volBuffer"), 3_000, "the tighter of both");
        VM.warp(block.timestamp + 14 days);
        equal(valueOf(ETH, "volBuffer"), 2_400, "the vote's");
    }

    /// @dev From inside a ramp that tightens, the ramp's own value is what has to be passed, rounded the tight way.
    function test_aRampUnderWayIsNotUndercut() external {
        applies(one(change(ETH, "volBuffer", 2_500, 3_500, 7 days)));
        VM.warp(block.timestamp + 3 days + 1);
        uint256 current = valueOf(ETH, "volBuffer");
        equal(current, 2_929, "2500 + 1000 * 259201 / 604800, rounded up");
        VM.prank(COUNCIL);
        VM.expectRevert(abi.encodeWithSelector(IRiskParameters.RiskParameters_OverlayNotTighter.selector, ETH, Name.wrap("volBuffer"), current, current));
        _steward.tighten(ETH, Name.wrap("volBuffer"), current);
        _tightens(ETH, "volBuffer", current + 1);
        VM.warp(block.timestamp + 7 days);
        equal(valueOf(ETH, "volBuffer"), 3_500, "the ramp goes on underneath, and passes it");
    }

    /// @dev Many small steps are as long as one: each share is rounded up.
    function test_smallStepsAreNotCheaperThanALargeOne() external {
        // A vote may take 4 000 with volBuffer: one unit is 2.5 of 10 000 shares, and counts three.
        for (uint256 i = 1; i <= 10; ++i) _tightens(ETH, "volBuffer", 2_500 + i);
        equal(_steward.driftLeft(ETH, Name.wrap("volBuffer")), 10_000 - 30, "drift left");
    }

    /// @dev Neither a pause, nor another council, nor limits set anew give back what was used.
    function test_nothingButTimeRefillsTheDrift() external {
        _tightens(ETH, "volBuffer", 4_500);
        VM.prank(STOPPER);
        _steward.pause();
        _steward.unpause();
        _steward.setCouncil(COUNCIL);
        _steward.setLimits(IRiskSteward.Limits(5_000, 10_000, 30 days, 14 days, 7 days));
        equal(_steward.driftLeft(ETH, Name.wrap("volBuffer")), 5_000, "half is used");
        VM.warp(block.timestamp + 15 days);
        equal(_steward.driftLeft(ETH, Name.wrap("volBuffer")), 10_000, "half of it comes back in half of the time");
    }

    /// @dev An asset listed later has its own values and its own drift; before it is listed there is nothing to tighten.
    function test_anAssetListedLaterBeginsWithWhatTheVoteGaveIt() external {
        Scope dai = Scope.wrap("DAI");
        VM.prank(COUNCIL);
        VM.expectRevert(abi.encodeWithSelector(IRiskParameters.RiskParameters_Unknown.selector, dai, Name.wrap("haircut")));
        _steward.tighten(dai, Name.wrap("haircut"), 1);
        _tightens(LST, "haircut", 4_000);
        uint256[] memory values = new uint256[](1);
        values[0] = 500;
        lists(Kind.Collateral, dai, values, EVIDENCE);
        equal(valueOf(dai, "haircut"), 500, "listed");
        equal(_steward.driftLeft(dai, Name.wrap("haircut")), 10_000, "its own drift");
        equal(valueOf(LST, "haircut"), 4_000, "the other stays tightened");
    }

    /// @dev Whoever gives up the council gives it up: nobody is the zero address.
    function test_withoutACouncilNobodyTightens() external {
        _steward.setCouncil(address(0));
        VM.prank(COUNCIL);
        VM.expectRevert(abi.encodeWithSelector(IRiskSteward.RiskSteward_OnlyCouncil.selector, COUNCIL));
        _steward.tighten(ETH, Name.wrap("volBuffer"), 3_000);
    }

    function _tightens(Scope scope, bytes32 name, uint256 value) private {
        VM.prank(COUNCIL);
        _steward.tighten(scope, Name.wrap(name), value);
    }
}
