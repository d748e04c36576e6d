// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @title Prices: multiples of a thousandth of a stone, so that 40 bits hold one
library Prices {
    uint64 internal constant STEP = 1e6;
    uint256 private constant _TOTAL_STONES = 300_000_000e9;

    /// @dev Positive, a multiple of the step, and no more than there will ever be.
    function isValid(uint64 price) internal pure returns (bool) {
        return price != 0 && price % STEP == 0 && price <= _TOTAL_STONES;
    }

    function toSteps(uint64 price) internal pure returns (uint40) {
        return uint40(price / STEP); // all stones are 3e11 steps, fewer than 2^40
    }

    function fromSteps(uint40 steps) internal pure returns (uint64) {
        unchecked {
            return steps * STEP; // 2^40 steps are 1.1e18 units, fewer than 2^64
        }
    }
}
