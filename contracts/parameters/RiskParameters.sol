// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {RiskSteward} from "../governance/RiskSteward.sol";
import {IEvidenceRegistry} from "../interfaces/IEvidenceRegistry.sol";
import {IRiskParameters} from "../interfaces/IRiskParameters.sol";
import {IRiskSteward} from "../interfaces/IRiskSteward.sol";
import {Bounds} from "./Bounds.sol";
import {Calls} from "./Calls.sol";
import {Coupling} from "./Coupling.sol";
import {Overlays} from "./Overlays.sol";
import {Ramp} from "./Ramp.sol";
import {Registry} from "./Registry.sol";
import {Asset, Change, Kind, Name, NamedSpec, Overlay, ParameterId, Reading, RequirementLimits, Scope, Spec, Value} from "./Types.sol";

/// @title The law: risk parameters that only a vote can change, and that a steward may tighten for a while
contract RiskParameters is IRiskParameters {
    using Ramp for Value;
    using Registry for Registry.State;
    using Overlays for Registry.State;

    /// @notice The most changes one batch may have.
    uint256 public constant MAX_CHANGES = 32;

    /// @inheritdoc IRiskParameters
    address public immutable timelock;
    /// @inheritdoc IRiskParameters
    IEvidenceRegistry public immutable evidenceRegistry;
    /// @inheritdoc IRiskParameters
    IRiskSteward public immutable steward;
    uint16 private immutable _maxRequirementDecrease;
    uint32 private immutable _maxRequirementIncrease;

    Registry.State private _state;

    /// @param timelock_ The only account that may change anything, from the first block on.
    /// @param evidenceRegistry_ Where validators certify what a batch does.
    /// @param specs What parameters there are and how they may move; fixed for ever.
    /// @param assets The first set of values: the protocol's own scope and every asset.
    /// @param limits How far the requirement of the reference portfolios may move within one cooldown.
    /// @param settings The steward that is made here, so that neither has to be told later who the other is.
    constructor(
        address timelock_,
        IEvidenceRegistry evidenceRegistry_,
        NamedSpec[] memory specs,
        Asset[] memory assets,
        RequirementLimits memory limits,
        IRiskSteward.Settings memory settings
    ) {
        if (timelock_ == address(0)) revert RiskParameters_TimelockMissing();
        if (address(evidenceRegistry_) == address(0)) revert RiskParameters_EvidenceRegistryMissing();
        if (limits.maxDecrease > Bounds.ONE) revert RiskParameters_LimitsInvalid(limits.maxDecrease, Bounds.ONE);
        (timelock, evidenceRegistry) = (timelock_, evidenceRegistry_);
        (_maxRequirementDecrease, _maxRequirementIncrease) = (limits.maxDecrease, limits.maxIncrease);
        _state.version = 1;
        for (uint256 i = 0; i < specs.length; ++i) _state.specify(specs[i]);
        for (uint256 i = 0; i < assets.length; ++i) _state.add(assets[i].kind, assets[i].scope, assets[i].values);
        Coupling.check(_state, limits);
        steward = new RiskSteward(this, timelock_, settings);
    }

    modifier onlyTimelock() {
        if (msg.sender != timelock) revert RiskParameters_OnlyTimelock(msg.sender);
        _;
    }

    modifier onlySteward() {
        if (msg.sender != address(steward)) revert RiskParameters_OnlySteward(msg.sender);
        _;
    }

    /// @inheritdoc IRiskParameters
    function applyChanges(Change[] calldata changes, bytes32 evidence) external onlyTimelock {
        if (changes.length == 0) revert RiskParameters_BatchEmpty();
        if (changes.length > MAX_CHANGES) revert RiskParameters_BatchTooLarge(changes.length, MAX_CHANGES);
        uint48 version_ = _nextVersion(evidence);
        for (uint256 i = 0; i < changes.length; ++i) _change(changes[i], version_);
        Coupling.check(_state, requirementLimits());
        for (uint256 i = 0; i < changes.length; ++i) _readBack(changes[i]);
        _state.settle(requirementLimits());
        emit BatchApplied(version_, evidence, changes.length);
    }

    /// @inheritdoc IRiskParameters
    function addAsset(Kind kind, Scope scope, uint256[] calldata values, bytes32 evidence) external onlyTimelock {
        uint48 version_ = _nextVersion(evidence);
        _state.add(kind, scope, values);
        Coupling.check(_state, requirementLimits());
        _state.settle(requirementLimits());
        emit BatchApplied(version_, evidence, values.length);
    }

    /// @inheritdoc IRiskParameters
    function setOverlay(Scope scope, Name name, uint256 value, uint40 sunset) external onlySteward {
        _state.set(scope, name, value, sunset, requirementLimits());
    }

    /// @inheritdoc IRiskParameters
    function endOverlay(Scope scope, Name name) external onlySteward {
        _state.end(scope, name);
    }

    /// @inheritdoc IRiskParameters
    function valueOf(Scope scope, Name name) external view returns (uint256) {
        return _state.inForce(scope, name);
    }

    /// @inheritdoc IRiskParameters
    function targetOf(Scope scope, Name name) external view returns (uint256) {
        return _state.get(scope, name).to;
    }

    /// @inheritdoc IRiskParameters
    function overlayOf(Scope scope, Name name) external view returns (Overlay memory) {
        return _state.overlays[Registry.idOf(scope, name)];
    }

    /// @inheritdoc IRiskParameters
    function changeOf(Scope scope, Name name) external view returns (Value memory) {
        return _state.get(scope, name);
    }

    /// @inheritdoc IRiskParameters
    function readAll() external view returns (Reading[] memory readings) {
        uint256 length = 0;
        for (uint8 kind = 0; kind <= uint8(Kind.Collateral); ++kind) length += _state.names[Kind(kind)].length * _state.scopes[Kind(kind)].length;
        readings = new Reading[](length);
        uint256 next = 0;
        for (uint8 kind = 0; kind <= uint8(Kind.Collateral); ++kind) {
            (Name[] memory names, Scope[] memory scopes) = (_state.names[Kind(kind)], _state.scopes[Kind(kind)]);
            for (uint256 i = 0; i < scopes.length * names.length; ++i) {
                (Scope scope, Name name) = (scopes[i / names.length], names[i % names.length]);
                Overlay memory overlay = _state.overlays[Registry.idOf(scope, name)];
                readings[next++] = Reading(scope, name, _state.inForce(scope, name), _state.get(scope, name), overlay);
            }
        }
    }

    /// @inheritdoc IRiskParameters
    function specOf(Name name) external view returns (Spec memory) {
        return _state.specs[name];
    }

    /// @inheritdoc IRiskParameters
    function namesOf(Kind kind) external view returns (Name[] memory) {
        return _state.names[kind];
    }

    /// @inheritdoc IRiskParameters
    function scopesOf(Kind kind) external view returns (Scope[] memory) {
        return _state.scopes[kind];
    }

    /// @inheritdoc IRiskParameters
    function version() external view returns (uint256) {
        return _state.version;
    }

    /// @inheritdoc IRiskParameters
    function callOf(bytes calldata call) external pure returns (bytes32 changesHash, bytes32 evidence) {
        return Calls.read(call);
    }

    /// @inheritdoc IRiskParameters
    function requirementLimits() public view returns (RequirementLimits memory) {
        return RequirementLimits(_maxRequirementDecrease, _maxRequirementIncrease);
    }

    /// @dev The one place where a value is written by a vote.
    function _write(ParameterId id, Value memory value) internal virtual {
        _state.values[id] = value;
    }

    /// @dev Only with evidence that counts for this very call at this version.
    function _nextVersion(bytes32 evidence) private returns (uint48) {
        if (evidence == 0) revert RiskParameters_EvidenceMissing();
        (bytes32 changesHash, ) = Calls.read(msg.data);
        evidenceRegistry.requirePass(changesHash, _state.version, evidence, block.timestamp);
        return ++_state.version;
    }

    function _change(Change calldata change, uint48 version_) private {
        Value memory last = _state.get(change.scope, change.name);
        if (last.version == version_) revert RiskParameters_Duplicate(change.scope, change.name);
        Bounds.check(_state.specs[change.name], last, change);
        _write(Registry.idOf(change.scope, change.name), Value(uint48(change.from), uint48(change.to), uint40(block.timestamp), change.ramp, version_));
        emit ValueChanged(version_, change.scope, change.name, change.from, change.to, uint40(block.timestamp), change.ramp);
    }

    /// @dev What readers will see once the ramp has ended has to be what was asked for.
    function _readBack(Change calldata change) private view {
        uint256 stored = _state.get(change.scope, change.name).valueAt(_state.specs[change.name].tighter, block.timestamp + change.ramp);
        if (stored != change.to) revert RiskParameters_ReadBackDiffers(change.scope, change.name, change.to, stored);
    }
}
