// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {EvidenceRegistry} from "../governance/EvidenceRegistry.sol";
import {Certificate, IEvidenceRegistry, Verdict} from "../interfaces/IEvidenceRegistry.sol";
import {IRiskParameters} from "../interfaces/IRiskParameters.sol";
import {IRiskSteward} from "../interfaces/IRiskSteward.sol";
import {Change, Kind, Scope} from "../parameters/Types.sol";
import {Test} from "./Test.t.sol";

/// @dev A validator that is a contract (ERC-1271) and signs whatever it is asked to: the real registry, its only validator this.
abstract contract Certifier is Test {
    bytes32 internal constant EVIDENCE = keccak256("evidence");
    bytes32 internal constant DATASET = keccak256("dataset");
    bytes32 internal constant ENGINE = keccak256("engine");

    IRiskParameters public registry;
    IEvidenceRegistry internal evidence;

    address internal constant COUNCIL = address(0xC0C1);
    address internal constant STOPPER = address(0x570F);

    function stewardSettings() internal pure returns (IRiskSteward.Settings memory) {
        return IRiskSteward.Settings(COUNCIL, STOPPER, IRiskSteward.Limits(5_000, 10_000, 30 days, 14 days, 7 days));
    }

    function isValidSignature(bytes32, bytes calldata) external pure returns (bytes4) {
        return bytes4(0x1626ba7e);
    }

    function foundEvidence(address timelock) internal returns (IEvidenceRegistry) {
        if (address(evidence) == address(0)) evidence = new EvidenceRegistry(timelock, alone(address(this)), 1);
        return evidence;
    }

    function alone(address account) internal pure returns (address[] memory list) {
        list = new address[](1);
        list[0] = account;
    }

    /// @dev Certifies a call for the version in force, unless that has been done.
    function certify(bytes memory call) internal {
        (bytes32 changesHash, bytes32 result) = registry.callOf(call);
        uint256 version = registry.version();
        if (evidence.recordOf(changesHash, version, result).expiry >= block.timestamp) return;
        Certificate memory certificate = Certificate(changesHash, version, DATASET, ENGINE, result, Verdict.Pass, uint48(block.timestamp + 30 days));
        evidence.record(certificate, alone(address(this)), new bytes[](1));
    }

    function certify(Change[] memory changes, bytes32 result) internal {
        certify(abi.encodeCall(IRiskParameters.applyChanges, (changes, result)));
    }

    function applies(Change[] memory changes, bytes32 result) internal {
        certify(changes, result);
        registry.applyChanges(changes, result);
    }

    function applies(Change[] memory changes) internal {
        applies(changes, EVIDENCE);
    }

    function certify(Kind kind, Scope scope, uint256[] memory values, bytes32 result) internal {
        certify(abi.encodeCall(IRiskParameters.addAsset, (kind, scope, values, result)));
    }

    function lists(Kind kind, Scope scope, uint256[] memory values, bytes32 result) internal {
        certify(kind, scope, values, result);
        registry.addAsset(kind, scope, values, result);
    }
}
