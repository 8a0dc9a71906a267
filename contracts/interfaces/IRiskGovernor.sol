// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IRiskParameters} from "./IRiskParameters.sol";

/// @title What this governor refuses beyond OpenZeppelin's
interface IRiskGovernor {
    /// @dev How a new governor votes. Times in seconds, the threshold in token units, the quorum in per cent of the supply.
    /// The guardian may cancel any proposal until it is executed, the one that would replace it too: choose one that many control.
    struct Settings {
        string name;
        uint48 votingDelay;
        uint32 votingPeriod;
        uint256 proposalThreshold;
        uint256 quorumPercent;
        uint48 lateQuorumExtension;
        address guardian;
    }

    /// @notice Without a guardian every proposer could cancel at any stage.
    error RiskGovernor_GuardianMissing();
    /// @notice A delay that short lets votes be bought or borrowed for the snapshot.
    error RiskGovernor_VotingDelayTooShort(uint256 delay, uint256 limit);
    /// @notice The voting period has to be at least the extension that a late quorum gives.
    error RiskGovernor_VotingPeriodTooShort(uint256 period, uint256 limit);

    /// @notice A governor of nothing would refuse nothing.
    error RiskGovernor_ParametersMissing();
    /// @notice The calls at `first` and `second` both change parameters. Each would need a certificate for a version of its own,
    /// and the second's does not exist yet while the vote is proposed: one proposal is one batch.
    error RiskGovernor_OneBatchPerProposal(uint256 first, uint256 second);

    /// @notice The shortest delay between a proposal and the snapshot of its votes.
    function MIN_VOTING_DELAY() external view returns (uint48);

    /// @notice The registry whose changes need evidence to be proposed: a Pass that validators certified for exactly these changes,
    /// this evidence hash and the version in force, and that does not expire before the vote could be executed.
    function riskParameters() external view returns (IRiskParameters);

    /// @notice The latest moment at which a vote proposed now can become executable, in seconds since 1970: delay, period, the
    /// extension of a late quorum and the timelock's delay from now. A certificate has to count until then.
    function executableBy() external view returns (uint256);
}
