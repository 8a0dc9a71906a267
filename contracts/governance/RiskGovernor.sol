// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Governor} from "@openzeppelin/contracts/governance/Governor.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {GovernorCountingSimple} from "@openzeppelin/contracts/governance/extensions/GovernorCountingSimple.sol";
import {GovernorPreventLateQuorum} from "@openzeppelin/contracts/governance/extensions/GovernorPreventLateQuorum.sol";
import {GovernorProposalGuardian} from "@openzeppelin/contracts/governance/extensions/GovernorProposalGuardian.sol";
import {GovernorSettings} from "@openzeppelin/contracts/governance/extensions/GovernorSettings.sol";
import {GovernorTimelockControl} from "@openzeppelin/contracts/governance/extensions/GovernorTimelockControl.sol";
import {GovernorVotes} from "@openzeppelin/contracts/governance/extensions/GovernorVotes.sol";
import {GovernorVotesQuorumFraction} from "@openzeppelin/contracts/governance/extensions/GovernorVotesQuorumFraction.sol";
import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {IRiskGovernor} from "../interfaces/IRiskGovernor.sol";
import {IRiskParameters} from "../interfaces/IRiskParameters.sol";

/// @title The vote on risk parameters
/// @dev GovernorPreventLateQuorum has to come after GovernorSettings: its bound is the voting period, which is zero before.
contract RiskGovernor is
    IRiskGovernor,
    Governor,
    GovernorSettings,
    GovernorCountingSimple,
    GovernorVotes,
    GovernorVotesQuorumFraction,
    GovernorPreventLateQuorum,
    GovernorTimelockControl,
    GovernorProposalGuardian
{
    /// @inheritdoc IRiskGovernor
    uint48 public constant MIN_VOTING_DELAY = 1 hours;
    /// @inheritdoc IRiskGovernor
    IRiskParameters public immutable riskParameters;

    constructor(
        IVotes token_,
        TimelockController timelock_,
        IRiskParameters riskParameters_,
        Settings memory settings
    )
        Governor(settings.name)
        GovernorSettings(settings.votingDelay, settings.votingPeriod, settings.proposalThreshold)
        GovernorVotes(token_)
        GovernorVotesQuorumFraction(settings.quorumPercent)
        GovernorPreventLateQuorum(settings.lateQuorumExtension)
        GovernorTimelockControl(timelock_)
    {
        if (address(riskParameters_) == address(0)) revert RiskGovernor_ParametersMissing();
        riskParameters = riskParameters_;
        _setProposalGuardian(settings.guardian);
    }

    function proposalThreshold() public view override(Governor, GovernorSettings) returns (uint256) {
        return super.proposalThreshold();
    }

    function proposalDeadline(uint256 proposalId) public view override(Governor, GovernorPreventLateQuorum) returns (uint256) {
        return super.proposalDeadline(proposalId);
    }

    function state(uint256 proposalId) public view override(Governor, GovernorTimelockControl) returns (ProposalState) {
        return super.state(proposalId);
    }

    function proposalNeedsQueuing(uint256 proposalId) public view override(Governor, GovernorTimelockControl) returns (bool) {
        return super.proposalNeedsQueuing(proposalId);
    }

    /// @inheritdoc IRiskGovernor
    function executableBy() public view returns (uint256) {
        return block.timestamp + votingDelay() + votingPeriod() + lateQuorumVoteExtension() + TimelockController(payable(timelock())).getMinDelay();
    }

    function _propose(
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        string memory description,
        address proposer
    ) internal override returns (uint256 proposalId) {
        proposalId = super._propose(targets, values, calldatas, description, proposer);
        _requireEvidence(targets, calldatas);
    }

    function _setProposalGuardian(address guardian) internal override {
        if (guardian == address(0)) revert RiskGovernor_GuardianMissing();
        super._setProposalGuardian(guardian);
    }

    function _setVotingDelay(uint48 delay) internal override {
        if (delay < MIN_VOTING_DELAY) revert RiskGovernor_VotingDelayTooShort(delay, MIN_VOTING_DELAY);
        super._setVotingDelay(delay);
    }

    /// @dev OpenZeppelin bounds the extension when it is set, not when the period is.
    function _setVotingPeriod(uint32 period) internal override {
        uint256 extension = lateQuorumVoteExtension();
        if (period < extension) revert RiskGovernor_VotingPeriodTooShort(period, extension);
        super._setVotingPeriod(period);
    }

    function _tallyUpdated(uint256 proposalId) internal override(Governor, GovernorPreventLateQuorum) {
        super._tallyUpdated(proposalId);
    }

    function _queueOperations(
        uint256 proposalId,
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) returns (uint48) {
        return super._queueOperations(proposalId, targets, values, calldatas, descriptionHash);
    }

    function _executeOperations(
        uint256 proposalId,
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) {
        super._executeOperations(proposalId, targets, values, calldatas, descriptionHash);
    }

    function _cancel(
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) returns (uint256) {
        return super._cancel(targets, values, calldatas, descriptionHash);
    }

    function _executor() internal view override(Governor, GovernorTimelockControl) returns (address) {
        return super._executor();
    }

    function _validateCancel(uint256 proposalId, address caller) internal view override(Governor, GovernorProposalGuardian) returns (bool) {
        return super._validateCancel(proposalId, caller);
    }

    /// @dev No change of parameters reaches a vote without a certificate that outlives it. Calls that reach the parameters by
    /// another way, through a role granted in the timelock say, meet the same question when they execute.
    function _requireEvidence(address[] memory targets, bytes[] memory calldatas) private view {
        uint256 batch = targets.length;
        for (uint256 i = 0; i < targets.length; ++i) {
            if (targets[i] != address(riskParameters)) continue;
            if (batch < targets.length) revert RiskGovernor_OneBatchPerProposal(batch, i);
            batch = i;
            (bytes32 changesHash, bytes32 evidence) = riskParameters.callOf(calldatas[i]);
            riskParameters.evidenceRegistry().requirePass(changesHash, riskParameters.version(), evidence, executableBy());
        }
    }
}
