// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {RiskGovernor} from "../governance/RiskGovernor.sol";
import {RiskToken} from "../governance/RiskToken.sol";
import {IRiskGovernor} from "../interfaces/IRiskGovernor.sol";
import {IRiskParameters} from "../interfaces/IRiskParameters.sol";
import {RiskParameters} from "../parameters/RiskParameters.sol";
import {Asset, NamedSpec, RequirementLimits} from "../parameters/Types.sol";
import {Fixture} from "./Fixture.t.sol";

/// @dev The whole law in one contract: this one holds the votes, `GUARDIAN` may cancel, execution is open.
contract GovernanceTest is Fixture {
    address private constant GUARDIAN = address(0x6A12D);
    uint256 private constant SUPPLY = 1_000_000e18;
    string private constant TEXT = "# Raise the buffer";

    RiskToken private _token;
    TimelockController private _timelock;
    RiskGovernor private _governor;

    function deploy(NamedSpec[] memory specs_, Asset[] memory assets_) internal override returns (IRiskParameters) {
        _token = new RiskToken("Ballast Risk", "BLST", address(this), SUPPLY);
        address[] memory anyone = new address[](1);
        _timelock = new TimelockController(2 days, new address[](0), anyone, address(this));
        _governor = new RiskGovernor(_token, _timelock, _settings());
        _timelock.grantRole(_timelock.PROPOSER_ROLE(), address(_governor));
        _timelock.grantRole(_timelock.CANCELLER_ROLE(), address(_governor));
        _timelock.renounceRole(_timelock.DEFAULT_ADMIN_ROLE(), address(this));
        _token.delegate(address(this));
        return new RiskParameters(address(_timelock), specs_, assets_, RequirementLimits(2_000, 5_000));
    }

    function test_aChangeGoesTheWholeWay() external {
        uint256 id = _propose(TEXT);
        isTrue(_governor.proposalNeedsQueuing(id), "queued in the timelock");
        equal(_governor.proposalThreshold(), 1_000e18, "threshold");
        equal(_governor.proposalDeadline(id), block.timestamp + 6 days, "deadline");
        VM.warp(block.timestamp + 1 days + 1);
        _governor.castVote(id, 1);
        VM.warp(block.timestamp + 5 days);
        isTrue(_governor.state(id) == IGovernor.ProposalState.Succeeded, "succeeded");
        (address[] memory targets, uint256[] memory values, bytes[] memory calldatas) = _calls();
        _governor.queue(targets, values, calldatas, keccak256(bytes(TEXT)));
        VM.warp(block.timestamp + 2 days);
        _governor.execute(targets, values, calldatas, keccak256(bytes(TEXT)));
        equal(valueOf(ETH, "volBuffer"), 3_000, "volBuffer");
    }

    function test_theGuardianCancelsEvenWhatIsQueuedAndNobodyElseDoes() external {
        uint256 id = _propose(TEXT);
        VM.warp(block.timestamp + 1 days + 1);
        _governor.castVote(id, 1);
        VM.warp(block.timestamp + 5 days);
        (address[] memory targets, uint256[] memory values, bytes[] memory calldatas) = _calls();
        _governor.queue(targets, values, calldatas, keccak256(bytes(TEXT)));
        VM.expectRevert(abi.encodeWithSelector(IGovernor.GovernorUnableToCancel.selector, id, address(this)));
        _governor.cancel(targets, values, calldatas, keccak256(bytes(TEXT)));
        VM.prank(GUARDIAN);
        _governor.cancel(targets, values, calldatas, keccak256(bytes(TEXT)));
        isTrue(_governor.state(id) == IGovernor.ProposalState.Canceled, "canceled");
    }

    function test_aQuorumReachedLateExtendsTheVote() external {
        uint256 id = _propose(TEXT);
        uint256 deadline = _governor.proposalDeadline(id);
        VM.warp(deadline - 5);
        _governor.castVote(id, 1);
        equal(_governor.proposalDeadline(id), deadline - 5 + 2 days, "two days from the quorum");
    }

    function test_noGuardian() external {
        IRiskGovernor.Settings memory settings = _settings();
        settings.guardian = address(0);
        _refusesGovernor(settings, abi.encodeWithSelector(IRiskGovernor.RiskGovernor_GuardianMissing.selector));
    }

    function test_aDelayTooShortToBeNoticed() external {
        IRiskGovernor.Settings memory settings = _settings();
        settings.votingDelay = 1 hours - 1;
        _refusesGovernor(settings, abi.encodeWithSelector(IRiskGovernor.RiskGovernor_VotingDelayTooShort.selector, 1 hours - 1, 1 hours));
    }

    /// @dev OpenZeppelin bounds the extension by the period when the extension is set, but not the other way round.
    function test_aPeriodShorterThanTheLateQuorumExtension() external {
        VM.warp(block.timestamp + 1);
        address[] memory targets = new address[](1);
        targets[0] = address(_governor);
        bytes[] memory calldatas = new bytes[](1);
        calldatas[0] = abi.encodeCall(_governor.setVotingPeriod, (uint32(1 days)));
        uint256 id = _governor.propose(targets, new uint256[](1), calldatas, TEXT);
        VM.warp(block.timestamp + 1 days + 1);
        _governor.castVote(id, 1);
        VM.warp(block.timestamp + 5 days);
        _governor.queue(targets, new uint256[](1), calldatas, keccak256(bytes(TEXT)));
        VM.warp(block.timestamp + 2 days);
        VM.expectRevert(abi.encodeWithSelector(IRiskGovernor.RiskGovernor_VotingPeriodTooShort.selector, 1 days, 2 days));
        _governor.execute(targets, new uint256[](1), calldatas, keccak256(bytes(TEXT)));
    }

    function test_theClockIsInSecondsEverywhere() external {
        equal(_token.clock(), block.timestamp, "token");
        equal(_governor.clock(), block.timestamp, "governor");
        isTrue(keccak256(bytes(_token.CLOCK_MODE())) == keccak256("mode=timestamp"), "mode");
        equal(_token.nonces(address(this)), 0, "nonces");
        _token.transfer(GUARDIAN, 1);
        equal(_token.getVotes(address(this)), SUPPLY - 1, "votes follow tokens");
    }

    function _propose(string memory text) private returns (uint256) {
        VM.warp(block.timestamp + 1);
        (address[] memory targets, uint256[] memory values, bytes[] memory calldatas) = _calls();
        return _governor.propose(targets, values, calldatas, text);
    }

    function _calls() private view returns (address[] memory targets, uint256[] memory values, bytes[] memory calldatas) {
        (targets, values, calldatas) = (new address[](1), new uint256[](1), new bytes[](1));
        targets[0] = address(registry);
        calldatas[0] = abi.encodeCall(IRiskParameters.applyChanges, (one(change(ETH, "volBuffer", 2_500, 3_000, 0)), EVIDENCE));
    }

    function _refusesGovernor(IRiskGovernor.Settings memory settings, bytes memory reason) private {
        VM.expectRevert(reason);
        new RiskGovernor(_token, _timelock, settings);
    }

    function _settings() private pure returns (IRiskGovernor.Settings memory) {
        return IRiskGovernor.Settings("Ballast Risk Governor", 1 days, 5 days, 1_000e18, 4, 2 days, GUARDIAN);
    }
}
