// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IEvidenceRegistry} from "../interfaces/IEvidenceRegistry.sol";
import {IRiskParameters} from "../interfaces/IRiskParameters.sol";
import {Change, Kind} from "../parameters/Types.sol";
import {Fixture} from "./Fixture.t.sol";

/// @dev The registry of parameters asks for the certificate itself, whoever calls.
contract CertifiedTest is Fixture {
    function test_nothingIsAppliedThatNobodyCertified() external {
        Change[] memory changes = one(change(ETH, "volBuffer", 2_500, 3_000, 0));
        VM.expectRevert(_notCertified(keccak256(abi.encode(changes)), 1, EVIDENCE));
        registry.applyChanges(changes, EVIDENCE);
    }

    function test_nothingIsListedThatNobodyCertified() external {
        uint256[] memory values = new uint256[](1);
        bytes32 tag = keccak256("RiskParameters.addAsset(uint8 kind,bytes32 scope,uint256[] values)");
        bytes32 hash = keccak256(abi.encode(tag, Kind.Collateral, ETH, values));
        VM.expectRevert(_notCertified(hash, 1, EVIDENCE));
        registry.addAsset(Kind.Collateral, ETH, values, EVIDENCE);
    }

    function test_otherChangesThanThoseCertified() external {
        certify(one(change(ETH, "volBuffer", 2_500, 3_000, 0)), EVIDENCE);
        Change[] memory other = one(change(ETH, "volBuffer", 2_500, 3_000, 1));
        VM.expectRevert(_notCertified(keccak256(abi.encode(other)), 1, EVIDENCE));
        registry.applyChanges(other, EVIDENCE);
    }

    function test_otherEvidenceThanThatCertified() external {
        Change[] memory changes = one(change(ETH, "volBuffer", 2_500, 3_000, 0));
        certify(changes, EVIDENCE);
        VM.expectRevert(_notCertified(keccak256(abi.encode(changes)), 1, keccak256("other")));
        registry.applyChanges(changes, keccak256("other"));
    }

    /// @dev The backtest began with other parameters than those it would now change.
    function test_aCertificateForAVersionThatHasPassed() external {
        Change[] memory changes = one(change(ETH, "volBuffer", 2_500, 3_000, 0));
        certify(changes, EVIDENCE);
        applies(one(change(LST, "haircut", 3_500, 3_600, 0)));
        VM.expectRevert(_notCertified(keccak256(abi.encode(changes)), 2, EVIDENCE));
        registry.applyChanges(changes, EVIDENCE);
    }

    function test_aCertificateThatExpiredWhileTheVoteWasHeld() external {
        Change[] memory changes = one(change(ETH, "volBuffer", 2_500, 3_000, 0));
        certify(changes, EVIDENCE);
        uint256 expiry = block.timestamp + 30 days;
        VM.warp(expiry + 1);
        VM.expectRevert(abi.encodeWithSelector(IEvidenceRegistry.EvidenceRegistry_Expired.selector, expiry, expiry + 1));
        registry.applyChanges(changes, EVIDENCE);
    }

    function test_aCertificateIsUsedOnce() external {
        Change[] memory changes = one(change(ETH, "volBuffer", 2_500, 3_000, 0));
        applies(changes);
        VM.expectRevert(_notCertified(keccak256(abi.encode(changes)), 2, EVIDENCE));
        registry.applyChanges(changes, EVIDENCE);
    }

    function _notCertified(bytes32 hash, uint256 version, bytes32 result) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IEvidenceRegistry.EvidenceRegistry_NotCertified.selector, hash, version, result);
    }
}

/// @dev Only the one canonical encoding of a call is read, by the governor and at its execution alike.
contract CallsTest is Fixture {
    function testFuzz_whatIsCertifiedIsTheHashOfTheChanges(Change[] memory changes, bytes32 result) external view {
        (bytes32 hash, bytes32 evidence_) = registry.callOf(abi.encodeCall(IRiskParameters.applyChanges, (changes, result)));
        isTrue(hash == keccak256(abi.encode(changes)) && evidence_ == result, "hash");
    }

    function testFuzz_orOfTheListing(uint8 kind, uint256[] memory values, bytes32 result) external view {
        kind %= 3;
        (bytes32 hash, bytes32 evidence_) = registry.callOf(abi.encodeCall(IRiskParameters.addAsset, (Kind(kind), ETH, values, result)));
        bytes32 tag = keccak256("RiskParameters.addAsset(uint8 kind,bytes32 scope,uint256[] values)");
        isTrue(hash == keccak256(abi.encode(tag, kind, ETH, values)) && evidence_ == result, "hash");
    }

    function test_aCallOfAnotherFunction() external {
        _refuses(abi.encodeCall(IRiskParameters.version, ()), _unknown(IRiskParameters.version.selector));
        _refuses("", _unknown(0));
        _refuses(hex"aabb", _unknown(0xaabb0000));
    }

    function test_bytesAfterTheEnd() external {
        _refuses(bytes.concat(_batch(), hex"00"), _trailing(1));
        _refuses(bytes.concat(_listing(), hex"0000"), _trailing(2));
    }

    function testFuzz_anythingCutOff(uint256 length) external {
        bytes memory whole = _batch();
        bytes memory cut = new bytes(within(length, 4, whole.length - 1));
        for (uint256 i = 0; i < cut.length; ++i) cut[i] = whole[i];
        _refuses(cut, abi.encodeWithSelector(IRiskParameters.RiskParameters_CallMalformed.selector));
    }

    function test_anOffsetThatLeavesRoomForSomethingUnseen() external {
        bytes memory call = _batch();
        call[4 + 31] = 0x60;
        _refuses(call, abi.encodeWithSelector(IRiskParameters.RiskParameters_CallMalformed.selector));
        call = _listing();
        call[4 + 3 * 32 - 1] = 0xa0;
        _refuses(call, abi.encodeWithSelector(IRiskParameters.RiskParameters_CallMalformed.selector));
    }

    function test_aNumberTooWideForItsType() external {
        bytes memory call = _batch();
        call[call.length - 32] = 0x01; // the ramp's first byte of 32
        _refuses(call, abi.encodeWithSelector(IRiskParameters.RiskParameters_CallMalformed.selector));
        call = _listing();
        call[4 + 31] = 0x03; // there is no kind 3
        _refuses(call, abi.encodeWithSelector(IRiskParameters.RiskParameters_CallMalformed.selector));
    }

    /// @dev Solidity itself would decode it: the bytes executed have to be the bytes that were certified all the same.
    function test_theSameIsRefusedAtTheExecution() external {
        certify(_batch());
        (bool done, bytes memory reason) = _execute(bytes.concat(_batch(), hex"00"));
        isTrue(!done && keccak256(reason) == keccak256(_trailing(1)), "trailing byte");
        (done, ) = _execute(_batch());
        isTrue(done, "without it");
    }

    function _execute(bytes memory call) private returns (bool done, bytes memory reason) {
        // solhint-disable-next-line avoid-low-level-calls
        return address(registry).call(call);
    }

    function _batch() private pure returns (bytes memory) {
        return abi.encodeCall(IRiskParameters.applyChanges, (one(change(ETH, "volBuffer", 2_500, 3_000, 0)), EVIDENCE));
    }

    function _listing() private pure returns (bytes memory) {
        return abi.encodeCall(IRiskParameters.addAsset, (Kind.Collateral, ETH, new uint256[](1), EVIDENCE));
    }

    function _refuses(bytes memory call, bytes memory reason) private {
        VM.expectRevert(reason);
        registry.callOf(call);
    }

    function _unknown(bytes4 selector) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IRiskParameters.RiskParameters_CallUnknown.selector, selector);
    }

    function _trailing(uint256 bytes_) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IRiskParameters.RiskParameters_CallTrailingBytes.selector, bytes_);
    }
}
