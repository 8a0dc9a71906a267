// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Change, Kind, Name, Overlay, Reading, RequirementLimits, Scope, Spec, Value} from "../parameters/Types.sol";
import {IEvidenceRegistry} from "./IEvidenceRegistry.sol";
import {IRiskSteward} from "./IRiskSteward.sol";

/// @title The registry of a margin engine's risk parameters
/// @notice Every value is an unsigned integer (basis points, seconds, days, counts, thousands of USD) named by a scope
/// ("protocol" or an asset) and a name. Values change in batches, only by the timelock, and nothing is ever clamped: a
/// request is executed exactly as asked, or the whole batch reverts with the reason.
interface IRiskParameters {
    /// @notice A parameter exists from now on, with these bounds.
    event Specified(Name indexed name, Spec spec);

    /// @notice An asset was listed with the values that follow in `ValueChanged` events of the same version.
    event AssetAdded(uint256 indexed version, Kind indexed kind, Scope indexed scope);

    /// @notice A value moves from `from` to `to`, linearly over `ramp` seconds from `start`.
    event ValueChanged(uint256 indexed version, Scope indexed scope, Name indexed name, uint256 from, uint256 to, uint40 start, uint32 ramp);

    /// @notice A batch was applied on the strength of the evidence with this hash.
    event BatchApplied(uint256 indexed version, bytes32 indexed evidence, uint256 changes);

    /// @notice The steward's tighter value is in force before `sunset`, a time in seconds since 1970.
    event OverlaySet(Scope indexed scope, Name indexed name, uint256 value, uint40 sunset);

    /// @notice The steward's value ended before its sunset: the timelock revoked it, or a batch left no room for it.
    event OverlayEnded(Scope indexed scope, Name indexed name);

    /// @notice The caller is not the steward.
    error RiskParameters_OnlySteward(address caller);
    /// @notice A neutral parameter has no tighter side.
    error RiskParameters_OverlayNeutral(Scope scope, Name name);
    /// @notice The steward may only tighten: `value` is not tighter than the value in force.
    error RiskParameters_OverlayNotTighter(Scope scope, Name name, uint256 value, uint256 current);
    /// @notice The sunset is past, later than `limit`, or not the one that the running overlay has.
    error RiskParameters_OverlaySunsetInvalid(Scope scope, Name name, uint256 sunset, uint256 limit);
    /// @notice As many overlays are running as the coupled rules are checked for.
    error RiskParameters_OverlaysTooMany(uint256 limit);
    /// @notice With the overlay in force a coupled rule would not hold, whichever other overlays lapse before it.
    error RiskParameters_OverlayBreaksRule(Scope scope, Name name, uint256 value);
    /// @notice There is no overlay to end.
    error RiskParameters_OverlayNotRunning(Scope scope, Name name);

    /// @notice The caller is not the timelock.
    error RiskParameters_OnlyTimelock(address caller);
    /// @notice A deployment without a timelock could never change.
    error RiskParameters_TimelockMissing();
    /// @notice A deployment without a registry of evidence could never tell a good change from a bad one.
    error RiskParameters_EvidenceRegistryMissing();
    /// @notice A requirement cannot fall by more than all of it.
    error RiskParameters_LimitsInvalid(uint256 maxDecrease, uint256 limit);
    /// @notice The evidence hash is zero.
    error RiskParameters_EvidenceMissing();
    /// @notice The batch asks for nothing.
    error RiskParameters_BatchEmpty();
    /// @notice The batch has more changes than one batch may have.
    error RiskParameters_BatchTooLarge(uint256 changes, uint256 limit);
    /// @notice There is no parameter of that scope and name.
    error RiskParameters_Unknown(Scope scope, Name name);
    /// @notice One batch names the same parameter twice.
    error RiskParameters_Duplicate(Scope scope, Name name);
    /// @notice The change would leave the value as it is.
    error RiskParameters_NoChange(Scope scope, Name name, uint256 value);
    /// @notice The value has moved since the change was drafted.
    error RiskParameters_Stale(Scope scope, Name name, uint256 from, uint256 current);
    /// @notice The value asked for is outside the bounds.
    error RiskParameters_OutOfBounds(Scope scope, Name name, uint256 to, uint256 min, uint256 max);
    /// @notice The step is too large; `limit` is the furthest value that one change may reach from `from` in that direction.
    error RiskParameters_StepTooLarge(Scope scope, Name name, uint256 from, uint256 to, uint256 limit);
    /// @notice The parameter was changed too recently; it may change again at `until`.
    error RiskParameters_CooldownRunning(Scope scope, Name name, uint256 until);
    /// @notice The ramp is longer than the parameter's cooldown.
    error RiskParameters_RampTooLong(Scope scope, Name name, uint256 ramp, uint256 limit);
    /// @notice What the registry would answer once the ramp has ended is not what was requested.
    error RiskParameters_ReadBackDiffers(Scope scope, Name name, uint256 requested, uint256 stored);

    /// @notice A vote may call `applyChanges` and `addAsset` here, and nothing else.
    error RiskParameters_CallUnknown(bytes4 selector);
    /// @notice The calldata is not the canonical encoding of a call.
    error RiskParameters_CallMalformed();
    /// @notice The calldata goes on after what it says.
    error RiskParameters_CallTrailingBytes(uint256 trailing);

    /// @notice A specification is empty, has no cooldown, contradicts itself, or its name is used already.
    error RiskParameters_SpecInvalid(Name name);
    /// @notice A scope is not made of 1 to 31 letters and digits, or "protocol" is used for an asset.
    error RiskParameters_ScopeInvalid(Kind kind, Scope scope);
    /// @notice The asset is listed already.
    error RiskParameters_AssetExists(Kind kind, Scope scope);
    /// @notice No more assets of that kind can be listed.
    error RiskParameters_TooManyAssets(Kind kind, uint256 limit);
    /// @notice An asset needs exactly one value for each parameter of its kind.
    error RiskParameters_ValuesMismatch(Kind kind, Scope scope, uint256 given, uint256 needed);

    /// @notice Coupled rule: a fall of volatility of 100 % or more is not a volatility.
    error RiskParameters_VolRangeDownTooLarge(Scope scope, uint256 value, uint256 limit);
    /// @notice Coupled rule: what a liquidation can cost, haircut + discount + keeper fee + insurance fee, stays below 100 %.
    error RiskParameters_LiquidationCostTooLarge(Scope scope, uint256 total, uint256 limit);
    /// @notice Coupled rule: a liquidation never restores more than a new position needs.
    error RiskParameters_TargetAboveInitialMargin(uint256 liquidationTarget, uint256 initialMargin);
    /// @notice Coupled rule: the volatility floor is not above the least volatility of the upward shock.
    error RiskParameters_FloorAboveMinVolUp(Scope scope, uint256 volFloor, uint256 minVolUp);
    /// @notice Coupled rule: the requirement of the reference portfolio moves too far from what it was before this batch, or
    /// before an earlier change whose cooldown still runs. Each change may be legal alone; `before`, `after_` and `limit` are
    /// initialMargin × spotRange × (10 000 + volBuffer).
    error RiskParameters_RequirementMovedTooFar(Scope scope, uint256 before, uint256 after_, uint256 limit);

    /// @notice Applies a batch, whole or not at all. Only the timelock.
    /// @dev `from` has to equal the value in force. Because no ramp is longer than the parameter's cooldown, a change never
    /// meets a running ramp: `from` is always a settled value, known while the change is drafted, whenever the vote executes.
    /// After the batch the coupled rules have to hold now, at the end of every ramp, and at every moment between.
    /// The validators have to have certified, for the version in force and with a Pass that has not expired, exactly these
    /// changes and this evidence: what the governor asked for when the vote was proposed is asked again when it executes.
    /// @param changes At most `MAX_CHANGES`, each parameter once.
    /// @param evidence Hash of the evidence the vote was held on; not zero.
    function applyChanges(Change[] calldata changes, bytes32 evidence) external;

    /// @notice Lists an asset with all values of its kind, in the order of `namesOf(kind)`. Only the timelock, and only what
    /// was certified, as with `applyChanges`.
    function addAsset(Kind kind, Scope scope, uint256[] calldata values, bytes32 evidence) external;

    /// @notice Puts a tighter value over the governed one until `sunset`. Only the steward. The governed value, its version and
    /// what a vote compares with stay as they are, and a batch never fails because of an overlay.
    /// @dev While an overlay runs it may be tightened further, but its sunset stays.
    function setOverlay(Scope scope, Name name, uint256 value, uint40 sunset) external;

    /// @notice Ends an overlay before its sunset: the governed value is in force again. Only the steward, when the timelock says so.
    function endOverlay(Scope scope, Name name) external;

    /// @notice The value in force now: the tighter of the governed value and of a running overlay. Between two integers of a ramp
    /// the tighter one is in force.
    function valueOf(Scope scope, Name name) external view returns (uint256);

    /// @notice The value once the running ramp, if any, has ended.
    function targetOf(Scope scope, Name name) external view returns (uint256);

    /// @notice The last overlay of a value, running while `block.timestamp < sunset`; zero: never one.
    function overlayOf(Scope scope, Name name) external view returns (Overlay memory);

    /// @notice The last change of a value: from, to, start (zero: never changed), ramp, and the version that made it.
    function changeOf(Scope scope, Name name) external view returns (Value memory);

    /// @notice The whole set in one call: protocol, then underlyings, then collaterals, each in the order of `namesOf`.
    function readAll() external view returns (Reading[] memory);

    /// @notice The bounds, step limits and cooldown of a parameter.
    function specOf(Name name) external view returns (Spec memory);

    /// @notice The parameters of a kind, in the order in which values are given and read.
    function namesOf(Kind kind) external view returns (Name[] memory);

    /// @notice The scopes of a kind, in the order in which they were listed.
    function scopesOf(Kind kind) external view returns (Scope[] memory);

    /// @notice How many batches made the set: 1 at deployment, one more with each batch.
    function version() external view returns (uint256);

    /// @notice What has to be certified for a call on this contract to be executed.
    /// @param call The calldata of `applyChanges` or `addAsset`; it has to be their canonical encoding.
    /// @return changesHash keccak256(abi.encode(changes)); for `addAsset` keccak256(abi.encode(tag, kind, scope, values)), where
    /// tag is keccak256("RiskParameters.addAsset(uint8 kind,bytes32 scope,uint256[] values)").
    /// @return evidence The evidence hash the call carries.
    function callOf(bytes calldata call) external pure returns (bytes32 changesHash, bytes32 evidence);

    /// @notice Where validators certify what a batch does.
    function evidenceRegistry() external view returns (IEvidenceRegistry);

    /// @notice The only account that may tighten a value without a vote. This contract made it, and it is never replaced.
    function steward() external view returns (IRiskSteward);

    /// @notice The only account that may change a governed value.
    function timelock() external view returns (address);

    /// @notice How far the requirement of the reference portfolios may move within one cooldown, in basis points.
    function requirementLimits() external view returns (RequirementLimits memory);
}
