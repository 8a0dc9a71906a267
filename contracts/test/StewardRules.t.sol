// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IRiskParameters} from "../interfaces/IRiskParameters.sol";
import {IRiskSteward} from "../interfaces/IRiskSteward.sol";
import {Kind, Name, Scope} from "../parameters/Types.sol";
import {StewardFixture} from "./StewardFixture.t.sol";

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
