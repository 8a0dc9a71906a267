// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IRiskParameters} from "../interfaces/IRiskParameters.sol";
import {IRiskSteward} from "../interfaces/IRiskSteward.sol";
import {Ramp} from "../parameters/Ramp.sol";
import {Registry} from "../parameters/Registry.sol";
import {RiskParameters} from "../parameters/RiskParameters.sol";
import {
    Asset,
    Change,
    Key,
    Kind,
    Name,
    NamedSpec,
    Overlay,
    ParameterId,
    Reading,
    RequirementLimits,
    Scope,
    Spec,
    Tighter,
    Value
} from "../parameters/Types.sol";
import {Certifier} from "./Certifier.t.sol";
import {Fixture} from "./Fixture.t.sol";
import {IVm} from "./Test.t.sol";

/// @dev Everybody at once: votes, a council, a guardian and strangers. Every vote is held twice, on the registry and on a twin
/// where no council ever acts; and the registry's history is rebuilt from its events alone as they come.
contract Everybody is Certifier {
    using Ramp for Value;

    IRiskParameters public twin;
    /// @dev Anything that went otherwise than it has to; the invariants ask for none.
    string public broken;
    uint256 public accepted;
    uint256 public tightened;

    Key[] private _keys;
    mapping(ParameterId id => Value) private _governed;
    mapping(ParameterId id => Overlay) private _overlays;
    uint256 private _version;

    function found(NamedSpec[] memory specs, Asset[] memory assets) external {
        foundEvidence(address(this));
        VM.recordLogs();
        registry = new RiskParameters(address(this), evidence, specs, assets, RequirementLimits(2_000, 5_000), stewardSettings());
        _replay(VM.getRecordedLogs());
        twin = new RiskParameters(address(this), evidence, specs, assets, RequirementLimits(2_000, 5_000), stewardSettings());
        Reading[] memory readings = registry.readAll();
        for (uint256 i = 0; i < readings.length; ++i) _keys.push(Key(readings[i].scope, readings[i].name));
    }

    /// @dev Two changes by random steps over random ramps.
    function vote(uint8[2] calldata which, int16[2] calldata steps, uint32[2] calldata ramps) external {
        VM.recordLogs();
        Change[] memory changes = new Change[](2);
        for (uint256 i = 0; i < 2; ++i) {
            Key memory key = _keys[which[i] % _keys.length];
            uint256 from = registry.targetOf(key.scope, key.name);
            int256 to = int256(from) + int256(steps[i]) / 8;
            changes[i] = Change(key.scope, key.name, from, to < 0 ? 0 : uint256(to), ramps[i] % 8 days);
        }
        certify(changes, EVIDENCE);
        bool passes = _tries(address(registry), abi.encodeCall(IRiskParameters.applyChanges, (changes, EVIDENCE)));
        bool passesThere = _tries(address(twin), abi.encodeCall(IRiskParameters.applyChanges, (changes, EVIDENCE)));
        if (passes != passesThere) broken = "the council decided whether a vote executes";
        if (passes) ++accepted;
    }

    /// @dev Half of the time a small step the tight way, else anything at all.
    function tighten(uint8 which, int16 step, bool tight) external {
        VM.recordLogs();
        Key memory key = _keys[which % _keys.length];
        uint256 current = registry.valueOf(key.scope, key.name);
        int256 by = int256(step) / 16;
        if (tight) by = registry.specOf(key.name).tighter == Tighter.Down ? -_size(by) : _size(by);
        int256 to = int256(current) + by;
        IRiskSteward steward = registry.steward();
        VM.prank(COUNCIL);
        if (_tries(address(steward), abi.encodeCall(IRiskSteward.tighten, (key.scope, key.name, to < 0 ? 0 : uint256(to))))) ++tightened;
    }

    function revoke(uint8 which) external {
        VM.recordLogs();
        Key memory key = _keys[which % _keys.length];
        if (which % 4 == 0) _tries(address(registry.steward()), abi.encodeCall(IRiskSteward.revoke, (key.scope, key.name)));
    }

    function pause(bool on) external {
        VM.recordLogs();
        IRiskSteward steward = registry.steward();
        VM.prank(on ? STOPPER : address(this));
        _tries(address(steward), on ? abi.encodeCall(IRiskSteward.pause, ()) : abi.encodeCall(IRiskSteward.unpause, ()));
    }

    /// @dev Anybody calls any function that writes, also the council and the guardian those that are not theirs.
    function strange(address who, uint8 what, uint8 which, uint48 value) external {
        VM.recordLogs();
        if (who == address(this) || who == address(registry.steward())) return;
        Key memory key = _keys[which % _keys.length];
        Change[] memory changes = new Change[](1);
        changes[0] = Change(key.scope, key.name, registry.targetOf(key.scope, key.name), value, 0);
        bytes[6] memory calls = [
            abi.encodeCall(IRiskParameters.applyChanges, (changes, EVIDENCE)),
            abi.encodeCall(IRiskParameters.addAsset, (Kind.Collateral, Scope.wrap("DAI"), new uint256[](1), EVIDENCE)),
            abi.encodeCall(IRiskParameters.setOverlay, (key.scope, key.name, value, uint40(block.timestamp + 1 days))),
            abi.encodeCall(IRiskParameters.endOverlay, (key.scope, key.name)),
            abi.encodeCall(IRiskSteward.tighten, (key.scope, key.name, value)),
            abi.encodeCall(IRiskSteward.revoke, (key.scope, key.name))
        ];
        uint256 chosen = what % 6;
        if (which % 3 == 0 && chosen != 4) who = which % 2 == 0 ? COUNCIL : STOPPER;
        if (who == COUNCIL && chosen == 4) return;
        address target = chosen < 4 ? address(registry) : address(registry.steward());
        VM.prank(who);
        if (_tries(target, calls[chosen])) broken = "a stranger changed something";
    }

    function wait(uint32 time) external {
        VM.warp(block.timestamp + (time % 5 days));
    }

    /// @dev Every value: as its history says, no looser than without the council, exactly that where nothing of it runs.
    function look() external view {
        (Reading[] memory here, Reading[] memory there) = (registry.readAll(), twin.readAll());
        equal(registry.version(), twin.version(), "the council does not count as a vote");
        equal(registry.version(), _version, "version as rebuilt");
        equal(_version, 1 + accepted, "version counts votes");
        for (uint256 i = 0; i < here.length; ++i) _look(here[i], there[i]);
    }

    function _look(Reading memory here, Reading memory there) private view {
        ParameterId id = Registry.idOf(here.scope, here.name);
        bytes32 governed = keccak256(abi.encode(here.change));
        isTrue(governed == keccak256(abi.encode(there.change)), "what votes decided is untouched");
        isTrue(governed == keccak256(abi.encode(_governed[id])), "decided, as rebuilt");
        isTrue(keccak256(abi.encode(here.overlay)) == keccak256(abi.encode(_overlays[id])), "overlay, as rebuilt");

        Spec memory spec = registry.specOf(here.name);
        Tighter tighter = spec.tighter;
        isTrue(here.value >= spec.min && here.value <= spec.max && here.change.to >= spec.min && here.change.to <= spec.max, "within bounds");

        uint256 value = _governed[id].valueAt(tighter, block.timestamp);
        bool running = block.timestamp < _overlays[id].sunset;
        if (running && (tighter == Tighter.Up ? _overlays[id].value > value : _overlays[id].value < value)) value = _overlays[id].value;
        equal(here.value, value, "in force, as rebuilt");
        if (!running) equal(here.value, there.value, "lapsed");
        else isTrue(tighter == Tighter.Up ? here.value >= there.value : tighter == Tighter.Down && here.value <= there.value, "never looser");
    }

    function _tries(address target, bytes memory call) private returns (bool done) {
        // solhint-disable-next-line avoid-low-level-calls
        (done, ) = target.call(call);
        // What a refused call had emitted before is recorded, too: it is no history.
        IVm.Log[] memory logs = VM.getRecordedLogs();
        if (done) _replay(logs);
    }

    function _size(int256 number) private pure returns (int256) {
        return number < 0 ? -number : number;
    }

    /// @dev The events of the registry, and of nobody else.
    function _replay(IVm.Log[] memory logs) private {
        for (uint256 i = 0; i < logs.length; ++i) if (logs[i].emitter == address(registry)) _replay(logs[i]);
    }

    function _replay(IVm.Log memory log) private {
        bytes32 event_ = log.topics[0];
        if (event_ == IRiskParameters.BatchApplied.selector || event_ == IRiskParameters.AssetAdded.selector) _version = uint256(log.topics[1]);
        if (event_ == IRiskParameters.ValueChanged.selector) {
            (uint256 from, uint256 to, uint40 start, uint32 ramp) = abi.decode(log.data, (uint256, uint256, uint40, uint32));
            _governed[_idOf(log.topics[2], log.topics[3])] = Value(uint48(from), uint48(to), start, ramp, uint48(uint256(log.topics[1])));
        }
        if (event_ == IRiskParameters.OverlaySet.selector) {
            (uint256 value, uint40 sunset) = abi.decode(log.data, (uint256, uint40));
            _overlays[_idOf(log.topics[1], log.topics[2])] = Overlay(uint48(value), sunset);
        }
        if (event_ == IRiskParameters.OverlayEnded.selector) _overlays[_idOf(log.topics[1], log.topics[2])].sunset = uint40(block.timestamp);
    }

    function _idOf(bytes32 scope, bytes32 name) private pure returns (ParameterId) {
        return Registry.idOf(Scope.wrap(scope), Name.wrap(name));
    }
}

contract StewardInvariantTest is Fixture {
    Everybody private _everybody;

    function setUp() public override {
        VM.warp(1_767_225_600);
        _everybody = new Everybody();
        _everybody.found(specs(), assets());
        registry = _everybody.registry();
    }

    /// @dev Where the runner sends its random calls.
    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_everybody);
    }

    /// @dev One campaign for all of it: nobody but the timelock or the steward changes a parameter; the steward never loosens,
    /// whatever it tightens and lets expire; version and history rebuild the state exactly; no vote is stopped by the steward;
    /// and with overlays in force, and as they lapse, the coupled rules hold.
    function invariant_votesAndTheStewardAndNobodyElse() external view {
        string memory broken = _everybody.broken();
        isTrue(bytes(broken).length == 0, broken);
        _everybody.look();
        isTrue(valueOf(PROTOCOL, "liquidationTarget") <= valueOf(PROTOCOL, "initialMargin"), "target");
        isTrue(valueOf(ETH, "volFloor") <= valueOf(ETH, "minVolUp"), "floor");
        isTrue(valueOf(ETH, "volRangeDown") < 10_000, "range");
        uint256 fees = valueOf(PROTOCOL, "liquidationDiscount") + valueOf(PROTOCOL, "keeperFee") + valueOf(PROTOCOL, "insuranceFee");
        isTrue(valueOf(LST, "haircut") + fees < 10_000, "cost");
    }
}
