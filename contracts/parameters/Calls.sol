// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IRiskParameters} from "../interfaces/IRiskParameters.sol";

/// @dev What a call on the registry asks for, read from its calldata and hashed. Strict: only the one canonical encoding is
/// read, so that the bytes voted on, the bytes executed and the bytes certified say the same and nothing more.
library Calls {
    /// @dev In front of what is hashed for a listing. A batch's encoding begins with the offset 32 instead: no hash is both.
    bytes32 internal constant ADD_ASSET = keccak256("RiskParameters.addAsset(uint8 kind,bytes32 scope,uint256[] values)");
    uint256 private constant WORD = 32;

    /// @return changesHash keccak256(abi.encode(changes)), or keccak256(abi.encode(ADD_ASSET, kind, scope, values))
    /// @return evidence The evidence hash the call carries.
    function read(bytes calldata call) internal pure returns (bytes32 changesHash, bytes32 evidence) {
        bytes4 selector = bytes4(call);
        if (selector == IRiskParameters.applyChanges.selector) return _applyChanges(call[4:]);
        if (selector == IRiskParameters.addAsset.selector) return _addAsset(call[4:]);
        revert IRiskParameters.RiskParameters_CallUnknown(selector);
    }

    /// @dev Words: offset 2, evidence; then how many changes, and five words of each, the last a uint32.
    function _applyChanges(bytes calldata arguments) private pure returns (bytes32, bytes32) {
        uint256 count = _list(arguments, 2, 0, 5);
        for (uint256 i = 0; i < count; ++i) {
            if (_word(arguments, 3 + 5 * i + 4) > type(uint32).max) revert IRiskParameters.RiskParameters_CallMalformed();
        }
        return (keccak256(abi.encodePacked(WORD, arguments[2 * WORD:])), bytes32(_word(arguments, 1)));
    }

    /// @dev Words: kind, scope, offset 4, evidence; then how many values, and each of them.
    function _addAsset(bytes calldata arguments) private pure returns (bytes32, bytes32) {
        _list(arguments, 4, 2, 1);
        if (_word(arguments, 0) > 2) revert IRiskParameters.RiskParameters_CallMalformed();
        return (keccak256(abi.encodePacked(ADD_ASSET, arguments[:2 * WORD], 4 * WORD, arguments[4 * WORD:])), bytes32(_word(arguments, 3)));
    }

    /// @dev How many elements of `width` words the one list has that follows `head` words, of which word `place` says so.
    function _list(bytes calldata arguments, uint256 head, uint256 place, uint256 width) private pure returns (uint256 count) {
        if (arguments.length < (head + 1) * WORD || _word(arguments, place) != head * WORD) revert IRiskParameters.RiskParameters_CallMalformed();
        count = _word(arguments, head);
        uint256 room = arguments.length - (head + 1) * WORD;
        if (count > room / (width * WORD)) revert IRiskParameters.RiskParameters_CallMalformed();
        uint256 trailing = room - count * width * WORD;
        if (trailing > 0) revert IRiskParameters.RiskParameters_CallTrailingBytes(trailing);
    }

    function _word(bytes calldata arguments, uint256 place) private pure returns (uint256) {
        return uint256(bytes32(arguments[place * WORD:(place + 1) * WORD]));
    }
}
