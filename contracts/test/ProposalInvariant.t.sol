// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {RiskGovernor} from "../governance/RiskGovernor.sol";
import {RiskToken} from "../governance/RiskToken.sol";
import {Certificate, Record, Verdict} from "../interfaces/IEvidenceRegistry.sol";
import {IRiskGovernor} from "../interfaces/IRiskGovernor.sol";
import {IRiskParameters} from "../interfaces/IRiskParameters.sol";
import {RiskParameters} from "../parameters/RiskParameters.sol";
import {Asset, Change, Name, NamedSpec, RequirementLimits, Scope} from "../parameters/Types.sol";
import {Certifier} from "./Certifier.t.sol";
import {Fixture} from "./Fixture.t.sol";

/// @dev Proposers with and without evidence, validators who come and go, and time.
contract Proposers is Certifier {
    string public broken;
    uint256 public proposed;
    uint256 public refused;

    RiskToken private _token;
    RiskGovernor private _governor;
    uint256 private _texts;
    uint256 private _countsFrom;

    function found(NamedSpec[] memory specs, Asset[] memory assets) external {
        _token = new RiskToken("Ballast Risk", "BLST", address(this), 1_000_000e18);
        TimelockController timelock = new TimelockController(2 days, new address[](0), new address[](1), address(this));
        foundEvidence(address(this));
        registry = new RiskParameters(address(this), evidence, specs, assets, RequirementLimits(2_000, 5_000), stewardSettings());
        IRiskGovernor.Settings memory settings = IRiskGovernor.Settings("Ballast Risk Governor", 1 days, 5 days, 1_000e18, 4, 2 days, STOPPER);
        _governor = new RiskGovernor(_token, timelock, registry, settings);
        _token.delegate(address(this));
        VM.warp(block.timestamp + 1);
    }

    /// @dev A certificate for one of a few batches, of the version in force or the next, good for up to two weeks, Pass or Fail.
    function submit(uint8 batch, bool next, uint32 validity, bool fail) external {
        bytes32 changesHash = keccak256(abi.encode(_batch(batch)));
        Certificate memory one = Certificate(changesHash, registry.version() + (next ? 1 : 0), DATASET, ENGINE, EVIDENCE, Verdict.Pass, 0);
        one.verdict = fail && validity % 4 == 0 ? Verdict.Fail : Verdict.Pass;
        one.expiry = uint48(block.timestamp + (validity % 14 days));
        address[] memory signers = evidence.validators();
        // Refused where it says nothing new, or where this contract is no validator.
        try evidence.record(one, signers, new bytes[](signers.length)) {} catch {}
    }

    /// @dev Of the batches, spoilt in one way or sound.
    function propose(uint8 batch, uint8 way, uint16 place, uint8 bits) external {
        Change[] memory changes = _batch(batch);
        bytes memory call = abi.encodeCall(IRiskParameters.applyChanges, (changes, way == 1 ? DATASET : EVIDENCE));
        if (way == 2) call = bytes.concat(call, abi.encodePacked(bits));
        if (way == 3) call[place % call.length] ^= bytes1(bits);
        if (way == 4) call = abi.encodeCall(IRiskParameters.version, ());
        bytes[] memory calldatas = new bytes[](way == 5 ? 2 : 1);
        for (uint256 i = 0; i < calldatas.length; ++i) calldatas[i] = call;
        address[] memory targets = new address[](calldatas.length);
        for (uint256 i = 0; i < targets.length; ++i) targets[i] = address(registry);

        bytes memory sound = abi.encodeCall(IRiskParameters.applyChanges, (changes, EVIDENCE));
        bool allowed = calldatas.length == 1 && keccak256(call) == keccak256(sound) && _counts(keccak256(abi.encode(changes)));
        try _governor.propose(targets, new uint256[](targets.length), calldatas, string(abi.encodePacked("# ", ++_texts))) {
            ++proposed;
            if (!allowed) broken = "proposed without evidence";
        } catch {
            ++refused;
            if (allowed) broken = "refused in spite of evidence";
        }
    }

    /// @dev The validators: this contract, and now and then others who have signed nothing.
    function rotate(uint8 others, bool without) external {
        address[] memory list = new address[](without ? 1 : 1 + (others % 3));
        for (uint160 i = 0; i + 1 < list.length; ++i) list[i] = address(i + 1);
        list[list.length - 1] = without ? address(type(uint160).max) : address(this);
        uint256 threshold = others % 5 == 0 ? list.length : 1;
        bool gains = threshold < evidence.threshold();
        for (uint256 i = 0; i < list.length; ++i) if (!evidence.isValidator(list[i])) gains = true;
        if (gains) _countsFrom = block.timestamp + 1 days;
        evidence.setValidators(list, threshold);
    }

    /// @dev Another version, by a vote of its own.
    function pass(uint8 batch) external {
        try registry.applyChanges(_batch(batch), EVIDENCE) {} catch {}
    }

    function wait(uint32 time) external {
        VM.warp(block.timestamp + (time % 2 days));
    }

    /// @dev Whether a certificate counts, by the words of the issue and not by those of the registry.
    function _counts(bytes32 changesHash) private view returns (bool) {
        Record memory kept = evidence.recordOf(changesHash, registry.version(), EVIDENCE);
        uint256 left = 0;
        for (uint256 i = 0; i < kept.signers.length; ++i) if (evidence.isValidator(kept.signers[i])) ++left;
        if (block.timestamp < _countsFrom) return false;
        return kept.verdict == Verdict.Pass && kept.expiry >= block.timestamp + 10 days && left >= evidence.threshold();
    }

    function _batch(uint8 which) private view returns (Change[] memory changes) {
        changes = new Change[](1);
        Name name = Name.wrap(which % 2 == 0 ? bytes32("volBuffer") : bytes32("minVolUp"));
        uint256 from = registry.targetOf(Scope.wrap("ETH"), name);
        changes[0] = Change(Scope.wrap("ETH"), name, from, which % 4 < 2 ? from + 1 : from - 1, 0);
    }
}

contract ProposalInvariantTest is Fixture {
    Proposers private _proposers;

    function setUp() public override {
        VM.warp(1_767_225_600);
        _proposers = new Proposers();
        _proposers.found(specs(), assets());
    }

    /// @dev Where the runner sends its random calls.
    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_proposers);
    }

    /// @dev No evidence, no proposal; and with evidence there is one.
    function invariant_noEvidenceNoProposal() external view {
        string memory broken = _proposers.broken();
        isTrue(bytes(broken).length == 0, broken);
    }
}
