// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title The cheapest way to pay many with OpenZeppelin's ERC-20: transfers in a loop, without proof or limit
/// @notice Only for `npm run bench:gas`.
contract BatchToken is ERC20 {
    constructor(uint256 supply) ERC20("Batch", "B") {
        _mint(msg.sender, supply);
    }

    /// @notice Transfers `amounts[i]` from the caller to `recipients[i]`.
    function transferMany(address[] calldata recipients, uint256[] calldata amounts) external {
        for (uint256 i = 0; i < recipients.length; ++i) transfer(recipients[i], amounts[i]);
    }
}
