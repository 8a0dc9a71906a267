// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IRiskParameters} from "../interfaces/IRiskParameters.sol";
import {Bounds} from "./Bounds.sol";
import {Key, Kind, Name, NamedSpec, Overlay, ParameterId, Scope, Spec, Value} from "./Types.sol";

/// @dev Where values, specifications and lists are kept, and how assets get there.
library Registry {
    struct State {
        uint48 version;
        mapping(ParameterId id => Value) values;
        mapping(Name name => Spec) specs;
        mapping(Kind kind => Name[]) names;
        mapping(Kind kind => Scope[]) scopes;
        mapping(ParameterId id => Overlay) overlays;
        Key[] overlaid;
    }

    Scope internal constant PROTOCOL = Scope.wrap("protocol");
    uint256 internal constant MAX_ASSETS = 32;

    /// @dev A value that exists.
    function get(State storage state, Scope scope, Name name) internal view returns (Value memory value) {
        value = state.values[idOf(scope, name)];
        if (value.version == 0) revert IRiskParameters.RiskParameters_Unknown(scope, name);
    }

    /// @dev Adds a parameter. Only while the registry is built.
    function specify(State storage state, NamedSpec memory named) internal {
        (Name name, Spec memory spec) = (named.name, named.spec);
        bool taken = state.specs[name].max != 0;
        bool sound = spec.max != 0 && spec.min <= spec.max && spec.cooldown != 0;
        if (taken || !sound || !Scope.wrap(Name.unwrap(name)).isPlain()) revert IRiskParameters.RiskParameters_SpecInvalid(name);
        state.specs[name] = spec;
        state.names[spec.kind].push(name);
        emit IRiskParameters.Specified(name, spec);
    }

    /// @dev Lists a scope with its values, as part of the version under way. Its cooldowns have not begun.
    function add(State storage state, Kind kind, Scope scope, uint256[] memory values) internal {
        Name[] storage names = state.names[kind];
        if (!scope.isPlain() || (kind == Kind.Protocol) != (scope == PROTOCOL)) revert IRiskParameters.RiskParameters_ScopeInvalid(kind, scope);
        if (values.length != names.length) revert IRiskParameters.RiskParameters_ValuesMismatch(kind, scope, values.length, names.length);
        if (state.scopes[kind].length >= MAX_ASSETS) revert IRiskParameters.RiskParameters_TooManyAssets(kind, MAX_ASSETS);

        uint48 version = state.version;
        state.scopes[kind].push(scope);
        emit IRiskParameters.AssetAdded(version, kind, scope);
        for (uint256 i = 0; i < values.length; ++i) {
            Name name = names[i];
            Value storage slot = state.values[idOf(scope, name)];
            if (slot.version != 0) revert IRiskParameters.RiskParameters_AssetExists(kind, scope);
            Bounds.checkValue(state.specs[name], scope, name, values[i]);
            (slot.from, slot.to, slot.version) = (uint48(values[i]), uint48(values[i]), version);
            emit IRiskParameters.ValueChanged(version, scope, name, values[i], values[i], 0, 0);
        }
    }

    function idOf(Scope scope, Name name) internal pure returns (ParameterId) {
        return ParameterId.wrap(keccak256(abi.encode(scope, name)));
    }
}
