// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

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

    /// @notice The shortest delay between a proposal and the snapshot of its votes.
    function MIN_VOTING_DELAY() external view returns (uint48);
}
