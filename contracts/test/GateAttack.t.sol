// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";
import {RiskGovernor} from "../governance/RiskGovernor.sol";
import {RiskToken} from "../governance/RiskToken.sol";
import {Certificate, IEvidenceRegistry, Verdict} from "../interfaces/IEvidenceRegistry.sol";
import {IRiskGovernor} from "../interfaces/IRiskGovernor.sol";
import {IRiskParameters} from "../interfaces/IRiskParameters.sol";
import {RiskParameters} from "../parameters/RiskParameters.sol";
import {Asset, NamedSpec, RequirementLimits} from "../parameters/Types.sol";
import {Fixture} from "./Fixture.t.sol";

/// @dev A validator that signs whatever it is asked to (ERC-1271).
contract Complaisant {
    function isValidSignature(bytes32, bytes calldata) external pure returns (bytes4) {
        return bytes4(0x1626ba7e);
    }
}

/// @dev Ways around the gate: this contract holds all votes, so that nothing but the gate stops it.
contract GateAttackTest is Fixture {
    address private constant GUARDIAN = address(0x6A12D);
    string private constant TEXT = "# Nothing to see here";
    bytes32 private constant SALT = "salt";

    RiskToken private _token;
    TimelockController private _timelock;
    RiskGovernor private _governor;

    address[] private _targets;
    uint256[] private _values;
    bytes[] private _calldatas;

    function deploy(NamedSpec[] memory specs_, Asset[] memory assets_) internal override returns (IRiskParameters) {
        _token = new RiskToken("Ballast Risk", "BLST", address(this), 1_000_000e18);
        _timelock = new TimelockController(2 days, new address[](0), new address[](1), address(this));
        foundEvidence(address(_timelock));
        IRiskParameters built = new RiskParameters(address(_timelock), evidence, specs_, assets_, RequirementLimits(2_000, 5_000), stewardSettings());
        IRiskGovernor.Settings memory settings = IRiskGovernor.Settings("Ballast Risk Governor", 1 days, 5 days, 1_000e18, 4, 2 days, GUARDIAN);
        _governor = new RiskGovernor(_token, _timelock, built, settings);
        _timelock.grantRole(_timelock.PROPOSER_ROLE(), address(_governor));
        _timelock.grantRole(_timelock.CANCELLER_ROLE(), address(_governor));
        _timelock.renounceRole(_timelock.DEFAULT_ADMIN_ROLE(), address(this));
        _token.delegate(address(this));
        return built;
    }

    function test_aRelayOfTheGovernorIsNotTheTimelock() external {
        _also(address(_governor), abi.encodeCall(_governor.relay, (address(registry), 0, _apply())));
        _winsUntilExecution(abi.encodeWithSelector(IRiskParameters.RiskParameters_OnlyTimelock.selector, address(_governor)));
    }

    /// @dev The governor may schedule, so a proposal may have it schedule what no proposal could propose. The parameters ask again.
    function test_anOperationScheduledByARelayMeetsTheQuestionWhenItExecutes() external {
        _also(address(_governor), abi.encodeCall(_governor.relay, (address(_timelock), 0, _schedule(2 days))));
        _wins();
        VM.warp(block.timestamp + 2 days);
        VM.expectRevert(_notCertified());
        _timelock.execute(address(registry), 0, _apply(), 0, SALT);
    }

    function test_norDoesAProposerOfTheTimelockNeedTheGovernor() external {
        _also(address(_timelock), abi.encodeCall(_timelock.grantRole, (_timelock.PROPOSER_ROLE(), address(this))));
        _wins();
        _timelock.schedule(address(registry), 0, _apply(), 0, SALT, 2 days);
        VM.warp(block.timestamp + 2 days);
        VM.expectRevert(_notCertified());
        _timelock.execute(address(registry), 0, _apply(), 0, SALT);
    }

    function test_nobodyElseSchedules() external {
        VM.expectRevert(abi.encodeWithSelector(IAccessControl.AccessControlUnauthorizedAccount.selector, address(this), _timelock.PROPOSER_ROLE()));
        _timelock.schedule(address(registry), 0, _apply(), 0, SALT, 2 days);
    }

    /// @dev One vote for everything at once: other validators, their certificate, no delay, and the change that nobody saw evidence of.
    function test_oneVoteCannotReplaceTheValidatorsAndUseTheNewOnes() external {
        _takesOver();
        _winsUntilExecution(abi.encodeWithSelector(IEvidenceRegistry.EvidenceRegistry_ValidatorsTooNew.selector, _executionTime() + 1 days));
    }

    /// @dev Nor by a lower threshold, where one of the old validators is the attacker's already.
    function test_norLowerTheThresholdAndUseIt() external {
        Complaisant other = new Complaisant();
        address[] memory both = _sorted(address(this), address(other));
        VM.prank(address(_timelock));
        evidence.setValidators(both, 2);
        VM.warp(block.timestamp + 1 days);
        _also(address(evidence), abi.encodeCall(evidence.setValidators, (both, 1)));
        _also(address(evidence), abi.encodeCall(evidence.record, (_certificate(), alone(address(other)), new bytes[](1))));
        _appliesAtOnce();
        _winsUntilExecution(abi.encodeWithSelector(IEvidenceRegistry.EvidenceRegistry_ValidatorsTooNew.selector, _executionTime() + 1 days));
    }

    /// @dev It goes to a vote, which is harmless: it can never execute, and the check off chain says so.
    function test_etherSentToTheParametersComesBack() external {
        certify(_apply());
        (_targets, _values, _calldatas) = (alone(address(registry)), new uint256[](1), new bytes[](1));
        (_values[0], _calldatas[0]) = (1, _apply());
        _queues();
        (bool executed, ) = address(_governor).call{value: 1}(abi.encodeCall(_governor.execute, (_targets, _values, _calldatas, keccak256(bytes(TEXT)))));
        isTrue(!executed, "executed");
        equal(valueOf(ETH, "volBuffer"), 2_500, "volBuffer");
    }

    /// @dev Who copies a proposal from the mempool to cancel it cannot propose it where its text names its proposer.
    function test_aProposalThatNamesItsProposerIsNobodyElses() external {
        certify(_apply());
        (_targets, _values, _calldatas) = (alone(address(registry)), new uint256[](1), new bytes[](1));
        _calldatas[0] = _apply();
        VM.warp(block.timestamp + 1);
        string memory text = string.concat(TEXT, "#proposer=", Strings.toHexString(address(0xB0B)));
        VM.expectRevert(abi.encodeWithSelector(IGovernor.GovernorRestrictedProposer.selector, address(this)));
        _governor.propose(_targets, _values, _calldatas, text);
        // One byte after it, and it binds nobody: why the check off chain looks at the last 52 bytes.
        _governor.propose(_targets, _values, _calldatas, string.concat(text, "\n"));
    }

    /// @dev Both pass with one certificate, since both are proposed at the same version; only one of them ever executes.
    function test_twoProposalsWithOneCertificateAreOneChange() external {
        certify(_apply());
        (_targets, _values, _calldatas) = (alone(address(registry)), new uint256[](1), new bytes[](1));
        _calldatas[0] = _apply();
        VM.warp(block.timestamp + 1);
        uint256 twin = _governor.propose(_targets, _values, _calldatas, "# The same again");
        uint256 first = _governor.propose(_targets, _values, _calldatas, TEXT);
        VM.warp(block.timestamp + 1 days + 1);
        _governor.castVote(twin, 1);
        _governor.castVote(first, 1);
        VM.warp(block.timestamp + 5 days);
        _governor.queue(_targets, _values, _calldatas, keccak256("# The same again"));
        _governor.queue(_targets, _values, _calldatas, keccak256(bytes(TEXT)));
        VM.warp(block.timestamp + 2 days);
        _governor.execute(_targets, _values, _calldatas, keccak256(bytes(TEXT)));
        (bytes32 hash, ) = registry.callOf(_apply());
        VM.expectRevert(abi.encodeWithSelector(IEvidenceRegistry.EvidenceRegistry_NotCertified.selector, hash, 2, EVIDENCE));
        _governor.execute(_targets, _values, _calldatas, keccak256("# The same again"));
    }

    /// @dev Nothing is proposed twice under one id: what was cancelled does not come back.
    function test_whatTheGuardianCancelledCannotBeProposedAgain() external {
        certify(_apply());
        _also(address(registry), _apply());
        VM.warp(block.timestamp + 1);
        uint256 id = _governor.propose(_targets, _values, _calldatas, TEXT);
        VM.prank(GUARDIAN);
        _governor.cancel(_targets, _values, _calldatas, keccak256(bytes(TEXT)));
        VM.expectRevert(abi.encodeWithSelector(IGovernor.GovernorUnexpectedProposalState.selector, id, IGovernor.ProposalState.Canceled, bytes32(0)));
        _governor.propose(_targets, _values, _calldatas, TEXT);
    }

    receive() external payable {}

    function _takesOver() private {
        Complaisant own = new Complaisant();
        _also(address(evidence), abi.encodeCall(evidence.setValidators, (alone(address(own)), 1)));
        _also(address(evidence), abi.encodeCall(evidence.record, (_certificate(), alone(address(own)), new bytes[](1))));
        _appliesAtOnce();
    }

    function _appliesAtOnce() private {
        _also(address(_timelock), abi.encodeCall(_timelock.updateDelay, (0)));
        _also(address(_governor), abi.encodeCall(_governor.relay, (address(_timelock), 0, _schedule(0))));
        _also(address(_timelock), abi.encodeCall(_timelock.execute, (address(registry), 0, _apply(), 0, SALT)));
    }

    /// @dev What somebody signs today for the day of the execution.
    function _certificate() private view returns (Certificate memory) {
        (bytes32 hash, ) = registry.callOf(_apply());
        return Certificate(hash, 1, DATASET, ENGINE, EVIDENCE, Verdict.Pass, uint48(block.timestamp + 30 days));
    }

    function _apply() private pure returns (bytes memory) {
        return abi.encodeCall(IRiskParameters.applyChanges, (one(change(ETH, "volBuffer", 2_500, 2_000, 0)), EVIDENCE));
    }

    function _schedule(uint256 delay) private view returns (bytes memory) {
        return abi.encodeCall(_timelock.schedule, (address(registry), 0, _apply(), 0, SALT, delay));
    }

    function _also(address target, bytes memory call) private {
        _targets.push(target);
        _values.push(0);
        _calldatas.push(call);
    }

    function _queues() private {
        VM.warp(block.timestamp + 1);
        uint256 id = _governor.propose(_targets, _values, _calldatas, TEXT);
        VM.warp(block.timestamp + 1 days + 1);
        _governor.castVote(id, 1);
        VM.warp(block.timestamp + 5 days);
        _governor.queue(_targets, _values, _calldatas, keccak256(bytes(TEXT)));
        VM.warp(block.timestamp + 2 days);
    }

    function _wins() private {
        _queues();
        _governor.execute(_targets, _values, _calldatas, keccak256(bytes(TEXT)));
    }

    function _winsUntilExecution(bytes memory reason) private {
        _queues();
        VM.expectRevert(reason);
        _governor.execute(_targets, _values, _calldatas, keccak256(bytes(TEXT)));
    }

    /// @dev When `_queues`, begun now, has come to the execution.
    function _executionTime() private view returns (uint256) {
        return block.timestamp + 8 days + 2;
    }

    function _sorted(address a, address b) private pure returns (address[] memory list) {
        list = new address[](2);
        (list[0], list[1]) = a < b ? (a, b) : (b, a);
    }

    function _notCertified() private view returns (bytes memory) {
        (bytes32 hash, ) = registry.callOf(_apply());
        return abi.encodeWithSelector(IEvidenceRegistry.EvidenceRegistry_NotCertified.selector, hash, 1, EVIDENCE);
    }
}
