// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Certificate, IEvidenceRegistry, Record, Verdict} from "../interfaces/IEvidenceRegistry.sol";

/// @title The evidence: what validators certify about a change of parameters
contract EvidenceRegistry is IEvidenceRegistry, EIP712 {
    /// @notice The most validators there may be.
    uint256 public constant MAX_VALIDATORS = 16;
    /// @notice The longest, in seconds from its recording, that a certificate may count.
    uint256 public constant MAX_VALIDITY = 60 days;
    /// @inheritdoc IEvidenceRegistry
    uint256 public constant NOTICE = 1 days;
    bytes32 private constant CERTIFICATE_TYPEHASH = keccak256(
        "Certificate(bytes32 changesHash,uint256 versionBefore,bytes32 datasetHash,bytes32 engineHash,bytes32 resultHash,uint8 verdict,uint48 expiry)"
    );

    /// @inheritdoc IEvidenceRegistry
    address public immutable timelock;
    /// @inheritdoc IEvidenceRegistry
    uint256 public threshold;
    /// @inheritdoc IEvidenceRegistry
    uint256 public countsFrom;
    /// @inheritdoc IEvidenceRegistry
    mapping(address account => bool) public isValidator;

    address[] private _validators;
    mapping(bytes32 subject => Record) private _records;

    constructor(address timelock_, address[] memory validators_, uint256 threshold_) EIP712("Ballast EvidenceRegistry", "1") {
        if (timelock_ == address(0)) revert EvidenceRegistry_TimelockMissing();
        timelock = timelock_;
        _setValidators(validators_, threshold_);
    }

    /// @inheritdoc IEvidenceRegistry
    function record(Certificate calldata certificate, address[] calldata signers, bytes[] calldata signatures) external returns (bytes32 digest) {
        if (certificate.verdict == Verdict.None) revert EvidenceRegistry_VerdictMissing();
        if (certificate.expiry < block.timestamp) revert EvidenceRegistry_Expired(certificate.expiry, block.timestamp);
        uint256 latest = block.timestamp + MAX_VALIDITY;
        if (certificate.expiry > latest) revert EvidenceRegistry_ExpiryTooFar(certificate.expiry, latest);
        digest = digestOf(certificate);
        _checkSignatures(digest, signers, signatures);

        Record storage kept = _records[_subject(certificate.changesHash, certificate.versionBefore, certificate.resultHash)];
        if (_remaining(kept) >= threshold) {
            bool contradicts = kept.verdict != certificate.verdict;
            // Whatever its expiry: signatures of a Pass from before it could be handed in again on the day after.
            if (contradicts && kept.verdict == Verdict.Fail) revert EvidenceRegistry_Contradicted(kept.digest);
            if (!contradicts && certificate.expiry <= kept.expiry) revert EvidenceRegistry_AlreadyRecorded(kept.digest);
        }
        (kept.digest, kept.verdict, kept.expiry, kept.signers) = (digest, certificate.verdict, certificate.expiry, signers);
        emit CertificateRecorded(certificate.changesHash, certificate.versionBefore, certificate.resultHash, certificate, signers);
    }

    /// @inheritdoc IEvidenceRegistry
    function setValidators(address[] calldata validators_, uint256 threshold_) external {
        if (msg.sender != timelock) revert EvidenceRegistry_OnlyTimelock(msg.sender);
        // Who is only removed can certify nothing that could not be certified before.
        bool gains = threshold_ < threshold;
        for (uint256 i = 0; i < validators_.length && i < MAX_VALIDATORS; ++i) if (!isValidator[validators_[i]]) gains = true;
        if (gains) countsFrom = block.timestamp + NOTICE;
        _setValidators(validators_, threshold_);
    }

    /// @inheritdoc IEvidenceRegistry
    function requirePass(bytes32 changesHash, uint256 versionBefore, bytes32 resultHash, uint256 until) external view {
        Record storage kept = _records[_subject(changesHash, versionBefore, resultHash)];
        if (kept.verdict == Verdict.None) revert EvidenceRegistry_NotCertified(changesHash, versionBefore, resultHash);
        if (kept.verdict != Verdict.Pass) revert EvidenceRegistry_VerdictNotPass(kept.digest);
        if (kept.expiry < until) revert EvidenceRegistry_Expired(kept.expiry, until);
        uint256 remaining = _remaining(kept);
        if (remaining < threshold) revert EvidenceRegistry_TooFewValidators(kept.digest, remaining, threshold);
        if (block.timestamp < countsFrom) revert EvidenceRegistry_ValidatorsTooNew(countsFrom);
    }

    /// @inheritdoc IEvidenceRegistry
    function recordOf(bytes32 changesHash, uint256 versionBefore, bytes32 resultHash) external view returns (Record memory) {
        return _records[_subject(changesHash, versionBefore, resultHash)];
    }

    /// @inheritdoc IEvidenceRegistry
    function validators() external view returns (address[] memory) {
        return _validators;
    }

    /// @inheritdoc IEvidenceRegistry
    function digestOf(Certificate calldata certificate) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(CERTIFICATE_TYPEHASH, certificate)));
    }

    /// @dev Ascending signers are different signers, and so at most as many as there are validators.
    function _checkSignatures(bytes32 digest, address[] calldata signers, bytes[] calldata signatures) private view {
        if (signers.length != signatures.length) revert EvidenceRegistry_LengthsDiffer(signers.length, signatures.length);
        if (signers.length < threshold) revert EvidenceRegistry_TooFewSigners(signers.length, threshold);
        address last = address(0);
        for (uint256 i = 0; i < signers.length; ++i) {
            address signer = signers[i];
            if (signer <= last) revert EvidenceRegistry_SignersNotAscending(signer);
            if (!isValidator[signer]) revert EvidenceRegistry_NotAValidator(signer);
            if (!SignatureChecker.isValidSignatureNow(signer, digest, signatures[i])) revert EvidenceRegistry_SignatureInvalid(signer);
            last = signer;
        }
    }

    function _setValidators(address[] memory validators_, uint256 threshold_) private {
        if (validators_.length > MAX_VALIDATORS) revert EvidenceRegistry_TooManyValidators(validators_.length, MAX_VALIDATORS);
        if (threshold_ == 0 || threshold_ > validators_.length) revert EvidenceRegistry_ThresholdInvalid(threshold_, validators_.length);
        for (uint256 i = 0; i < _validators.length; ++i) isValidator[_validators[i]] = false;
        address last = address(0);
        for (uint256 i = 0; i < validators_.length; ++i) {
            if (validators_[i] <= last) revert EvidenceRegistry_ValidatorsNotAscending(validators_[i]);
            last = validators_[i];
            isValidator[last] = true;
        }
        (_validators, threshold) = (validators_, threshold_);
        emit ValidatorsChanged(validators_, threshold_);
    }

    /// @dev How many of a certificate's signers are validators still.
    function _remaining(Record storage kept) private view returns (uint256 remaining) {
        for (uint256 i = 0; i < kept.signers.length; ++i) if (isValidator[kept.signers[i]]) ++remaining;
    }

    function _subject(bytes32 changesHash, uint256 versionBefore, bytes32 resultHash) private pure returns (bytes32) {
        return keccak256(abi.encode(changesHash, versionBefore, resultHash));
    }
}
