// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @dev What a backtest found. Nothing is neither: an absent verdict never counts as a good one.
enum Verdict {
    None,
    Pass,
    Fail
}

/// @dev What a validator signs, as EIP-712 typed data. Chain and registry are bound once, through the domain: a second copy of
/// them in here could only contradict it.
struct Certificate {
    /// keccak256 of the changes, as `IRiskParameters.callOf` computes it from the calldata voted on.
    bytes32 changesHash;
    /// The version of the parameters that the backtest began with.
    uint256 versionBefore;
    bytes32 datasetHash;
    bytes32 engineHash;
    /// The evidence hash that the calldata carries: the Merkle root of every outcome.
    bytes32 resultHash;
    Verdict verdict;
    /// The last second, since 1970, at which the certificate counts.
    uint48 expiry;
}

/// @dev A certificate as it is kept. `signers` are ascending.
struct Record {
    bytes32 digest;
    Verdict verdict;
    uint48 expiry;
    address[] signers;
}

/// @title What validators certify about a change of parameters
/// @notice k of n validators re-run a backtest and sign what they found. Anyone may submit their signatures. One registry serves
/// one `RiskParameters`. A certificate counts while it has not expired and at least k of its signers are still validators: both
/// are looked at again each time it is used. So k validators can let a change through or stop it, and n − k + 1 can stop all by
/// signing nothing: then a vote replaces them.
interface IEvidenceRegistry {
    /// @notice The validators are these from now on, and `threshold` of them have to sign.
    event ValidatorsChanged(address[] validators, uint256 threshold);

    /// @notice A certificate was recorded, signed by `signers`.
    event CertificateRecorded(
        bytes32 indexed changesHash,
        uint256 indexed versionBefore,
        bytes32 indexed resultHash,
        Certificate certificate,
        address[] signers
    );

    /// @notice The caller is not the timelock.
    error EvidenceRegistry_OnlyTimelock(address caller);
    /// @notice A registry without a timelock could never change its validators.
    error EvidenceRegistry_TimelockMissing();
    /// @notice At least one validator has to sign, and not more than there are.
    error EvidenceRegistry_ThresholdInvalid(uint256 threshold, uint256 validators);
    /// @notice More validators than one use of a certificate may have to look through.
    error EvidenceRegistry_TooManyValidators(uint256 validators, uint256 limit);
    /// @notice A validator is the zero address, named twice, or not above the one before it.
    error EvidenceRegistry_ValidatorsNotAscending(address validator);

    /// @notice A certificate has to say what was found.
    error EvidenceRegistry_VerdictMissing();
    /// @notice The certificate counts until `expiry`; it was needed until `until`.
    error EvidenceRegistry_Expired(uint256 expiry, uint256 until);
    /// @notice Evidence ages: no certificate may be recorded that counts longer than `limit`.
    error EvidenceRegistry_ExpiryTooFar(uint256 expiry, uint256 limit);
    /// @notice Each signer needs one signature.
    error EvidenceRegistry_LengthsDiffer(uint256 signers, uint256 signatures);
    /// @notice Fewer signers than have to sign.
    error EvidenceRegistry_TooFewSigners(uint256 signers, uint256 threshold);
    /// @notice A signer is named twice, or is not above the one before it.
    error EvidenceRegistry_SignersNotAscending(address signer);
    /// @notice The signer is not a validator, or no longer.
    error EvidenceRegistry_NotAValidator(address signer);
    /// @notice This is not the signer's signature of this certificate for this chain and this registry.
    error EvidenceRegistry_SignatureInvalid(address signer);
    /// @notice The certificate with this digest says the same, at least as long, and counts.
    error EvidenceRegistry_AlreadyRecorded(bytes32 digest);
    /// @notice Validators found the opposite, and their certificate with this digest counts.
    error EvidenceRegistry_Contradicted(bytes32 digest);

    /// @notice Nobody certified these changes for this version on the strength of this result.
    error EvidenceRegistry_NotCertified(bytes32 changesHash, uint256 versionBefore, bytes32 resultHash);
    /// @notice What was certified is that the changes fail.
    error EvidenceRegistry_VerdictNotPass(bytes32 digest);
    /// @notice Too few of the certificate's signers are still validators.
    error EvidenceRegistry_TooFewValidators(bytes32 digest, uint256 remaining, uint256 threshold);
    /// @notice Validators were added, or fewer of them have to sign, less than `NOTICE` ago: nothing counts before `countsFrom`.
    error EvidenceRegistry_ValidatorsTooNew(uint256 countsFrom);

    /// @notice Records a certificate that enough validators signed. Anyone may submit it.
    /// @dev One certificate is kept for each (changesHash, versionBefore, resultHash). Another takes its place when it says the
    /// same for longer, when it says Fail where the recorded one says Pass, or when a recorded Pass counts no more. A Fail does not
    /// age: it stands while enough of its signers are validators, or signatures of a Pass from before it would count again.
    /// @param signers Validators, ascending; externally owned accounts or ERC-1271 contracts.
    /// @param signatures One for each signer, in the same order.
    /// @return digest The EIP-712 digest they signed.
    function record(Certificate calldata certificate, address[] calldata signers, bytes[] calldata signatures) external returns (bytes32 digest);

    /// @notice Replaces all validators at once. Only the timelock. Where that gives somebody more to say, nothing counts for `NOTICE`:
    /// no single vote replaces the validators and changes parameters on the new ones' word before anybody could leave.
    /// @param validators_ Ascending, at most `MAX_VALIDATORS`.
    /// @param threshold_ How many of them have to sign.
    function setValidators(address[] calldata validators_, uint256 threshold_) external;

    /// @notice Reverts unless a certificate that says Pass counts, and does not expire before `until` (seconds since 1970).
    function requirePass(bytes32 changesHash, uint256 versionBefore, bytes32 resultHash, uint256 until) external view;

    /// @notice The certificate recorded, whether it counts or not; all zero when there is none.
    function recordOf(bytes32 changesHash, uint256 versionBefore, bytes32 resultHash) external view returns (Record memory);

    /// @notice What a validator signs: the EIP-712 digest of a certificate for this chain and this registry.
    function digestOf(Certificate calldata certificate) external view returns (bytes32);

    /// @notice The validators, ascending.
    function validators() external view returns (address[] memory);

    /// @notice Whether an account is a validator now.
    function isValidator(address account) external view returns (bool);

    /// @notice How many validators have to sign.
    function threshold() external view returns (uint256);

    /// @notice Seconds after a replacement of validators before any certificate counts.
    function NOTICE() external view returns (uint256);

    /// @notice When certificates count again after the last replacement of validators, in seconds since 1970; zero before the first.
    function countsFrom() external view returns (uint256);

    /// @notice The only account that may replace validators.
    function timelock() external view returns (address);
}
