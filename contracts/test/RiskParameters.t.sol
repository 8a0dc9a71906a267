// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IRiskParameters} from "../interfaces/IRiskParameters.sol";
import {Registry} from "../parameters/Registry.sol";
import {RiskParameters} from "../parameters/RiskParameters.sol";
import {Asset, Change, Kind, Name, NamedSpec, ParameterId, Reading, RequirementLimits, Scope, Tighter, Value} from "../parameters/Types.sol";
import {Fixture} from "./Fixture.t.sol";
import {Vm} from "./Test.t.sol";

contract ApplyTest is Fixture {
    function test_whatWasAskedForIsInForceAtOnceWithoutARamp() external {
        registry.applyChanges(two(change(ETH, "volBuffer", 2_500, 3_000, 0), change(LST, "haircut", 3_500, 3_000, 0)), EVIDENCE);
        equal(valueOf(ETH, "volBuffer"), 3_000, "volBuffer");
        equal(valueOf(LST, "haircut"), 3_000, "haircut");
        equal(registry.version(), 2, "version");
        Value memory last = registry.changeOf(ETH, Name.wrap("volBuffer"));
        equal(last.from, 2_500, "from");
        equal(last.to, 3_000, "to");
        equal(last.start, block.timestamp, "start");
        equal(last.version, 2, "version of the change");
    }

    function test_aRampIsLinearAndTheTargetIsKnownFromTheStart() external {
        registry.applyChanges(one(change(ETH, "volBuffer", 2_500, 3_000, 1 days)), EVIDENCE);
        equal(valueOf(ETH, "volBuffer"), 2_500, "at the start");
        equal(registry.targetOf(ETH, Name.wrap("volBuffer")), 3_000, "target");
        vm.warp(block.timestamp + 12 hours);
        equal(valueOf(ETH, "volBuffer"), 2_750, "half way");
        vm.warp(block.timestamp + 12 hours);
        equal(valueOf(ETH, "volBuffer"), 3_000, "at the end");
    }

    /// @dev 1 of 3 600 seconds into a move of 500: 0.138… of a unit.
    function test_betweenTwoIntegersTheTighterOneHolds() external {
        Change[] memory changes = new Change[](4);
        changes[0] = change(ETH, "volBuffer", 2_500, 3_000, 1 hours); // tighter up, rising: already 2 501
        changes[1] = change(LST, "haircut", 3_500, 3_000, 1 hours); // tighter up, falling: still 3 500
        changes[2] = change(PROTOCOL, "attestationTtl", 3_600, 3_100, 1 hours); // tighter down, falling: already 3 599
        changes[3] = change(PROTOCOL, "liquidationDiscount", 2_000, 1_500, 1 hours); // neutral: where it came from
        registry.applyChanges(changes, EVIDENCE);
        vm.warp(block.timestamp + 1);
        equal(valueOf(ETH, "volBuffer"), 2_501, "volBuffer");
        equal(valueOf(LST, "haircut"), 3_500, "haircut");
        equal(valueOf(PROTOCOL, "attestationTtl"), 3_599, "attestationTtl");
        equal(valueOf(PROTOCOL, "liquidationDiscount"), 2_000, "liquidationDiscount");
    }

    function test_looseningAChoiceOverARampKeepsTheTightOneUntilTheEnd() external {
        registry.applyChanges(one(change(PROTOCOL, "riskMeasure", 1, 0, 1 days)), EVIDENCE);
        vm.warp(block.timestamp + 1 days - 1);
        equal(valueOf(PROTOCOL, "riskMeasure"), 1, "a second before the end");
        vm.warp(block.timestamp + 1);
        equal(valueOf(PROTOCOL, "riskMeasure"), 0, "at the end");
    }

    function testFuzz_aRampNeverLeavesTheWayAndNeverTurnsBack(uint256 to, uint32 ramp, uint256 first, uint256 second) external {
        to = within(to, 0, 6_500);
        ramp = uint32(within(ramp, 0, COOLDOWN));
        vm.assume(to != 2_500);
        // Away from the limit on the reference requirement.
        if (to > 6_000) to = 6_000;
        if (to < 600) to = 600;
        registry.applyChanges(one(change(ETH, "volBuffer", 2_500, to, ramp)), EVIDENCE);
        uint256 start = block.timestamp;
        first = within(first, 0, ramp);
        second = within(second, first, ramp);
        vm.warp(start + first);
        uint256 earlier = valueOf(ETH, "volBuffer");
        vm.warp(start + second);
        uint256 later = valueOf(ETH, "volBuffer");
        if (to > 2_500) isTrue(2_500 <= earlier && earlier <= later && later <= to, "rising");
        else isTrue(2_500 >= earlier && earlier >= later && later >= to, "falling");
        // Never looser than the exact line: value × ramp ≥ from × (ramp − t) + to × t.
        if (ramp > 0) isTrue(later * ramp >= 2_500 * (ramp - second) + to * second, "on the tight side");
        vm.warp(start + ramp);
        equal(valueOf(ETH, "volBuffer"), to, "arrives");
    }

    function testFuzz_eitherTheBatchIsExecutedExactlyOrNothingChanges(uint256 from, uint256 to, uint32 ramp) external {
        from = from % 3 == 0 ? from : 2_500;
        to = within(to, 0, 12_000);
        try registry.applyChanges(one(change(ETH, "volBuffer", from, to, ramp)), EVIDENCE) {
            equal(from, 2_500, "compare and swap");
            isTrue(to <= 6_500 && to != 2_500 && ramp <= COOLDOWN, "within the rules");
            equal(registry.targetOf(ETH, Name.wrap("volBuffer")), to, "exactly what was asked for");
            equal(registry.version(), 2, "one version more");
        } catch {
            equal(registry.targetOf(ETH, Name.wrap("volBuffer")), 2_500, "untouched");
            equal(registry.version(), 1, "no version more");
        }
    }

    function test_everythingIsReadInOneCallInAFixedOrder() external {
        registry.applyChanges(one(change(ETH, "volBuffer", 2_500, 3_000, 1 days)), EVIDENCE);
        vm.warp(block.timestamp + 6 hours);
        Reading[] memory readings = registry.readAll();
        equal(readings.length, 13, "length");
        isTrue(readings[0].scope == PROTOCOL && Name.unwrap(readings[0].name) == "initialMargin", "protocol first");
        isTrue(readings[7].scope == ETH && Name.unwrap(readings[7].name) == "volBuffer", "then underlyings");
        isTrue(readings[12].scope == LST && Name.unwrap(readings[12].name) == "haircut", "then collaterals");
        equal(readings[7].value, 2_625, "in force");
        equal(readings[7].change.to, 3_000, "decided");
    }

    function test_theDeploymentTellsItsRules() external view {
        equal(registry.specOf(Name.wrap("volBuffer")).max, 10_000, "max");
        equal(registry.namesOf(Kind.Underlying).length, 5, "names");
        equal(registry.scopesOf(Kind.Collateral).length, 1, "scopes");
        equal(registry.requirementLimits().maxDecrease, 2_000, "limit down");
        equal(registry.requirementLimits().maxIncrease, 5_000, "limit up");
        isTrue(registry.timelock() == address(this), "timelock");
    }
}

contract RefusalTest is Fixture {
    Name private constant BUFFER = Name.wrap("volBuffer");

    function test_anyoneButTheTimelock() external {
        vm.prank(address(0xB0B));
        vm.expectRevert(abi.encodeWithSelector(IRiskParameters.RiskParameters_OnlyTimelock.selector, address(0xB0B)));
        registry.applyChanges(one(change(ETH, "volBuffer", 2_500, 3_000, 0)), EVIDENCE);
    }

    function test_noEvidence() external {
        vm.expectRevert(abi.encodeWithSelector(IRiskParameters.RiskParameters_EvidenceMissing.selector));
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
        registry.applyChanges(one(change(ETH, "volBuffer", 2_500, 2_600, 0)), EVIDENCE);
        uint256 until = block.timestamp + COOLDOWN;
        vm.warp(until - 1);
        refuses(
            one(change(ETH, "volBuffer", 2_600, 2_700, 0)),
            abi.encodeWithSelector(IRiskParameters.RiskParameters_CooldownRunning.selector, ETH, BUFFER, until)
        );
        vm.warp(until);
        registry.applyChanges(one(change(ETH, "volBuffer", 2_600, 2_700, 0)), EVIDENCE);
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
        vm.warp(1_767_225_600);
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
        registry.applyChanges(one(change(LST, "cap", 1_000, 1_250, 0)), EVIDENCE);
        equal(valueOf(LST, "cap"), 1_250, "cap");
    }

    function test_aRelativeValueIsNeverStuckAtZero() external {
        uint256 value = 1_000;
        while (value > 0) {
            uint256 next = value > 1 ? value - value / 2 : 0;
            registry.applyChanges(one(change(LST, "cap", value, next, 0)), EVIDENCE);
            vm.warp(block.timestamp + COOLDOWN);
            value = next;
        }
        registry.applyChanges(one(change(LST, "cap", 0, 1, 0)), EVIDENCE);
        equal(valueOf(LST, "cap"), 1, "open again");
    }
}

contract EventsTest is Fixture {
    mapping(bytes32 id => uint256 value) private _rebuilt;

    /// @dev Everything anyone needs is in the events: the set is rebuilt from them alone and compared with the registry's.
    function test_theWholeHistoryIsRebuiltFromEventsAlone() external {
        vm.recordLogs();
        registry = deploy(specs(), assets());
        registry.applyChanges(one(change(ETH, "volBuffer", 2_500, 3_000, 1 days)), EVIDENCE);
        vm.warp(block.timestamp + COOLDOWN);
        registry.applyChanges(two(change(ETH, "volBuffer", 3_000, 2_700, 0), change(LST, "haircut", 3_500, 4_000, 2 days)), keccak256("second"));
        uint256[] memory values = new uint256[](5);
        (values[0], values[1], values[2], values[3], values[4]) = (2_500, 6_000, 6_000, 2_500, 2_500);
        registry.addAsset(Kind.Underlying, Scope.wrap("SOL"), values, keccak256("third"));

        Vm.Log[] memory logs = vm.getRecordedLogs();
        uint256 batches = 0;
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].emitter != address(registry)) continue;
            if (logs[i].topics[0] == IRiskParameters.BatchApplied.selector) {
                ++batches;
                equal(uint256(logs[i].topics[1]), batches + 1, "versions without a gap");
            }
            if (logs[i].topics[0] != IRiskParameters.ValueChanged.selector) continue;
            (uint256 from, uint256 to, uint40 start, uint32 ramp) = abi.decode(logs[i].data, (uint256, uint256, uint40, uint32));
            bytes32 id = keccak256(abi.encode(logs[i].topics[2], logs[i].topics[3]));
            if (start != 0) equal(from, _rebuilt[id], "each change starts where the last ended");
            isTrue(ramp <= COOLDOWN, "ramp");
            _rebuilt[id] = to;
        }
        equal(batches, 3, "batches");
        Reading[] memory readings = registry.readAll();
        equal(readings.length, 18, "values");
        for (uint256 i = 0; i < readings.length; ++i) {
            equal(_rebuilt[keccak256(abi.encode(readings[i].scope, readings[i].name))], readings[i].change.to, "rebuilt");
        }
    }
}

/// @dev What cost Aave in March 2026: one of two coupled fields was clamped on the way to storage, silently.
contract ClampingRegistry is RiskParameters {
    constructor(
        address timelock_,
        NamedSpec[] memory specs_,
        Asset[] memory assets_
    ) RiskParameters(timelock_, specs_, assets_, RequirementLimits(2_000, 5_000)) {}

    function _write(ParameterId id, Value memory value) internal override {
        if (value.to > (value.from * 103) / 100) value.to = uint48((uint256(value.from) * 103) / 100);
        super._write(id, value);
    }
}

contract CapoTest is Fixture {
    function deploy(NamedSpec[] memory specs_, Asset[] memory assets_) internal override returns (IRiskParameters) {
        return new ClampingRegistry(address(this), specs_, assets_);
    }

    function test_capoAValueClampedBetweenRequestAndStorageIsRefused() external {
        refuses(
            one(change(ETH, "volBuffer", 2_500, 3_000, 1 days)),
            abi.encodeWithSelector(IRiskParameters.RiskParameters_ReadBackDiffers.selector, ETH, bytes32("volBuffer"), 3_000, 2_575)
        );
    }

    function test_whatIsNotClampedIsApplied() external {
        registry.applyChanges(one(change(ETH, "volBuffer", 2_500, 2_575, 1 days)), EVIDENCE);
        equal(registry.targetOf(ETH, Name.wrap("volBuffer")), 2_575, "volBuffer");
    }
}

contract RegistryTest is Fixture {
    function test_noTimelock() external {
        vm.expectRevert(abi.encodeWithSelector(IRiskParameters.RiskParameters_TimelockMissing.selector));
        new RiskParameters(address(0), specs(), assets(), RequirementLimits(2_000, 5_000));
    }

    function test_aSpecificationThatContradictsItself() external {
        NamedSpec[] memory list = specs();
        list[7].spec.min = 10_001;
        _refusesSpecs(list, "volBuffer");
        list = specs();
        (list[7].spec.min, list[7].spec.max) = (0, 0);
        _refusesSpecs(list, "volBuffer");
        list = specs();
        list[8].name = list[7].name;
        _refusesSpecs(list, "volBuffer");
        list = specs();
        list[7].name = Name.wrap("vol.Buffer");
        _refusesSpecs(list, "vol.Buffer");
        list[7].name = Name.wrap("");
        _refusesSpecs(list, "");
    }

    function test_anAssetIsListedWithAllItsValuesAsOneVersion() external {
        uint256[] memory values = new uint256[](1);
        values[0] = 2_000;
        registry.addAsset(Kind.Collateral, ETH, values, EVIDENCE);
        equal(valueOf(ETH, "haircut"), 2_000, "haircut");
        equal(registry.version(), 2, "version");
        equal(registry.scopesOf(Kind.Collateral).length, 2, "scopes");
        registry.applyChanges(one(change(ETH, "haircut", 2_000, 2_100, 0)), EVIDENCE);
        equal(valueOf(ETH, "haircut"), 2_100, "it can change at once");
    }

    function test_onlyTheTimelockListsAnAssetAndOnlyWithEvidence() external {
        vm.prank(address(0xB0B));
        vm.expectRevert(abi.encodeWithSelector(IRiskParameters.RiskParameters_OnlyTimelock.selector, address(0xB0B)));
        registry.addAsset(Kind.Collateral, ETH, new uint256[](1), EVIDENCE);
        vm.expectRevert(abi.encodeWithSelector(IRiskParameters.RiskParameters_EvidenceMissing.selector));
        registry.addAsset(Kind.Collateral, ETH, new uint256[](1), 0);
    }

    function test_anAssetListedTwice() external {
        _refusesAsset(Kind.Collateral, LST, 1, abi.encodeWithSelector(IRiskParameters.RiskParameters_AssetExists.selector, Kind.Collateral, LST));
    }

    function test_anAssetWithTooFewOrTooManyValues() external {
        _refusesAsset(Kind.Collateral, ETH, 2, abi.encodeWithSelector(IRiskParameters.RiskParameters_ValuesMismatch.selector, Kind.Collateral, ETH, 2, 1));
        _refusesAsset(Kind.Underlying, LST, 4, abi.encodeWithSelector(IRiskParameters.RiskParameters_ValuesMismatch.selector, Kind.Underlying, LST, 4, 5));
    }

    function test_anAssetWithAValueOutOfBounds() external {
        uint256[] memory values = new uint256[](1);
        values[0] = 10_001;
        vm.expectRevert(abi.encodeWithSelector(IRiskParameters.RiskParameters_OutOfBounds.selector, ETH, bytes32("haircut"), 10_001, 0, 10_000));
        registry.addAsset(Kind.Collateral, ETH, values, EVIDENCE);
    }

    function test_moreAssetsThanARegistryCanCheck() external {
        for (uint256 i = 1; i < 32; ++i)
            registry.addAsset(Kind.Collateral, Scope.wrap(bytes32(bytes2(uint16((0x61 << 8) | (i < 10 ? 0x30 + i : 0x57 + i))))), new uint256[](1), EVIDENCE);
        _refusesAsset(Kind.Collateral, ETH, 1, abi.encodeWithSelector(IRiskParameters.RiskParameters_TooManyAssets.selector, Kind.Collateral, 32));
    }

    function test_aScopeThatLooksLikeAnother() external {
        // A Cyrillic letter, a space, a byte after the end, nothing at all, and the protocol's own name.
        bytes32[5] memory names = [bytes32(hex"d0954854"), bytes32("ETH "), bytes32(hex"4554480041"), bytes32(0), bytes32("protocol")];
        for (uint256 i = 0; i < names.length; ++i) {
            _refusesAsset(
                Kind.Underlying,
                Scope.wrap(names[i]),
                5,
                abi.encodeWithSelector(IRiskParameters.RiskParameters_ScopeInvalid.selector, Kind.Underlying, names[i])
            );
        }
        _refusesAsset(Kind.Protocol, ETH, 7, abi.encodeWithSelector(IRiskParameters.RiskParameters_ScopeInvalid.selector, Kind.Protocol, ETH));
        _refusesAsset(Kind.Protocol, PROTOCOL, 7, abi.encodeWithSelector(IRiskParameters.RiskParameters_AssetExists.selector, Kind.Protocol, PROTOCOL));
    }

    function test_aRegistryWithoutAParameterTheCoupledRulesRead() external {
        NamedSpec[] memory list = specs();
        list[1].name = Name.wrap("somethingElse");
        vm.expectRevert(abi.encodeWithSelector(IRiskParameters.RiskParameters_Unknown.selector, PROTOCOL, bytes32("liquidationTarget")));
        deploy(list, assets());
    }

    function testFuzz_aPlainNameIsLettersAndDigitsThenZeros(bytes32 text) external pure {
        uint256 length = 0;
        while (length < 32 && text[length] != 0) ++length;
        bool plain = length > 0;
        for (uint256 i = 0; i < 32; ++i) {
            bytes1 c = text[i];
            bool alphanumeric = (c > 0x2f && c < 0x3a) || (c > 0x40 && c < 0x5b) || (c > 0x60 && c < 0x7b);
            if (i < length ? !alphanumeric : c != 0) plain = false;
        }
        isTrue(Scope.wrap(text).isPlain() == plain, "isPlain");
        isTrue(Scope.wrap("stETH2").isPlain() && Registry.PROTOCOL.isPlain(), "names in use");
    }

    function _refusesSpecs(NamedSpec[] memory list, bytes32 name) private {
        vm.expectRevert(abi.encodeWithSelector(IRiskParameters.RiskParameters_SpecInvalid.selector, name));
        deploy(list, assets());
    }

    function _refusesAsset(Kind kind, Scope scope, uint256 values, bytes memory reason) private {
        vm.expectRevert(reason);
        registry.addAsset(kind, scope, new uint256[](values), EVIDENCE);
    }
}
