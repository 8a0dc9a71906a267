// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {ERC20Votes} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Votes.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";

/// @title The vote: a fixed supply, counted in seconds
/// @dev The clock is the timestamp, as the timelock's is: no unit is ever mistaken for another.
contract RiskToken is ERC20, ERC20Permit, ERC20Votes {
    /// @param receiver Who gets the whole supply; nothing can ever be minted after.
    constructor(string memory name_, string memory symbol_, address receiver, uint256 supply) ERC20(name_, symbol_) ERC20Permit(name_) {
        _mint(receiver, supply);
    }

    function clock() public view override returns (uint48) {
        return uint48(block.timestamp);
    }

    function CLOCK_MODE() public pure override returns (string memory) {
        return "mode=timestamp";
    }

    function nonces(address owner) public view override(ERC20Permit, Nonces) returns (uint256) {
        return super.nonces(owner);
    }

    function _update(address from, address to, uint256 value) internal override(ERC20, ERC20Votes) {
        super._update(from, to, value);
    }
}
