// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @dev A short ASCII string, left-aligned: "protocol" or the name of an asset, as an explorer shows it.
type Scope is bytes32;

/// @dev A short ASCII string, left-aligned: the name of a parameter, such as "volBuffer".
type Name is bytes32;

/// @dev keccak256 of scope and name: where a value is kept.
type ParameterId is bytes32;

using {same as ==} for Scope global;
using {isPlain} for Scope global;
using {sameName as ==} for Name global;

function same(Scope a, Scope b) pure returns (bool) {
    return Scope.unwrap(a) == Scope.unwrap(b);
}

function sameName(Name a, Name b) pure returns (bool) {
    return Name.unwrap(a) == Name.unwrap(b);
}

/// @dev 1 to 31 letters and digits, then zeros: no letter of another alphabet, nothing after the end, and always an end.
function isPlain(Scope scope) pure returns (bool) {
    bytes32 text = Scope.unwrap(scope);
    if (text[0] == 0 || text[31] != 0) return false;
    bool ended = false;
    for (uint256 i = 1; i < 32; ++i) {
        if (!ended && text[i] == 0) ended = true;
        if (ended ? text[i] != 0 : !_alphanumeric(text[i])) return false;
    }
    return _alphanumeric(text[0]);
}

function _alphanumeric(bytes1 c) pure returns (bool) {
    return (c >= "0" && c <= "9") || (c >= "A" && c <= "Z") || (c >= "a" && c <= "z");
}

/// @dev What a scope is: the one of the protocol, something traded, something deposited.
enum Kind {
    Protocol,
    Underlying,
    Collateral
}

/// @dev Which way a parameter makes the system safer. A neutral one has no safe side.
enum Tighter {
    Up,
    Down,
    Neutral
}

/// @dev One requested change. `from` is compare-and-swap; `ramp` is the seconds the value takes from `from` to `to`.
struct Change {
    Scope scope;
    Name name;
    uint256 from;
    uint256 to;
    uint32 ramp;
}

/// @dev What a parameter may be and how fast it may move. One storage slot.
struct Spec {
    Kind kind;
    Tighter tighter;
    /// Whether the two step limits are basis points of the old value; otherwise they are in the parameter's own unit.
    bool relative;
    /// Seconds between two changes; also the longest ramp, so that no change ever meets a running ramp.
    uint32 cooldown;
    uint48 min;
    uint48 max;
    uint48 maxIncrease;
    uint48 maxDecrease;
}

/// @dev A specification with the name it is for, as the constructor takes it.
struct NamedSpec {
    Name name;
    Spec spec;
}

/// @dev A scope with one value for each parameter of its kind, in the order of the specifications.
struct Asset {
    Kind kind;
    Scope scope;
    uint256[] values;
}

/// @dev A value and its last change. One storage slot. `version` is the batch that made it; zero: no such parameter.
struct Value {
    uint48 from;
    uint48 to;
    uint40 start;
    uint32 ramp;
    uint48 version;
}

/// @dev A tighter value that the steward put over the governed one, in force before `sunset`. One storage slot.
struct Overlay {
    uint48 value;
    uint40 sunset;
}

/// @dev The name of one parameter of one scope.
struct Key {
    Scope scope;
    Name name;
}

/// @dev One line of the whole set, as `readAll` returns it.
struct Reading {
    Scope scope;
    Name name;
    /// In force now: the tighter of the governed value and, before its sunset, the overlay.
    uint256 value;
    Value change;
    Overlay overlay;
}

/// @dev How far the requirement of the reference portfolios may move within one cooldown, in basis points.
struct RequirementLimits {
    uint16 maxDecrease;
    uint32 maxIncrease;
}
