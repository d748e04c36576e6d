// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title A token without worth, in which simulations pay benefit rounds. Never deployed by a programme.
contract PlayToken is ERC20 {
    constructor(address holder, uint256 supply) ERC20("Play money", "PLAY") {
        _mint(holder, supply);
    }
}
