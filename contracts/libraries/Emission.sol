// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @title The emission of mileage mining: 500 stones a drop, halved every 210,000 drops
library Emission {
    uint256 internal constant FIRST_REWARD = 500e9;
    uint256 internal constant DROPS_PER_ERA = 210_000;
    /// @dev The first reward shifted by this many eras is 0 (500e9 < 2^39).
    uint256 internal constant ERAS = 39;

    /// @dev Units emitted by all drops before `drop`. Tends to 210,000,000 stones and never passes it.
    function emittedBefore(uint256 drop) internal pure returns (uint256 sum) {
        for (uint256 era = 0; era < ERAS && drop > 0; ++era) {
            uint256 drops = drop < DROPS_PER_ERA ? drop : DROPS_PER_ERA;
            sum += (FIRST_REWARD >> era) * drops;
            drop -= drops;
        }
    }
}
