// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @dev The cheat codes used here, at the address where the test runner answers them.
interface IVm {
    struct Log {
        bytes32[] topics;
        bytes data;
        address emitter;
    }

    function prank(address sender) external;
    function chainId(uint256 id) external;
    function addr(uint256 key) external pure returns (address);
    function sign(uint256 key, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);
    function warp(uint256 time) external;
    function assume(bool condition) external pure;
    function expectRevert(bytes calldata reason) external;
    function recordLogs() external;
    function getRecordedLogs() external returns (Log[] memory);
}

/// @dev Just enough to test with; Hardhat runs every `test…` function of a contract, fuzzing its arguments.
abstract contract Test {
    IVm internal constant VM = IVm(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);

    error NotEqual(string what, uint256 actual, uint256 expected);
    error NotTrue(string what);

    function equal(uint256 actual, uint256 expected, string memory what) internal pure {
        if (actual != expected) revert NotEqual(what, actual, expected);
    }

    function isTrue(bool condition, string memory what) internal pure {
        if (!condition) revert NotTrue(what);
    }

    /// @dev Brings a fuzzed number into a range.
    function within(uint256 number, uint256 min, uint256 max) internal pure returns (uint256) {
        return min + (number % (max - min + 1));
    }
}
