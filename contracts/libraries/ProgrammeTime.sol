// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @title Drops and days of a programme, from its genesis
library ProgrammeTime {
    uint256 internal constant DROP_S = 600;
    uint256 internal constant DROPS_PER_DAY = 144;
    uint256 internal constant DAY_S = DROP_S * DROPS_PER_DAY;

    /// @dev Everything before genesis counts as day 0.
    function dayOf(uint256 genesis, uint256 time) internal pure returns (uint256) {
        return time < genesis ? 0 : (time - genesis) / DAY_S;
    }

    /// @dev First second of a day.
    function dayStart(uint256 genesis, uint256 day) internal pure returns (uint256) {
        return genesis + day * DAY_S;
    }

    /// @dev First second after a drop.
    function dropEnd(uint256 genesis, uint256 drop) internal pure returns (uint256) {
        return genesis + (drop + 1) * DROP_S;
    }
}
