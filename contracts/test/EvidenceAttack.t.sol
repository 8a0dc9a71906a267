// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Certificate, IEvidenceRegistry, Record, Verdict} from "../interfaces/IEvidenceRegistry.sol";
import {EvidenceFixture} from "./Evidence.t.sol";

/// @dev A validator that answers with what hurts the one who asked.
contract Hostile {
    enum Way {
        Bomb,
        Dirty,
        Short,
        Reenter,
        Burn
    }

    Way private immutable _way;

    constructor(Way way) {
        _way = way;
    }

    // solhint-disable-next-line no-complex-fallback
    fallback(bytes calldata input) external returns (bytes memory output) {
        if (_way == Way.Bomb) output = new bytes(200_000);
        if (_way == Way.Dirty) output = abi.encodePacked(bytes4(0x1626ba7e), bytes28(uint224(1)));
        if (_way == Way.Short) output = abi.encodePacked(bytes4(0x1626ba7e));
        // Asked by a static call: nothing can be written from in here.
        if (_way == Way.Reenter) IEvidenceRegistry(msg.sender).setValidators(new address[](0), 0);
        if (_way == Way.Burn) for (uint256 i = 0; ; ++i) output = abi.encode(keccak256(abi.encode(i, input)));
    }
}

contract EvidenceAttackTest is EvidenceFixture {
    /// @dev The signatures of a Pass are public for ever. Validators who found later that it fails must not have to say so for longer.
    function test_aPassFromBeforeDoesNotComeBackWhenTheFailExpires() external {
        Certificate memory before = pass();
        bytes[] memory signed = signatures(evidence.digestOf(before), 0, 1);
        evidence.record(before, signers(0, 1), signed);
        bytes32 failed = records(certificate(Verdict.Fail, 1 days));
        VM.warp(block.timestamp + 1 days + 1);
        refuses(before, signers(0, 1), signed, abi.encodeWithSelector(IEvidenceRegistry.EvidenceRegistry_Contradicted.selector, failed));
        requires(abi.encodeWithSelector(IEvidenceRegistry.EvidenceRegistry_VerdictNotPass.selector, failed));
    }

    /// @dev Only a vote that removes those who found it, so that too few are left.
    function test_aFailStandsWhileEnoughOfItsSignersAreValidators() external {
        records(certificate(Verdict.Fail, 1 days));
        evidence.setValidators(signers(0, 2), 2);
        evidence.record(pass(), signers(0, 2), signatures(evidence.digestOf(pass()), 0, 2));
        evidence.requirePass(CHANGES, 7, RESULT, block.timestamp);
    }

    /// @dev The other way round as well: recorded first by whoever is quicker, a Fail wins.
    function test_theOrderOfSubmissionDoesNotMatterWhereTheyContradict() external {
        bytes32 failed = records(certificate(Verdict.Fail, 1 days));
        Certificate memory one = pass();
        refuses(
            one,
            signers(1, 2),
            signatures(evidence.digestOf(one), 1, 2),
            abi.encodeWithSelector(IEvidenceRegistry.EvidenceRegistry_Contradicted.selector, failed)
        );
    }

    /// @dev A front-runner hands in two of the three signatures: the third is not lost.
    function test_aSignatureLeftOutByAFrontRunnerIsNotLost() external {
        Certificate memory one = pass();
        bytes32 digest = records(one);
        evidence.setValidators(signers(1, 2), 2);
        requires(abi.encodeWithSelector(IEvidenceRegistry.EvidenceRegistry_TooFewValidators.selector, digest, 1, 2));
        evidence.record(one, signers(1, 2), signatures(digest, 1, 2));
        evidence.requirePass(CHANGES, 7, RESULT, block.timestamp);
    }

    /// @dev secp256k1: (r, n − s, v ^ 1) is a signature of the same digest by the same key.
    function test_theOtherFormOfASignatureIsNone() external {
        Certificate memory one = pass();
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(keys[0], evidence.digestOf(one));
        bytes32 high = bytes32(0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141 - uint256(s));
        bytes[] memory signed = signatures(evidence.digestOf(one), 0, 1);
        signed[0] = abi.encodePacked(r, high, v == 27 ? uint8(28) : uint8(27));
        refuses(one, signers(0, 1), signed, abi.encodeWithSelector(IEvidenceRegistry.EvidenceRegistry_SignatureInvalid.selector, VM.addr(keys[0])));
        // Nor the short form of EIP-2098.
        signed[0] = abi.encodePacked(r, bytes32(uint256(s) | (uint256(v - 27) << 255)));
        refuses(one, signers(0, 1), signed, abi.encodeWithSelector(IEvidenceRegistry.EvidenceRegistry_SignatureInvalid.selector, VM.addr(keys[0])));
    }

    function test_aContractThatAnswersWithMoreOrLessThanTheMagicValueDoesNotSign() external {
        for (uint256 way = 0; way <= uint256(Hostile.Way.Reenter); ++way) {
            address[] memory by = new address[](1);
            by[0] = address(new Hostile(Hostile.Way(way)));
            evidence.setValidators(by, 1);
            uint256 before = gasleft();
            refuses(pass(), by, new bytes[](1), abi.encodeWithSelector(IEvidenceRegistry.EvidenceRegistry_SignatureInvalid.selector, by[0]));
            isTrue(before - gasleft() < 1_000_000, "what it answers is not copied");
        }
    }

    /// @dev One who burns all the gas it is given is left out by whoever submits: the others are enough.
    function test_aValidatorThatBurnsGasStopsNobody() external {
        address burning = address(new Hostile(Hostile.Way.Burn));
        address[] memory list = new address[](3);
        (list[0], list[1], list[2]) = (VM.addr(keys[0]), VM.addr(keys[1]), burning);
        for (uint256 i = 2; i > 0 && list[i - 1] > list[i]; --i) (list[i - 1], list[i]) = (list[i], list[i - 1]);
        evidence.setValidators(list, 2);
        records(pass());
        VM.warp(block.timestamp + 1 days);
        evidence.requirePass(CHANGES, 7, RESULT, block.timestamp);
    }

    /// @dev The last second at which it may be recorded is the last at which it counts.
    function test_aCertificateIsRecordedInItsLastSecondAndNotAfter() external {
        Certificate memory one = pass();
        bytes[] memory signed = signatures(evidence.digestOf(one), 0, 1);
        VM.warp(one.expiry);
        evidence.record(one, signers(0, 1), signed);
        evidence.requirePass(CHANGES, 7, RESULT, one.expiry);
    }
}

/// @dev Whoever gets more to say by a vote has to wait; who is removed is gone at once.
contract NoticeTest is EvidenceFixture {
    function test_afterAValidatorIsAddedNothingCountsForADay() external {
        records(pass());
        evidence.setValidators(signers(0, 1), 2);
        evidence.requirePass(CHANGES, 7, RESULT, block.timestamp);
        equal(evidence.countsFrom(), 0, "removed only");

        evidence.setValidators(signers(0, 1, 2), 2);
        uint256 from = block.timestamp + 1 days;
        equal(evidence.countsFrom(), from, "counts from");
        VM.warp(from - 1);
        requires(abi.encodeWithSelector(IEvidenceRegistry.EvidenceRegistry_ValidatorsTooNew.selector, from));
        VM.warp(from);
        evidence.requirePass(CHANGES, 7, RESULT, block.timestamp);
    }

    function test_norAfterFewerHaveToSign() external {
        records(pass());
        evidence.setValidators(signers(0, 1, 2), 1);
        requires(abi.encodeWithSelector(IEvidenceRegistry.EvidenceRegistry_ValidatorsTooNew.selector, block.timestamp + 1 days));
    }

    function test_moreThatHaveToSignGiveNobodyMoreToSay() external {
        records(pass());
        evidence.setValidators(signers(0, 1, 2), 2);
        evidence.requirePass(CHANGES, 7, RESULT, block.timestamp);
        Record memory kept = evidence.recordOf(CHANGES, 7, RESULT);
        evidence.setValidators(signers(0, 1, 2), 3);
        requires(abi.encodeWithSelector(IEvidenceRegistry.EvidenceRegistry_TooFewValidators.selector, kept.digest, 2, 3));
        equal(evidence.countsFrom(), 0, "counts from");
        // Two steps are not shorter than one: removed first, what is added later waits as long.
        evidence.setValidators(signers(0, 2), 2);
        evidence.setValidators(signers(0, 1), 2);
        requires(abi.encodeWithSelector(IEvidenceRegistry.EvidenceRegistry_ValidatorsTooNew.selector, block.timestamp + 1 days));
    }
}
