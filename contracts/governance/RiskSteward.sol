// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {RateLimiter} from "@openzeppelin/contracts/utils/RateLimiter.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IRiskParameters} from "../interfaces/IRiskParameters.sol";
import {IRiskSteward} from "../interfaces/IRiskSteward.sol";
import {Bounds} from "../parameters/Bounds.sol";
import {Overlays} from "../parameters/Overlays.sol";
import {Registry} from "../parameters/Registry.sol";
import {Name, Overlay, ParameterId, Scope, Spec, Tighter} from "../parameters/Types.sol";

/// @title The steward: a council that may only tighten
/// @dev Who may act and how much is decided here; that nothing is ever loosened is decided by `RiskParameters` itself.
contract RiskSteward is IRiskSteward {
    using RateLimiter for RateLimiter.RefillingBucket;

    uint256 private constant ONE = 10_000;

    /// @inheritdoc IRiskSteward
    IRiskParameters public immutable riskParameters;
    /// @inheritdoc IRiskSteward
    address public immutable timelock;
    /// @inheritdoc IRiskSteward
    address public council;
    /// @inheritdoc IRiskSteward
    address public guardian;
    /// @inheritdoc IRiskSteward
    bool public paused;

    Limits private _limits;
    RateLimiter.RefillingBucket private _drift;
    /// @dev One more than the share, so that what was never set is told from zero.
    mapping(Name name => uint256) private _stepPlusOne;

    constructor(IRiskParameters riskParameters_, address timelock_, Settings memory settings) {
        (riskParameters, timelock) = (riskParameters_, timelock_);
        _setCouncil(settings.council);
        _setGuardian(settings.guardian);
        _setLimits(settings.limits);
    }

    modifier onlyTimelock() {
        if (msg.sender != timelock) revert RiskSteward_OnlyTimelock(msg.sender);
        _;
    }

    /// @inheritdoc IRiskSteward
    function tighten(Scope scope, Name name, uint256 value) external {
        if (msg.sender != council) revert RiskSteward_OnlyCouncil(msg.sender);
        if (paused) revert RiskSteward_Paused();
        uint256 current = riskParameters.valueOf(scope, name);
        uint256 share = _share(name, current, value);
        if (share > stepOf(name)) revert RiskSteward_StepTooLarge(scope, name, share, stepOf(name));
        if (!_drift.tryConsume(_id(scope, name), share)) revert RiskSteward_DriftTooLarge(scope, name, share, driftLeft(scope, name));
        uint40 sunset = _sunset(scope, name);
        emit Tightened(scope, name, current, value, sunset);
        riskParameters.setOverlay(scope, name, value, sunset);
    }

    /// @inheritdoc IRiskSteward
    function revoke(Scope scope, Name name) external onlyTimelock {
        riskParameters.endOverlay(scope, name);
    }

    /// @inheritdoc IRiskSteward
    function pause() external {
        if (msg.sender != guardian && msg.sender != timelock) revert RiskSteward_OnlyGuardian(msg.sender);
        paused = true;
        emit PauseChanged(true);
    }

    /// @inheritdoc IRiskSteward
    function unpause() external onlyTimelock {
        paused = false;
        emit PauseChanged(false);
    }

    /// @inheritdoc IRiskSteward
    function setCouncil(address council_) external onlyTimelock {
        _setCouncil(council_);
    }

    /// @inheritdoc IRiskSteward
    function setGuardian(address guardian_) external onlyTimelock {
        _setGuardian(guardian_);
    }

    /// @inheritdoc IRiskSteward
    function setLimits(Limits calldata limits_) external onlyTimelock {
        _setLimits(limits_);
    }

    /// @inheritdoc IRiskSteward
    function setStep(Name name, uint16 step) external onlyTimelock {
        _stepPlusOne[name] = step > ONE ? 0 : uint256(step) + 1;
        emit StepChanged(name, step);
    }

    /// @inheritdoc IRiskSteward
    function limits() external view returns (Limits memory) {
        return _limits;
    }

    /// @inheritdoc IRiskSteward
    function stepOf(Name name) public view returns (uint256) {
        uint256 own = _stepPlusOne[name];
        return own == 0 ? _limits.step : own - 1;
    }

    /// @inheritdoc IRiskSteward
    function driftLeft(Scope scope, Name name) public view returns (uint256) {
        return _drift.available(_id(scope, name));
    }

    /// @dev How much of the step that a vote may take from here in the tight direction, rounded up. What is no tightening has no
    /// share, and `RiskParameters` refuses it.
    function _share(Name name, uint256 current, uint256 value) private view returns (uint256) {
        Spec memory spec = riskParameters.specOf(name);
        bool rising = spec.tighter == Tighter.Up;
        uint256 moved = rising ? Math.saturatingSub(value, current) : Math.saturatingSub(current, value);
        uint256 furthest = Bounds.furthest(spec, current, rising);
        uint256 allowed = rising ? furthest - current : current - furthest;
        if (moved > allowed) return type(uint256).max;
        return moved == 0 ? 0 : Math.ceilDiv(moved * ONE, allowed);
    }

    /// @dev A running overlay keeps its sunset, or small steps would put it off for ever.
    function _sunset(Scope scope, Name name) private view returns (uint40) {
        Overlay memory overlay = riskParameters.overlayOf(scope, name);
        if (block.timestamp < overlay.sunset) return overlay.sunset;
        uint256 until = uint256(overlay.sunset) + _limits.rest;
        if (overlay.sunset != 0 && block.timestamp < until) revert RiskSteward_Resting(scope, name, until);
        return uint40(block.timestamp) + _limits.life;
    }

    function _setCouncil(address council_) private {
        council = council_;
        emit CouncilChanged(council_);
    }

    function _setGuardian(address guardian_) private {
        if (guardian_ == address(0)) revert RiskSteward_GuardianMissing();
        guardian = guardian_;
        emit GuardianChanged(guardian_);
    }

    function _setLimits(Limits memory limits_) private {
        bool sound = limits_.step <= ONE && limits_.refill != 0 && limits_.life != 0 && limits_.life <= Overlays.MAX_LIFE;
        if (!sound) revert RiskSteward_LimitsInvalid();
        _limits = limits_;
        _drift.updateSettings(limits_.refill, limits_.drift);
        emit LimitsChanged(limits_);
    }

    function _id(Scope scope, Name name) private pure returns (bytes32) {
        return ParameterId.unwrap(Registry.idOf(scope, name));
    }
}
