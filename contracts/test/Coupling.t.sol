// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IRiskParameters} from "../interfaces/IRiskParameters.sol";
import {Change, Name} from "../parameters/Types.sol";
import {Fixture} from "./Fixture.t.sol";

contract CouplingTest is Fixture {
    /// @dev initialMargin × spotRange × (10 000 + volBuffer) of the first set: 12 500 × 1 600 × 12 500.
    uint256 private constant BEFORE = 250_000_000_000;

    function test_aLiquidationNeverRestoresMoreThanANewPositionNeeds() external {
        refuses(
            one(change(PROTOCOL, "liquidationTarget", 11_500, 12_501, 0)),
            abi.encodeWithSelector(IRiskParameters.RiskParameters_TargetAboveInitialMargin.selector, 12_501, 12_500)
        );
        applies(one(change(PROTOCOL, "liquidationTarget", 11_500, 12_500, 0)));
    }

    function test_aVolatilityCannotFallByAllOfItself() external {
        refuses(
            one(change(ETH, "volRangeDown", 2_500, 10_000, 0)),
            abi.encodeWithSelector(IRiskParameters.RiskParameters_VolRangeDownTooLarge.selector, ETH, 10_000, 10_000)
        );
        applies(one(change(ETH, "volRangeDown", 2_500, 9_999, 0)));
    }

    function test_theVolatilityFloorIsNotAboveTheLeastUpwardShock() external {
        refuses(
            one(change(ETH, "volFloor", 4_000, 4_501, 0)),
            abi.encodeWithSelector(IRiskParameters.RiskParameters_FloorAboveMinVolUp.selector, ETH, 4_501, 4_500)
        );
        applies(one(change(ETH, "volFloor", 4_000, 4_500, 0)));
    }

    /// @dev 3 500 + 2 000 + 100 + 200 = 5 800 to begin with.
    function test_aLiquidationCostsLessThanTheCollateral() external {
        refuses(
            one(change(LST, "haircut", 3_500, 7_700, 0)),
            abi.encodeWithSelector(IRiskParameters.RiskParameters_LiquidationCostTooLarge.selector, LST, 10_000, 10_000)
        );
        applies(one(change(LST, "haircut", 3_500, 7_699, 0)));
    }

    function test_bothOfTwoCoupledValuesMoveTogetherOverTheSameRamp() external {
        applies(two(change(ETH, "volFloor", 4_000, 5_500, 3 days), change(ETH, "minVolUp", 4_500, 5_500, 3 days)));
        for (uint256 i = 0; i <= 12; ++i) {
            isTrue(valueOf(ETH, "volFloor") <= valueOf(ETH, "minVolUp"), "on the way");
            VM.warp(block.timestamp + 6 hours + i);
        }
    }

    /// @dev Legal before, legal after, illegal between: volFloor has arrived at 5 500 when minVolUp is at 4 500 + 1 000 / 3.
    function test_aRampThatIsUnsafeOnTheWayIsRefusedThoughBothItsEndsAreSafe() external {
        refuses(
            two(change(ETH, "volFloor", 4_000, 5_500, 1 days), change(ETH, "minVolUp", 4_500, 5_500, 3 days)),
            abi.encodeWithSelector(IRiskParameters.RiskParameters_FloorAboveMinVolUp.selector, ETH, 5_500, 4_833)
        );
    }

    /// @dev Equal at both ends and, rounded, when volFloor arrives; between, 4 001 and a little is above 4 000 and a half.
    function test_aRampThatIsUnsafeByLessThanOneUnitIsRefusedToo() external {
        applies(one(change(ETH, "minVolUp", 4_500, 4_000, 0)));
        VM.warp(block.timestamp + COOLDOWN);
        // After six of seven days minVolUp is 4 001.7.
        refuses(
            two(change(ETH, "volFloor", 4_000, 4_002, 6 days), change(ETH, "minVolUp", 4_000, 4_002, 7 days)),
            abi.encodeWithSelector(IRiskParameters.RiskParameters_FloorAboveMinVolUp.selector, ETH, 4_002, 4_001)
        );
        applies(two(change(ETH, "volFloor", 4_000, 4_002, 7 days), change(ETH, "minVolUp", 4_000, 4_002, 6 days)));
    }

    function test_aRampOfAnEarlierBatchIsPartOfTheWay() external {
        applies(one(change(ETH, "minVolUp", 4_500, 4_000, 2 days)));
        // Now 4 500, but on its way down to 4 000.
        refuses(
            one(change(ETH, "volFloor", 4_000, 4_200, 0)),
            abi.encodeWithSelector(IRiskParameters.RiskParameters_FloorAboveMinVolUp.selector, ETH, 4_200, 4_000)
        );
    }

    /// @dev The discount falls at once where the haircut rises slowly: safe. The other way round it is not, for a while.
    function test_theCostOfALiquidationIsSafeOnTheWayToo() external {
        refuses(
            two(change(LST, "haircut", 3_500, 9_000, 0), change(PROTOCOL, "liquidationDiscount", 2_000, 600, 7 days)),
            abi.encodeWithSelector(IRiskParameters.RiskParameters_LiquidationCostTooLarge.selector, LST, 11_301, 10_000)
        );
        applies(two(change(LST, "haircut", 3_500, 9_000, 7 days), change(PROTOCOL, "liquidationDiscount", 2_000, 600, 0)));
    }

    /// @dev Aave's CAPO and Moonwell's feed, both of 2026: every field legal alone, the effective value moved too far.
    function test_capoFieldsThatAreLegalAloneMayNotMoveTheRequirementTooFarTogether() external {
        // 15 000 × 2 100 × 12 500 is +57.5 %.
        refuses(
            two(change(PROTOCOL, "initialMargin", 12_500, 15_000, 0), change(ETH, "spotRange", 1_600, 2_100, 0)),
            _moved(15_000 * 2_100 * 12_500, (BEFORE * 15) / 10)
        );
        applies(two(change(PROTOCOL, "initialMargin", 12_500, 15_000, 0), change(ETH, "spotRange", 1_600, 2_000, 0)));
    }

    function test_capoTheSameDownwards() external {
        // 11 500 × 1 380 is −20.65 %.
        refuses(
            two(change(PROTOCOL, "initialMargin", 12_500, 11_500, 0), change(ETH, "spotRange", 1_600, 1_380, 0)),
            _moved(11_500 * 1_380 * 12_500, (BEFORE * 8) / 10)
        );
    }

    function test_capoAMoveCannotBeSplitOverBatchesWithinOneCooldown() external {
        applies(one(change(PROTOCOL, "initialMargin", 12_500, 15_000, 0)));
        VM.warp(block.timestamp + 3 days);
        refuses(one(change(ETH, "spotRange", 1_600, 2_100, 0)), _moved(15_000 * 2_100 * 12_500, (BEFORE * 15) / 10));
        VM.warp(block.timestamp + 4 days + 1);
        applies(one(change(ETH, "spotRange", 1_600, 2_100, 0)));
    }

    function test_capoFieldsThatCancelOutAreStillRefusedWhenTheyArriveAtDifferentTimes() external {
        // In the end 17 500 × 1 150 × 14 000 is +12.7 %, but +56.8 % until spotRange has come down.
        refuses(_threeFields(7 days), _moved(17_500 * 1_600 * 14_000, (BEFORE * 15) / 10));
        applies(_threeFields(0));
    }

    /// @dev Down a little first, so that what follows looks smaller from where it all began: +49.5 % from there, +62.5 % in one block.
    function test_capoAMoveTheOtherWayFirstMakesNoRoomForALargerOne() external {
        applies(one(change(PROTOCOL, "initialMargin", 12_500, 11_500, 0)));
        VM.warp(block.timestamp + 1 days);
        uint256 before = 11_500 * 1_600 * 12_500;
        refuses(
            one(change(ETH, "spotRange", 1_600, 2_600, 0)),
            abi.encodeWithSelector(IRiskParameters.RiskParameters_RequirementMovedTooFar.selector, ETH, before, 11_500 * 2_600 * 12_500, (before * 15) / 10)
        );
        applies(one(change(ETH, "spotRange", 1_600, 2_400, 0)));
    }

    /// @dev Otherwise a move of one day would keep everybody from tightening anything else some days later.
    function testFuzz_whatWasAcceptedNeverStopsABatchThatMovesSomethingElse(
        uint256 marginTo,
        uint256 rangeTo,
        uint32[2] calldata ramps,
        uint256[2] calldata waits
    ) external {
        marginTo = within(marginTo, 11_500, 17_499);
        if (marginTo >= 12_500) ++marginTo;
        rangeTo = within(rangeTo, 800, 3_599);
        if (rangeTo >= 1_600) ++rangeTo;
        applies(one(change(PROTOCOL, "initialMargin", 12_500, marginTo, uint32(within(ramps[0], 0, COOLDOWN)))));
        VM.warp(block.timestamp + within(waits[0], 0, COOLDOWN));
        Change[] memory changes = one(change(ETH, "spotRange", 1_600, rangeTo, uint32(within(ramps[1], 0, COOLDOWN))));
        certify(changes, EVIDENCE);
        try registry.applyChanges(changes, EVIDENCE) {
            VM.warp(block.timestamp + within(waits[1], 0, COOLDOWN));
            applies(one(change(LST, "haircut", 3_500, 3_600, 0)));
        } catch {
            equal(valueOf(ETH, "spotRange"), 1_600, "nothing changed");
        }
    }

    function _threeFields(uint32 ramp) private pure returns (Change[] memory changes) {
        changes = new Change[](3);
        changes[0] = change(PROTOCOL, "initialMargin", 12_500, 17_500, 0);
        changes[1] = change(ETH, "volBuffer", 2_500, 4_000, 0);
        changes[2] = change(ETH, "spotRange", 1_600, 1_150, ramp);
    }

    function testFuzz_whateverIsAcceptedKeepsEveryRuleAtEveryMoment(
        uint256 floorTo,
        uint256 shockTo,
        uint32 floorRamp,
        uint32 shockRamp,
        uint256 time
    ) external {
        floorTo = within(floorTo, 2_000, 6_000);
        shockTo = within(shockTo, 2_500, 6_500);
        VM.assume(floorTo != 4_000 && shockTo != 4_500);
        (floorRamp, shockRamp) = (uint32(within(floorRamp, 0, COOLDOWN)), uint32(within(shockRamp, 0, COOLDOWN)));
        Change[] memory changes = two(change(ETH, "volFloor", 4_000, floorTo, floorRamp), change(ETH, "minVolUp", 4_500, shockTo, shockRamp));
        certify(changes, EVIDENCE);
        try registry.applyChanges(changes, EVIDENCE) {
            uint256 start = block.timestamp;
            uint256[4] memory times = [within(time, 0, COOLDOWN), floorRamp, shockRamp, uint256(COOLDOWN)];
            for (uint256 i = 0; i < 4; ++i) {
                VM.warp(start + times[i]);
                isTrue(valueOf(ETH, "volFloor") <= valueOf(ETH, "minVolUp"), "volFloor <= minVolUp");
            }
        } catch {
            equal(registry.version(), 1, "nothing changed");
        }
    }

    function testFuzz_aLiquidationAcceptedCostsLessThanTheCollateralAtEveryMoment(
        uint256 haircutTo,
        uint256 discountTo,
        uint32 haircutRamp,
        uint32 discountRamp,
        uint256 time
    ) external {
        haircutTo = within(haircutTo, 5_000, 9_500);
        discountTo = within(discountTo, 0, 4_000);
        VM.assume(discountTo != 2_000);
        (haircutRamp, discountRamp) = (uint32(within(haircutRamp, 0, COOLDOWN)), uint32(within(discountRamp, 0, COOLDOWN)));
        Change[] memory changes = two(
            change(LST, "haircut", 3_500, haircutTo, haircutRamp),
            change(PROTOCOL, "liquidationDiscount", 2_000, discountTo, discountRamp)
        );
        certify(changes, EVIDENCE);
        try registry.applyChanges(changes, EVIDENCE) {
            VM.warp(block.timestamp + within(time, 0, COOLDOWN));
            uint256 cost =
                valueOf(LST, "haircut") + valueOf(PROTOCOL, "liquidationDiscount") + valueOf(PROTOCOL, "keeperFee") + valueOf(PROTOCOL, "insuranceFee");
            isTrue(cost < 10_000, "cost < 100 %");
        } catch {
            equal(registry.targetOf(LST, Name.wrap("haircut")), 3_500, "nothing changed");
        }
    }

    function _moved(uint256 to, uint256 limit) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IRiskParameters.RiskParameters_RequirementMovedTooFar.selector, ETH, BEFORE, to, limit);
    }
}
