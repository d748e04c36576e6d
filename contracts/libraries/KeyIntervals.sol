// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {KeyInterval} from "../types/Types.sol";

/// @title Times in which keys sign what owners and auditors rely on
library KeyIntervals {
    /// @dev Whether [from, until) holds a second.
    function isEmpty(uint40 from, uint40 until) internal pure returns (bool) {
        return from == 0 || (until != 0 && until <= from);
    }

    /// @dev Whether a past second of `held` would not lie in [from, until): what was signed then would lose its signer.
    function takesFromPast(KeyInterval memory held, uint40 from, uint40 until) internal view returns (bool) {
        if (held.from == 0 || held.from >= block.timestamp) return false;
        bool ended = held.until != 0 && held.until < block.timestamp;
        uint256 pastEnd = ended ? held.until : block.timestamp;
        return from > held.from || (until != 0 && until < pastEnd);
    }

    /// @dev Whether the key signs at a time.
    function holdsAt(KeyInterval memory interval, uint256 time) internal pure returns (bool) {
        return interval.from != 0 && interval.from <= time && (interval.until == 0 || time < interval.until);
    }
}
