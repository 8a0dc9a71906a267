// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Name, Scope} from "../parameters/Types.sol";
import {IRiskParameters} from "./IRiskParameters.sol";

/// @title Tightening without a vote, within limits and for a while
/// @notice A council may tighten a parameter at once. What it sets lies over the governed value until a sunset, and lapses there
/// unless a vote has moved the governed value. It can neither loosen anything nor touch a neutral parameter.
interface IRiskSteward {
    /// @dev How much and how long. Shares are basis points of the step that one vote may take with the parameter at hand.
    struct Limits {
        /// Of one tightening. Zero stops all.
        uint16 step;
        /// Of all tightenings of one parameter together, before any of it has refilled.
        uint16 drift;
        /// Seconds in which a drift used up is there again.
        uint40 refill;
        /// Seconds from the first tightening of a parameter to its sunset.
        uint40 life;
        /// Seconds after a sunset in which the same parameter stays with its governed value: a vote has to decide, not a renewal.
        uint40 rest;
    }

    /// @dev Who and how much in the beginning.
    struct Settings {
        address council;
        address guardian;
        Limits limits;
    }

    /// @notice The council tightened a value from what was in force.
    event Tightened(Scope indexed scope, Name indexed name, uint256 from, uint256 to, uint40 sunset);
    /// @notice The timelock named another council; the zero address is nobody.
    event CouncilChanged(address council);
    /// @notice The timelock named another guardian.
    event GuardianChanged(address guardian);
    /// @notice The timelock set other limits.
    event LimitsChanged(Limits limits);
    /// @notice The timelock set how large a share of a vote's step one tightening of this parameter may be; above 10 000: as `limits` says.
    event StepChanged(Name indexed name, uint16 step);
    /// @notice Nothing is tightened from now on, or again.
    event PauseChanged(bool paused);

    /// @notice The caller is not the council.
    error RiskSteward_OnlyCouncil(address caller);
    /// @notice The caller is not the timelock.
    error RiskSteward_OnlyTimelock(address caller);
    /// @notice The caller is neither the guardian nor the timelock.
    error RiskSteward_OnlyGuardian(address caller);
    /// @notice A steward without a guardian could not be stopped before a vote ends.
    error RiskSteward_GuardianMissing();
    /// @notice The guardian has paused the steward.
    error RiskSteward_Paused();
    /// @notice A share is above 10 000, or a time is zero or longer than an overlay may last.
    error RiskSteward_LimitsInvalid();
    /// @notice The step is too large: `share` of the step that a vote may take, in basis points, rounded up.
    error RiskSteward_StepTooLarge(Scope scope, Name name, uint256 share, uint256 limit);
    /// @notice Together with what was tightened lately the step is too large; `available` is left.
    error RiskSteward_DriftTooLarge(Scope scope, Name name, uint256 share, uint256 available);
    /// @notice The parameter was tightened lately and lapsed; the council may tighten it again at `until`.
    error RiskSteward_Resting(Scope scope, Name name, uint256 until);

    /// @notice Tightens a value at once. Only the council.
    function tighten(Scope scope, Name name, uint256 value) external;

    /// @notice Ends what the council set before its sunset. Only the timelock.
    function revoke(Scope scope, Name name) external;

    /// @notice Stops the council. Only the guardian or the timelock. What is in force runs to its sunset.
    function pause() external;

    /// @notice Lets the council act again. Only the timelock.
    function unpause() external;

    /// @notice Names another council, or nobody. Only the timelock.
    function setCouncil(address council_) external;

    /// @notice Names another guardian. Only the timelock.
    function setGuardian(address guardian_) external;

    /// @notice Sets other limits. Only the timelock.
    function setLimits(Limits calldata limits_) external;

    /// @notice Sets the share of a vote's step for one parameter: zero excludes it, 10 001 or more is as `limits` says. Only the timelock.
    function setStep(Name name, uint16 step) external;

    /// @notice The largest share of a vote's step, in basis points, that one tightening of this parameter may be.
    function stepOf(Name name) external view returns (uint256);

    /// @notice How much of the drift of a parameter is left now, in basis points of a vote's step.
    function driftLeft(Scope scope, Name name) external view returns (uint256);

    /// @notice Limits of all parameters.
    function limits() external view returns (Limits memory);

    /// @notice Who may tighten.
    function council() external view returns (address);

    /// @notice Who may pause.
    function guardian() external view returns (address);

    /// @notice Whether the steward is paused.
    function paused() external view returns (bool);

    /// @notice Whose values are tightened.
    function riskParameters() external view returns (IRiskParameters);

    /// @notice Who sets council, guardian and limits.
    function timelock() external view returns (address);
}
