// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {BoxPlay, Prize} from "../types/Types.sol";
import {BoxTerms} from "./BoxWords.sol";

/// @title What a box of the mine box wins: a hash that nobody could choose, the season's odds, and the guarantee
library BoxDraws {
    /// @dev For each tier the sum of the weights up to it, 32 bits each, tiers 0 to 7 in `low`. Tiers that the table does not
    /// have repeat the sum of all weights.
    struct Odds {
        uint256 low;
        uint256 high;
    }

    uint256 internal constant MAX_TIERS = 16;
    uint256 private constant _TIERS_A_WORD = 8;
    uint256 private constant _SUM_BITS = 32;

    /// @dev The odds of a valid table.
    function oddsOf(Prize[] calldata prizes) internal pure returns (Odds memory odds) {
        uint256 sum = 0;
        for (uint256 tier = 0; tier < MAX_TIERS; ++tier) {
            if (tier < prizes.length) sum += prizes[tier].weight;
            uint256 shifted = sum << (_SUM_BITS * (tier % _TIERS_A_WORD));
            if (tier < _TIERS_A_WORD) odds.low |= shifted;
            else odds.high |= shifted;
        }
    }

    /// @dev What all requests of one block are drawn with. The operator committed to the link before the season; the hash is of
    /// the block after the requests.
    function seedOf(bytes32 link, bytes32 blockHash) internal pure returns (bytes32) {
        return keccak256(abi.encode(link, blockHash));
    }

    /// @dev What one box is drawn with.
    function outcomeOf(bytes32 seed, uint96 salt, address account, uint256 number) internal pure returns (bytes32) {
        return keccak256(abi.encode(seed, salt, account, number));
    }

    /// @dev The tier that 256 even bits draw. The remainder favours no tier by more than 2^-224: the sum of all weights has
    /// 32 bits.
    function tierOf(Odds memory odds, bytes32 outcome) internal pure returns (uint256 tier) {
        uint256 ticket = uint256(outcome) % _sumOf(odds, MAX_TIERS - 1);
        unchecked {
            // The first tier whose sum is above the ticket is sought by halves of 16, so that tier + half is at most 15.
            for (uint256 half = MAX_TIERS / 2; half != 0; half /= 2) {
                if (ticket >= _sumOf(odds, tier + half - 1)) tier += half;
            }
        }
    }

    /// @dev The tier that the account's next box wins when `drawn` was drawn, and its misses so far in `play`: after `guarantee`
    /// of them in a row the next box is at least of the guaranteed tier.
    function winOf(uint256 drawn, BoxPlay memory play, BoxTerms memory terms) internal pure returns (uint256 tier) {
        if (drawn <= terms.guaranteedTier || play.misses >= terms.guarantee) {
            play.misses = 0;
            return drawn < terms.guaranteedTier ? drawn : terms.guaranteedTier;
        }
        ++play.misses;
        return drawn;
    }

    function _sumOf(Odds memory odds, uint256 tier) private pure returns (uint256) {
        uint256 word = tier < _TIERS_A_WORD ? odds.low : odds.high;
        return uint32(word >> (_SUM_BITS * (tier % _TIERS_A_WORD)));
    }
}
