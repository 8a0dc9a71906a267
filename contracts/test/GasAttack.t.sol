// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IRiskParameters} from "../interfaces/IRiskParameters.sol";
import {IRiskSteward} from "../interfaces/IRiskSteward.sol";
import {RiskParameters} from "../parameters/RiskParameters.sol";
import {Asset, Change, Kind, Name, NamedSpec, RequirementLimits, Scope} from "../parameters/Types.sol";
import {Fixture} from "./Fixture.t.sol";

/// @dev As many assets as there may be, as many overlays as a council may put, and a batch as large as a vote may be.
contract GasAttackTest is Fixture {
    /// @dev The most gas one transaction may have (EIP-7825).
    uint256 private constant TRANSACTION_GAS = 1 << 24;

    function deploy(NamedSpec[] memory specs_, Asset[] memory assets_) internal override returns (IRiskParameters) {
        Asset[] memory all = new Asset[](65);
        all[0] = assets_[0];
        for (uint256 i = 0; i < 32; ++i) {
            all[1 + i] = Asset(Kind.Underlying, _underlying(i), assets_[1].values);
            all[33 + i] = Asset(Kind.Collateral, _name("C", i), assets_[2].values);
        }
        RequirementLimits memory limits = RequirementLimits(2_000, 5_000);
        return new RiskParameters(address(this), foundEvidence(address(this)), specs_, all, limits, stewardSettings());
    }

    /// @dev The council cannot make a vote's execution too dear for a transaction, with the overlay that is dearest to look at among its eight.
    function test_theLargestBatchOverAllOverlaysFitsOneTransaction() external {
        IRiskSteward steward = registry.steward();
        VM.prank(COUNCIL);
        steward.tighten(PROTOCOL, Name.wrap("initialMargin"), 12_600);
        for (uint256 i = 0; i < 7; ++i) {
            VM.prank(COUNCIL);
            steward.tighten(_underlying(i), Name.wrap("spotRange"), 1_650);
        }
        VM.prank(COUNCIL);
        VM.expectRevert(abi.encodeWithSelector(IRiskParameters.RiskParameters_OverlaysTooMany.selector, 8));
        steward.tighten(_underlying(7), Name.wrap("spotRange"), 1_650);

        Change[] memory changes = new Change[](32);
        for (uint256 i = 0; i < 32; ++i) changes[i] = change(_underlying(i), "volBuffer", 2_500, 2_600, 1 days);
        certify(changes, EVIDENCE);
        uint256 before = gasleft();
        registry.applyChanges(changes, EVIDENCE);
        uint256 spent = before - gasleft();
        isTrue(spent < (TRANSACTION_GAS * 95) / 100, "gas");
        equal(valueOf(_underlying(0), "spotRange"), 1_650, "still overlaid");
    }

    function _underlying(uint256 i) private pure returns (Scope) {
        return _name("U", i);
    }

    function _name(bytes1 letter, uint256 i) private pure returns (Scope) {
        return Scope.wrap(bytes32(abi.encodePacked(letter, bytes1(uint8(65 + i / 10)), bytes1(uint8(48 + (i % 10))))));
    }
}
