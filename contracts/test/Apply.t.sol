// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IEvidenceRegistry} from "../interfaces/IEvidenceRegistry.sol";
import {IRiskParameters} from "../interfaces/IRiskParameters.sol";
import {IRiskSteward} from "../interfaces/IRiskSteward.sol";
import {RiskParameters} from "../parameters/RiskParameters.sol";
import {Asset, Change, Kind, Name, NamedSpec, ParameterId, Reading, RequirementLimits, Scope, Value} from "../parameters/Types.sol";
import {Fixture} from "./Fixture.t.sol";
import {IVm} from "./Test.t.sol";

contract ApplyTest is Fixture {
    function test_whatWasAskedForIsInForceAtOnceWithoutARamp() external {
        applies(two(change(ETH, "volBuffer", 2_500, 3_000, 0), change(LST, "haircut", 3_500, 3_000, 0)));
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
        applies(one(change(ETH, "volBuffer", 2_500, 3_000, 1 days)));
        equal(valueOf(ETH, "volBuffer"), 2_500, "at the start");
        equal(registry.targetOf(ETH, Name.wrap("volBuffer")), 3_000, "target");
        VM.warp(block.timestamp + 12 hours);
        equal(valueOf(ETH, "volBuffer"), 2_750, "half way");
        VM.warp(block.timestamp + 12 hours);
        equal(valueOf(ETH, "volBuffer"), 3_000, "at the end");
    }

    /// @dev 1 of 3 600 seconds into a move of 500: 0.138… of a unit.
    function test_betweenTwoIntegersTheTighterOneHolds() external {
        Change[] memory changes = new Change[](4);
        changes[0] = change(ETH, "volBuffer", 2_500, 3_000, 1 hours); // tighter up, rising: already 2 501
        changes[1] = change(LST, "haircut", 3_500, 3_000, 1 hours); // tighter up, falling: still 3 500
        changes[2] = change(PROTOCOL, "attestationTtl", 3_600, 3_100, 1 hours); // tighter down, falling: already 3 599
        changes[3] = change(PROTOCOL, "liquidationDiscount", 2_000, 1_500, 1 hours); // neutral: where it came from
        applies(changes);
        VM.warp(block.timestamp + 1);
        equal(valueOf(ETH, "volBuffer"), 2_501, "volBuffer");
        equal(valueOf(LST, "haircut"), 3_500, "haircut");
        equal(valueOf(PROTOCOL, "attestationTtl"), 3_599, "attestationTtl");
        equal(valueOf(PROTOCOL, "liquidationDiscount"), 2_000, "liquidationDiscount");
    }

    function test_looseningAChoiceOverARampKeepsTheTightOneUntilTheEnd() external {
        applies(one(change(PROTOCOL, "riskMeasure", 1, 0, 1 days)));
        VM.warp(block.timestamp + 1 days - 1);
        equal(valueOf(PROTOCOL, "riskMeasure"), 1, "a second before the end");
        VM.warp(block.timestamp + 1);
        equal(valueOf(PROTOCOL, "riskMeasure"), 0, "at the end");
    }

    function testFuzz_aRampNeverLeavesTheWayAndNeverTurnsBack(uint256 to, uint32 ramp, uint256 first, uint256 second) external {
        to = within(to, 0, 6_500);
        ramp = uint32(within(ramp, 0, COOLDOWN));
        VM.assume(to != 2_500);
        // Away from the limit on the reference requirement.
        if (to > 6_000) to = 6_000;
        if (to < 600) to = 600;
        applies(one(change(ETH, "volBuffer", 2_500, to, ramp)));
        uint256 start = block.timestamp;
        first = within(first, 0, ramp);
        second = within(second, first, ramp);
        VM.warp(start + first);
        uint256 earlier = valueOf(ETH, "volBuffer");
        VM.warp(start + second);
        uint256 later = valueOf(ETH, "volBuffer");
        if (to > 2_500) isTrue(2_500 <= earlier && earlier <= later && later <= to, "rising");
        else isTrue(2_500 >= earlier && earlier >= later && later >= to, "falling");
        // Never looser than the exact line: value × ramp ≥ from × (ramp − t) + to × t.
        if (ramp > 0) isTrue(later * ramp >= 2_500 * (ramp - second) + to * second, "on the tight side");
        VM.warp(start + ramp);
        equal(valueOf(ETH, "volBuffer"), to, "arrives");
    }

    function testFuzz_eitherTheBatchIsExecutedExactlyOrNothingChanges(uint256 from, uint256 to, uint32 ramp) external {
        from = from % 3 == 0 ? from : 2_500;
        to = within(to, 0, 12_000);
        certify(one(change(ETH, "volBuffer", from, to, ramp)), EVIDENCE);
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
        applies(one(change(ETH, "volBuffer", 2_500, 3_000, 1 days)));
        VM.warp(block.timestamp + 6 hours);
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

contract EventsTest is Fixture {
    mapping(bytes32 id => uint256 value) private _rebuilt;

    /// @dev Everything anyone needs is in the events: the set is rebuilt from them alone and compared with the registry's.
    function test_theWholeHistoryIsRebuiltFromEventsAlone() external {
        VM.recordLogs();
        registry = deploy(specs(), assets());
        applies(one(change(ETH, "volBuffer", 2_500, 3_000, 1 days)));
        VM.warp(block.timestamp + COOLDOWN);
        applies(two(change(ETH, "volBuffer", 3_000, 2_700, 0), change(LST, "haircut", 3_500, 4_000, 2 days)), keccak256("second"));
        uint256[] memory values = new uint256[](5);
        (values[0], values[1], values[2], values[3], values[4]) = (2_500, 6_000, 6_000, 2_500, 2_500);
        lists(Kind.Underlying, Scope.wrap("SOL"), values, keccak256("third"));

        IVm.Log[] memory logs = VM.getRecordedLogs();
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
        IEvidenceRegistry evidenceRegistry_,
        NamedSpec[] memory specs_,
        Asset[] memory assets_,
        IRiskSteward.Settings memory settings_
    ) RiskParameters(timelock_, evidenceRegistry_, specs_, assets_, RequirementLimits(2_000, 5_000), settings_) {}

    function _write(ParameterId id, Value memory value) internal override {
        if (value.to > (value.from * 103) / 100) value.to = uint48((uint256(value.from) * 103) / 100);
        super._write(id, value);
    }
}

contract CapoTest is Fixture {
    function deploy(NamedSpec[] memory specs_, Asset[] memory assets_) internal override returns (IRiskParameters) {
        return new ClampingRegistry(address(this), foundEvidence(address(this)), specs_, assets_, stewardSettings());
    }

    function test_capoAValueClampedBetweenRequestAndStorageIsRefused() external {
        refuses(
            one(change(ETH, "volBuffer", 2_500, 3_000, 1 days)),
            abi.encodeWithSelector(IRiskParameters.RiskParameters_ReadBackDiffers.selector, ETH, bytes32("volBuffer"), 3_000, 2_575)
        );
    }

    function test_whatIsNotClampedIsApplied() external {
        applies(one(change(ETH, "volBuffer", 2_500, 2_575, 1 days)));
        equal(registry.targetOf(ETH, Name.wrap("volBuffer")), 2_575, "volBuffer");
    }
}
