// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {RiskGovernor} from "../governance/RiskGovernor.sol";
import {RiskToken} from "../governance/RiskToken.sol";
import {IEvidenceRegistry} from "../interfaces/IEvidenceRegistry.sol";
import {IRiskGovernor} from "../interfaces/IRiskGovernor.sol";
import {IRiskParameters} from "../interfaces/IRiskParameters.sol";
import {RiskParameters} from "../parameters/RiskParameters.sol";
import {Asset, Kind, NamedSpec, RequirementLimits} from "../parameters/Types.sol";
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
        foundEvidence(address(_timelock));
        IRiskParameters built = new RiskParameters(address(_timelock), evidence, specs_, assets_, RequirementLimits(2_000, 5_000), stewardSettings());
        _governor = new RiskGovernor(_token, _timelock, built, _settings());
        _timelock.grantRole(_timelock.PROPOSER_ROLE(), address(_governor));
        _timelock.grantRole(_timelock.CANCELLER_ROLE(), address(_governor));
        _timelock.renounceRole(_timelock.DEFAULT_ADMIN_ROLE(), address(this));
        _token.delegate(address(this));
        return built;
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

    function test_noProposalWithoutEvidence() external {
        bytes memory call = abi.encodeCall(IRiskParameters.applyChanges, (one(change(ETH, "volBuffer", 2_500, 3_000, 0)), EVIDENCE));
        (bytes32 hash, ) = registry.callOf(call);
        _refusesProposal(_list(call), abi.encodeWithSelector(IEvidenceRegistry.EvidenceRegistry_NotCertified.selector, hash, 1, EVIDENCE));
        certify(call);
        _governor.propose(_targets(1), new uint256[](1), _list(call), TEXT);
    }

    function test_noProposalWithEvidenceThatWouldExpireOnTheWay() external {
        bytes memory call = abi.encodeCall(IRiskParameters.applyChanges, (one(change(ETH, "volBuffer", 2_500, 3_000, 0)), EVIDENCE));
        certify(call);
        uint256 expiry = block.timestamp + 30 days;
        // Delay, period, extension and timelock: ten days. One second less than that is left.
        VM.warp(expiry - 10 days);
        _refusesProposal(_list(call), abi.encodeWithSelector(IEvidenceRegistry.EvidenceRegistry_Expired.selector, expiry, expiry + 1));
        // Time cannot run back on a chain; here it can, to show the last moment at which it may be proposed.
        VM.warp(expiry - 10 days);
        equal(_governor.executableBy(), expiry, "executable by");
        _governor.propose(_targets(1), new uint256[](1), _list(call), TEXT);
    }

    function test_anAssetIsProposedWithEvidenceToo() external {
        bytes memory call = abi.encodeCall(IRiskParameters.addAsset, (Kind.Collateral, ETH, new uint256[](1), EVIDENCE));
        (bytes32 hash, ) = registry.callOf(call);
        _refusesProposal(_list(call), abi.encodeWithSelector(IEvidenceRegistry.EvidenceRegistry_NotCertified.selector, hash, 1, EVIDENCE));
        certify(call);
        _governor.propose(_targets(1), new uint256[](1), _list(call), TEXT);
    }

    /// @dev Compound 117 and Beanstalk: what was looked at was not what was called.
    function test_noProposalOfAnyOtherCallOnTheParameters() external {
        _refusesProposal(
            _list(abi.encodeCall(IRiskParameters.version, ())),
            abi.encodeWithSelector(IRiskParameters.RiskParameters_CallUnknown.selector, IRiskParameters.version.selector)
        );
        (, , bytes[] memory calldatas) = _calls();
        certify(calldatas[0]);
        _refusesProposal(_list(bytes.concat(calldatas[0], hex"00")), abi.encodeWithSelector(IRiskParameters.RiskParameters_CallTrailingBytes.selector, 1));
        bytes memory undecodable = calldatas[0];
        undecodable[4 + 31] = 0xff;
        _refusesProposal(_list(undecodable), abi.encodeWithSelector(IRiskParameters.RiskParameters_CallMalformed.selector));
    }

    /// @dev The second's certificate would be for a version that does not exist while the vote is proposed.
    function test_oneBatchPerProposal() external {
        (, , bytes[] memory first) = _calls();
        certify(first[0]);
        bytes[] memory calldatas = new bytes[](3);
        address[] memory targets = _targets(3);
        (calldatas[0], calldatas[1], calldatas[2]) = (first[0], abi.encodeCall(_token.totalSupply, ()), first[0]);
        targets[1] = address(_token);
        VM.warp(block.timestamp + 1);
        VM.expectRevert(abi.encodeWithSelector(IRiskGovernor.RiskGovernor_OneBatchPerProposal.selector, 0, 2));
        _governor.propose(targets, new uint256[](3), calldatas, TEXT);
    }

    function test_whatDoesNotTouchParametersNeedsNoEvidence() external {
        VM.warp(block.timestamp + 1);
        address[] memory targets = new address[](1);
        targets[0] = address(_governor);
        _governor.propose(targets, new uint256[](1), _list(abi.encodeCall(_governor.setProposalThreshold, (1))), TEXT);
    }

    /// @dev Signed when the vote was proposed, removed while it was held.
    function test_aValidatorRemovedDuringTheVoteStopsTheExecution() external {
        uint256 id = _propose(TEXT);
        VM.warp(block.timestamp + 1 days + 1);
        _governor.castVote(id, 1);
        VM.warp(block.timestamp + 5 days);
        (address[] memory targets, uint256[] memory values, bytes[] memory calldatas) = _calls();
        _governor.queue(targets, values, calldatas, keccak256(bytes(TEXT)));
        VM.warp(block.timestamp + 2 days);
        VM.prank(address(_timelock));
        evidence.setValidators(alone(GUARDIAN), 1);
        (bytes32 hash, ) = registry.callOf(calldatas[0]);
        VM.expectRevert(
            abi.encodeWithSelector(IEvidenceRegistry.EvidenceRegistry_TooFewValidators.selector, evidence.recordOf(hash, 1, EVIDENCE).digest, 0, 1)
        );
        _governor.execute(targets, values, calldatas, keccak256(bytes(TEXT)));
    }

    function test_noParameters() external {
        VM.expectRevert(abi.encodeWithSelector(IRiskGovernor.RiskGovernor_ParametersMissing.selector));
        new RiskGovernor(_token, _timelock, IRiskParameters(address(0)), _settings());
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
        certify(calldatas[0]);
        return _governor.propose(targets, values, calldatas, text);
    }

    function _targets(uint256 length) private view returns (address[] memory targets) {
        targets = new address[](length);
        for (uint256 i = 0; i < length; ++i) targets[i] = address(registry);
    }

    function _list(bytes memory call) private pure returns (bytes[] memory calldatas) {
        calldatas = new bytes[](1);
        calldatas[0] = call;
    }

    function _refusesProposal(bytes[] memory calldatas, bytes memory reason) private {
        VM.warp(block.timestamp + 1);
        VM.expectRevert(reason);
        _governor.propose(_targets(1), new uint256[](1), calldatas, TEXT);
    }

    function _calls() private view returns (address[] memory targets, uint256[] memory values, bytes[] memory calldatas) {
        (targets, values, calldatas) = (new address[](1), new uint256[](1), new bytes[](1));
        targets[0] = address(registry);
        calldatas[0] = abi.encodeCall(IRiskParameters.applyChanges, (one(change(ETH, "volBuffer", 2_500, 3_000, 0)), EVIDENCE));
    }

    function _refusesGovernor(IRiskGovernor.Settings memory settings, bytes memory reason) private {
        VM.expectRevert(reason);
        new RiskGovernor(_token, _timelock, registry, settings);
    }

    function _settings() private pure returns (IRiskGovernor.Settings memory) {
        return IRiskGovernor.Settings("Ballast Risk Governor", 1 days, 5 days, 1_000e18, 4, 2 days, GUARDIAN);
    }
}
