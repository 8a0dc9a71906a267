// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {EvidenceRegistry} from "../governance/EvidenceRegistry.sol";
import {Certificate, IEvidenceRegistry, Record, Verdict} from "../interfaces/IEvidenceRegistry.sol";
import {IVm, Test} from "./Test.t.sol";

/// @dev Three validators with keys of their own, two of whom have to sign; this contract is the timelock.
abstract contract EvidenceFixture is Test {
    bytes32 internal constant CHANGES = keccak256("changes");
    bytes32 internal constant RESULT = keccak256("result");

    EvidenceRegistry internal evidence;
    uint256[] internal keys;

    function setUp() public {
        VM.warp(1_767_225_600);
        // Sorted by address, as the registry wants them.
        keys = [11, 12, 13];
        for (uint256 i = 0; i < 2; ++i) {
            for (uint256 j = 0; j < 2 - i; ++j) if (VM.addr(keys[j]) > VM.addr(keys[j + 1])) (keys[j], keys[j + 1]) = (keys[j + 1], keys[j]);
        }
        evidence = new EvidenceRegistry(address(this), signers(0, 1, 2), 2);
    }

    function certificate(Verdict verdict, uint256 validity) internal view returns (Certificate memory) {
        return Certificate(CHANGES, 7, keccak256("dataset"), keccak256("engine"), RESULT, verdict, uint48(block.timestamp + validity));
    }

    function pass() internal view returns (Certificate memory) {
        return certificate(Verdict.Pass, 30 days);
    }

    function signers(uint256 a, uint256 b) internal view returns (address[] memory list) {
        list = new address[](2);
        (list[0], list[1]) = (VM.addr(keys[a]), VM.addr(keys[b]));
    }

    function signers(uint256 a, uint256 b, uint256 c) internal view returns (address[] memory list) {
        list = new address[](3);
        (list[0], list[1], list[2]) = (VM.addr(keys[a]), VM.addr(keys[b]), VM.addr(keys[c]));
    }

    function sign(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    function signatures(bytes32 digest, uint256 a, uint256 b) internal view returns (bytes[] memory list) {
        list = new bytes[](2);
        (list[0], list[1]) = (sign(keys[a], digest), sign(keys[b], digest));
    }

    function records(Certificate memory one) internal returns (bytes32) {
        return evidence.record(one, signers(0, 1), signatures(evidence.digestOf(one), 0, 1));
    }

    function refuses(Certificate memory one, address[] memory by, bytes[] memory signed, bytes memory reason) internal {
        VM.expectRevert(reason);
        evidence.record(one, by, signed);
    }

    function requires(bytes memory reason) internal {
        VM.expectRevert(reason);
        evidence.requirePass(CHANGES, 7, RESULT, block.timestamp);
    }
}

contract EvidenceTest is EvidenceFixture {
    function test_whatEnoughValidatorsSignedCounts() external {
        bytes32 digest = records(pass());
        evidence.requirePass(CHANGES, 7, RESULT, block.timestamp + 30 days);
        Record memory kept = evidence.recordOf(CHANGES, 7, RESULT);
        isTrue(kept.digest == digest && kept.verdict == Verdict.Pass && kept.signers.length == 2, "kept");
    }

    /// @dev EIP-712 by hand: the struct's hash and the domain's, of this chain and this registry.
    function test_theDigestIsThatOfTheStandard() external view {
        Certificate memory one = pass();
        bytes32 typeHash = keccak256(
            "Certificate(bytes32 changesHash,uint256 versionBefore,bytes32 datasetHash,bytes32 engineHash,bytes32 resultHash,uint8 verdict,uint48 expiry)"
        );
        bytes32 content = keccak256(
            abi.encode(typeHash, one.changesHash, one.versionBefore, one.datasetHash, one.engineHash, one.resultHash, uint8(one.verdict), one.expiry)
        );
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Ballast EvidenceRegistry"),
                keccak256("1"),
                block.chainid,
                address(evidence)
            )
        );
        isTrue(evidence.digestOf(one) == keccak256(abi.encodePacked(hex"1901", domain, content)), "digest");
    }

    function test_nothingCertifiedIsNoEvidence() external {
        requires(abi.encodeWithSelector(IEvidenceRegistry.EvidenceRegistry_NotCertified.selector, CHANGES, 7, RESULT));
        records(pass());
        // Other changes, another version, another result: nothing.
        _notCertified(RESULT, 7, RESULT);
        _notCertified(CHANGES, 8, RESULT);
        _notCertified(CHANGES, 7, CHANGES);
    }

    function test_aFailIsNoPass() external {
        bytes32 digest = records(certificate(Verdict.Fail, 30 days));
        requires(abi.encodeWithSelector(IEvidenceRegistry.EvidenceRegistry_VerdictNotPass.selector, digest));
    }

    function test_aCertificateCountsThroughItsLastSecondAndNoLonger() external {
        records(pass());
        uint256 expiry = block.timestamp + 30 days;
        VM.warp(expiry);
        evidence.requirePass(CHANGES, 7, RESULT, expiry);
        VM.expectRevert(abi.encodeWithSelector(IEvidenceRegistry.EvidenceRegistry_Expired.selector, expiry, expiry + 1));
        evidence.requirePass(CHANGES, 7, RESULT, expiry + 1);
    }

    function test_theSignatureOfARemovedValidatorStopsCounting() external {
        bytes32 digest = records(pass());
        evidence.setValidators(signers(0, 2), 2);
        requires(abi.encodeWithSelector(IEvidenceRegistry.EvidenceRegistry_TooFewValidators.selector, digest, 1, 2));
        // Those who are left may sign the same certificate again.
        evidence.record(pass(), signers(0, 2), signatures(digest, 0, 2));
        evidence.requirePass(CHANGES, 7, RESULT, block.timestamp);
    }

    function test_aHigherThresholdHoldsForWhatWasSignedBefore() external {
        bytes32 digest = records(pass());
        evidence.setValidators(signers(0, 1, 2), 3);
        requires(abi.encodeWithSelector(IEvidenceRegistry.EvidenceRegistry_TooFewValidators.selector, digest, 2, 3));
    }

    function test_theSameCertificateTwiceIsRefused() external {
        bytes32 digest = records(pass());
        bytes memory reason = abi.encodeWithSelector(IEvidenceRegistry.EvidenceRegistry_AlreadyRecorded.selector, digest);
        refuses(pass(), signers(0, 1), signatures(digest, 0, 1), reason);
        // Nor does one that expires earlier take its place.
        Certificate memory shorter = certificate(Verdict.Pass, 29 days);
        refuses(shorter, signers(0, 1), signatures(evidence.digestOf(shorter), 0, 1), reason);
        // One that says the same for longer does.
        records(certificate(Verdict.Pass, 31 days));
        evidence.requirePass(CHANGES, 7, RESULT, block.timestamp + 31 days);
    }

    function test_whereValidatorsContradictEachOtherTheTightOneStands() external {
        records(pass());
        bytes32 failed = records(certificate(Verdict.Fail, 10 days));
        requires(abi.encodeWithSelector(IEvidenceRegistry.EvidenceRegistry_VerdictNotPass.selector, failed));
        Certificate memory longer = certificate(Verdict.Pass, 31 days);
        refuses(
            longer,
            signers(0, 1),
            signatures(evidence.digestOf(longer), 0, 1),
            abi.encodeWithSelector(IEvidenceRegistry.EvidenceRegistry_Contradicted.selector, failed)
        );
    }

    function test_anyoneMaySubmit() external {
        bytes[] memory signed = signatures(evidence.digestOf(pass()), 0, 1);
        address[] memory by = signers(0, 1);
        VM.prank(address(0xB0B));
        evidence.record(pass(), by, signed);
        evidence.requirePass(CHANGES, 7, RESULT, block.timestamp);
    }

    function _notCertified(bytes32 changesHash, uint256 version, bytes32 result) private {
        VM.expectRevert(abi.encodeWithSelector(IEvidenceRegistry.EvidenceRegistry_NotCertified.selector, changesHash, version, result));
        evidence.requirePass(changesHash, version, result, block.timestamp);
    }
}

contract EvidenceRefusalTest is EvidenceFixture {
    function test_noVerdict() external {
        Certificate memory none = certificate(Verdict.None, 30 days);
        bytes[] memory signed = signatures(evidence.digestOf(none), 0, 1);
        refuses(none, signers(0, 1), signed, abi.encodeWithSelector(IEvidenceRegistry.EvidenceRegistry_VerdictMissing.selector));
    }

    function test_anExpiredCertificate() external {
        Certificate memory one = pass();
        bytes[] memory signed = signatures(evidence.digestOf(one), 0, 1);
        VM.warp(uint256(one.expiry) + 1);
        refuses(one, signers(0, 1), signed, abi.encodeWithSelector(IEvidenceRegistry.EvidenceRegistry_Expired.selector, one.expiry, uint256(one.expiry) + 1));
    }

    function test_aCertificateThatWouldNeverAge() external {
        Certificate memory one = certificate(Verdict.Pass, 60 days + 1);
        bytes[] memory signed = signatures(evidence.digestOf(one), 0, 1);
        refuses(
            one,
            signers(0, 1),
            signed,
            abi.encodeWithSelector(IEvidenceRegistry.EvidenceRegistry_ExpiryTooFar.selector, one.expiry, block.timestamp + 60 days)
        );
        records(certificate(Verdict.Pass, 60 days));
    }

    function test_asManySignaturesAsSigners() external {
        bytes[] memory signed = new bytes[](3);
        refuses(pass(), signers(0, 1), signed, abi.encodeWithSelector(IEvidenceRegistry.EvidenceRegistry_LengthsDiffer.selector, 2, 3));
    }

    function test_tooFewSigners() external {
        address[] memory by = new address[](1);
        by[0] = VM.addr(keys[0]);
        bytes[] memory signed = new bytes[](1);
        signed[0] = sign(keys[0], evidence.digestOf(pass()));
        refuses(pass(), by, signed, abi.encodeWithSelector(IEvidenceRegistry.EvidenceRegistry_TooFewSigners.selector, 1, 2));
    }

    function test_aSignatureCountedTwice() external {
        bytes[] memory signed = signatures(evidence.digestOf(pass()), 0, 0);
        bytes memory reason = abi.encodeWithSelector(IEvidenceRegistry.EvidenceRegistry_SignersNotAscending.selector, VM.addr(keys[0]));
        refuses(pass(), signers(0, 0), signed, reason);
        refuses(pass(), signers(1, 0), signatures(evidence.digestOf(pass()), 1, 0), reason);
    }

    function test_someoneWhoIsNoValidator() external {
        bytes32 digest = evidence.digestOf(pass());
        evidence.setValidators(signers(1, 2), 2);
        bytes memory reason = abi.encodeWithSelector(IEvidenceRegistry.EvidenceRegistry_NotAValidator.selector, VM.addr(keys[0]));
        refuses(pass(), signers(0, 1), signatures(digest, 0, 1), reason);
    }

    function test_theSignatureOfSomebodyElse() external {
        bytes[] memory signed = signatures(evidence.digestOf(pass()), 1, 1);
        refuses(pass(), signers(0, 1), signed, _invalid(0));
    }

    function testFuzz_aCertificateChangedInAnyBitAfterItWasSigned(uint256 field, uint256 bit) external {
        Certificate memory one = pass();
        bytes[] memory signed = signatures(evidence.digestOf(one), 0, 1);
        uint256 flip = 1 << within(bit, 0, 255);
        field = within(field, 0, 4);
        if (field == 0) one.changesHash ^= bytes32(flip);
        else if (field == 1) one.versionBefore ^= flip;
        else if (field == 2) one.datasetHash ^= bytes32(flip);
        else if (field == 3) one.engineHash ^= bytes32(flip);
        else one.resultHash ^= bytes32(flip);
        refuses(one, signers(0, 1), signed, _invalid(0));
        one = pass();
        one.expiry -= 1;
        refuses(one, signers(0, 1), signed, _invalid(0));
        one = pass();
        one.verdict = Verdict.Fail;
        refuses(one, signers(0, 1), signed, _invalid(0));
    }

    function testFuzz_aSignatureChangedInAnyBit(uint256 bit) external {
        bytes[] memory signed = signatures(evidence.digestOf(pass()), 0, 1);
        bit = within(bit, 0, 519);
        signed[0][bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
        refuses(pass(), signers(0, 1), signed, _invalid(0));
    }

    function test_whatWasSignedForAnotherRegistry() external {
        EvidenceRegistry other = new EvidenceRegistry(address(this), signers(0, 1, 2), 2);
        refuses(pass(), signers(0, 1), signatures(other.digestOf(pass()), 0, 1), _invalid(0));
    }

    function test_whatWasSignedForAnotherChain() external {
        bytes[] memory signed = signatures(evidence.digestOf(pass()), 0, 1);
        VM.chainId(10);
        refuses(pass(), signers(0, 1), signed, _invalid(0));
    }

    function _invalid(uint256 which) private view returns (bytes memory) {
        return abi.encodeWithSelector(IEvidenceRegistry.EvidenceRegistry_SignatureInvalid.selector, VM.addr(keys[which]));
    }
}

/// @dev A validator that is a contract and signs one digest, or none.
contract Wallet {
    bytes32 private immutable _digest;

    constructor(bytes32 digest) {
        _digest = digest;
    }

    function isValidSignature(bytes32 digest, bytes calldata) external view returns (bytes4) {
        return digest == _digest ? bytes4(0x1626ba7e) : bytes4(0);
    }
}

contract ValidatorsTest is EvidenceFixture {
    function test_aContractMaySign() external {
        (Wallet willing, Wallet unwilling) = (new Wallet(evidence.digestOf(pass())), new Wallet(0));
        address[] memory by = new address[](1);
        by[0] = address(willing);
        evidence.setValidators(by, 1);
        evidence.record(pass(), by, new bytes[](1));
        VM.warp(block.timestamp + 1 days);
        evidence.requirePass(CHANGES, 7, RESULT, block.timestamp);

        by[0] = address(unwilling);
        evidence.setValidators(by, 1);
        refuses(pass(), by, new bytes[](1), abi.encodeWithSelector(IEvidenceRegistry.EvidenceRegistry_SignatureInvalid.selector, by[0]));
    }

    function test_onlyTheTimelockReplacesThem() external {
        address[] memory list = signers(0, 2);
        VM.prank(address(0xB0B));
        VM.expectRevert(abi.encodeWithSelector(IEvidenceRegistry.EvidenceRegistry_OnlyTimelock.selector, address(0xB0B)));
        evidence.setValidators(list, 1);

        VM.recordLogs();
        evidence.setValidators(list, 1);
        IVm.Log[] memory logs = VM.getRecordedLogs();
        isTrue(logs[0].topics[0] == IEvidenceRegistry.ValidatorsChanged.selector, "event");
        equal(evidence.threshold(), 1, "threshold");
        equal(evidence.validators().length, 2, "validators");
        isTrue(evidence.isValidator(list[0]) && evidence.isValidator(list[1]) && !evidence.isValidator(VM.addr(keys[1])), "who");
        isTrue(evidence.timelock() == address(this), "timelock");
    }

    function test_noTimelock() external {
        address[] memory list = signers(0, 1);
        VM.expectRevert(abi.encodeWithSelector(IEvidenceRegistry.EvidenceRegistry_TimelockMissing.selector));
        new EvidenceRegistry(address(0), list, 1);
    }

    function test_aThresholdOfNobodyOrOfMoreThanThereAre() external {
        _refuses(signers(0, 1), 0, abi.encodeWithSelector(IEvidenceRegistry.EvidenceRegistry_ThresholdInvalid.selector, 0, 2));
        _refuses(signers(0, 1), 3, abi.encodeWithSelector(IEvidenceRegistry.EvidenceRegistry_ThresholdInvalid.selector, 3, 2));
    }

    function test_aValidatorNamedTwiceOrNobody() external {
        _refuses(signers(0, 0), 1, abi.encodeWithSelector(IEvidenceRegistry.EvidenceRegistry_ValidatorsNotAscending.selector, VM.addr(keys[0])));
        _refuses(new address[](1), 1, abi.encodeWithSelector(IEvidenceRegistry.EvidenceRegistry_ValidatorsNotAscending.selector, address(0)));
    }

    function test_moreValidatorsThanACertificateCanBeCheckedFor() external {
        address[] memory list = new address[](17);
        for (uint160 i = 0; i < 17; ++i) list[i] = address(i + 1);
        _refuses(list, 1, abi.encodeWithSelector(IEvidenceRegistry.EvidenceRegistry_TooManyValidators.selector, 17, 16));
    }

    function _refuses(address[] memory list, uint256 threshold, bytes memory reason) private {
        VM.expectRevert(reason);
        evidence.setValidators(list, threshold);
    }
}
