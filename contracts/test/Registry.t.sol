// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IEvidenceRegistry} from "../interfaces/IEvidenceRegistry.sol";
import {IRiskParameters} from "../interfaces/IRiskParameters.sol";
import {Registry} from "../parameters/Registry.sol";
import {RiskParameters} from "../parameters/RiskParameters.sol";
import {Kind, Name, NamedSpec, RequirementLimits, Scope} from "../parameters/Types.sol";
import {Fixture} from "./Fixture.t.sol";

contract RegistryTest is Fixture {
    function test_noTimelock() external {
        VM.expectRevert(abi.encodeWithSelector(IRiskParameters.RiskParameters_TimelockMissing.selector));
        new RiskParameters(address(0), evidence, specs(), assets(), RequirementLimits(2_000, 5_000), stewardSettings());
    }

    function test_noRegistryOfEvidence() external {
        VM.expectRevert(abi.encodeWithSelector(IRiskParameters.RiskParameters_EvidenceRegistryMissing.selector));
        new RiskParameters(address(this), IEvidenceRegistry(address(0)), specs(), assets(), RequirementLimits(2_000, 5_000), stewardSettings());
    }

    /// @dev Found at the deployment, not when the first change of a factor meets it.
    function test_aRequirementThatMayFallByMoreThanAllOfIt() external {
        VM.expectRevert(abi.encodeWithSelector(IRiskParameters.RiskParameters_LimitsInvalid.selector, 10_001, 10_000));
        new RiskParameters(address(this), evidence, specs(), assets(), RequirementLimits(10_001, 5_000), stewardSettings());
        new RiskParameters(address(this), evidence, specs(), assets(), RequirementLimits(10_000, 0), stewardSettings());
    }

    function test_aSpecificationThatContradictsItself() external {
        NamedSpec[] memory list = specs();
        list[7].spec.min = 10_001;
        _refusesSpecs(list, "volBuffer");
        list = specs();
        (list[7].spec.min, list[7].spec.max) = (0, 0);
        _refusesSpecs(list, "volBuffer");
        // Without a cooldown a vote of many calls takes many steps in one block.
        list = specs();
        list[7].spec.cooldown = 0;
        _refusesSpecs(list, "volBuffer");
        list = specs();
        list[8].name = list[7].name;
        _refusesSpecs(list, "volBuffer");
        list = specs();
        list[7].name = Name.wrap("vol.Buffer");
        _refusesSpecs(list, "vol.Buffer");
        list[7].name = Name.wrap("");
        _refusesSpecs(list, "");
    }

    function test_anAssetIsListedWithAllItsValuesAsOneVersion() external {
        uint256[] memory values = new uint256[](1);
        values[0] = 2_000;
        lists(Kind.Collateral, ETH, values, EVIDENCE);
        equal(valueOf(ETH, "haircut"), 2_000, "haircut");
        equal(registry.version(), 2, "version");
        equal(registry.scopesOf(Kind.Collateral).length, 2, "scopes");
        applies(one(change(ETH, "haircut", 2_000, 2_100, 0)));
        equal(valueOf(ETH, "haircut"), 2_100, "it can change at once");
    }

    function test_onlyTheTimelockListsAnAssetAndOnlyWithEvidence() external {
        VM.prank(address(0xB0B));
        VM.expectRevert(abi.encodeWithSelector(IRiskParameters.RiskParameters_OnlyTimelock.selector, address(0xB0B)));
        registry.addAsset(Kind.Collateral, ETH, new uint256[](1), EVIDENCE);
        VM.expectRevert(abi.encodeWithSelector(IRiskParameters.RiskParameters_EvidenceMissing.selector));
        registry.addAsset(Kind.Collateral, ETH, new uint256[](1), 0);
    }

    function test_anAssetListedTwice() external {
        _refusesAsset(Kind.Collateral, LST, 1, abi.encodeWithSelector(IRiskParameters.RiskParameters_AssetExists.selector, Kind.Collateral, LST));
    }

    function test_anAssetWithTooFewOrTooManyValues() external {
        _refusesAsset(Kind.Collateral, ETH, 2, abi.encodeWithSelector(IRiskParameters.RiskParameters_ValuesMismatch.selector, Kind.Collateral, ETH, 2, 1));
        _refusesAsset(Kind.Underlying, LST, 4, abi.encodeWithSelector(IRiskParameters.RiskParameters_ValuesMismatch.selector, Kind.Underlying, LST, 4, 5));
    }

    function test_anAssetWithAValueOutOfBounds() external {
        uint256[] memory values = new uint256[](1);
        values[0] = 10_001;
        certify(Kind.Collateral, ETH, values, EVIDENCE);
        VM.expectRevert(abi.encodeWithSelector(IRiskParameters.RiskParameters_OutOfBounds.selector, ETH, bytes32("haircut"), 10_001, 0, 10_000));
        registry.addAsset(Kind.Collateral, ETH, values, EVIDENCE);
    }

    function test_moreAssetsThanARegistryCanCheck() external {
        for (uint256 i = 1; i < 32; ++i)
            lists(Kind.Collateral, Scope.wrap(bytes32(bytes2(uint16((0x61 << 8) | (i < 10 ? 0x30 + i : 0x57 + i))))), new uint256[](1), EVIDENCE);
        _refusesAsset(Kind.Collateral, ETH, 1, abi.encodeWithSelector(IRiskParameters.RiskParameters_TooManyAssets.selector, Kind.Collateral, 32));
    }

    function test_aScopeThatLooksLikeAnother() external {
        // A Cyrillic letter, a space, a byte after the end, nothing at all, no end at all, and the protocol's own name.
        bytes32[6] memory names = [
            bytes32(hex"d0954854"),
            bytes32("ETH "),
            bytes32(hex"4554480041"),
            bytes32(0),
            bytes32("ETHETHETHETHETHETHETHETHETHETHET"),
            bytes32("protocol")
        ];
        for (uint256 i = 0; i < names.length; ++i) {
            _refusesAsset(
                Kind.Underlying,
                Scope.wrap(names[i]),
                5,
                abi.encodeWithSelector(IRiskParameters.RiskParameters_ScopeInvalid.selector, Kind.Underlying, names[i])
            );
        }
        _refusesAsset(Kind.Protocol, ETH, 7, abi.encodeWithSelector(IRiskParameters.RiskParameters_ScopeInvalid.selector, Kind.Protocol, ETH));
        _refusesAsset(Kind.Protocol, PROTOCOL, 7, abi.encodeWithSelector(IRiskParameters.RiskParameters_AssetExists.selector, Kind.Protocol, PROTOCOL));
    }

    function test_aRegistryWithoutAParameterTheCoupledRulesRead() external {
        NamedSpec[] memory list = specs();
        list[1].name = Name.wrap("somethingElse");
        VM.expectRevert(abi.encodeWithSelector(IRiskParameters.RiskParameters_Unknown.selector, PROTOCOL, bytes32("liquidationTarget")));
        deploy(list, assets());
    }

    function testFuzz_aPlainNameIsLettersAndDigitsThenZeros(bytes32 text) external pure {
        uint256 length = 0;
        while (length < 32 && text[length] != 0) ++length;
        bool plain = length > 0 && length < 32;
        for (uint256 i = 0; i < 32; ++i) {
            bytes1 c = text[i];
            bool alphanumeric = (c > 0x2f && c < 0x3a) || (c > 0x40 && c < 0x5b) || (c > 0x60 && c < 0x7b);
            if (i < length ? !alphanumeric : c != 0) plain = false;
        }
        isTrue(Scope.wrap(text).isPlain() == plain, "isPlain");
        isTrue(Scope.wrap("stETH2").isPlain() && Registry.PROTOCOL.isPlain(), "names in use");
        isTrue(Scope.wrap("ETHETHETHETHETHETHETHETHETHETHE").isPlain(), "the longest");
    }

    function _refusesSpecs(NamedSpec[] memory list, bytes32 name) private {
        VM.expectRevert(abi.encodeWithSelector(IRiskParameters.RiskParameters_SpecInvalid.selector, name));
        deploy(list, assets());
    }

    function _refusesAsset(Kind kind, Scope scope, uint256 values, bytes memory reason) private {
        certify(kind, scope, new uint256[](values), EVIDENCE);
        VM.expectRevert(reason);
        registry.addAsset(kind, scope, new uint256[](values), EVIDENCE);
    }
}
