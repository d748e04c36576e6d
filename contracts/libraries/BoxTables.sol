// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Prize, PrizeKind, SeasonTerms} from "../types/Types.sol";

/// @title Prize tables of the mine box: what is a valid one, what it can cost, and what a draw wins
library BoxTables {
    /// @dev For each tier the sum of the weights up to it, 32 bits each, tiers 0 to 7 in `low`. Tiers that the table does not
    /// have repeat the sum of all weights.
    struct Odds {
        uint256 low;
        uint256 high;
    }

    uint256 private constant _MAX_TIERS = 16;
    uint256 private constant _MAX_CRYSTALS = 1_000_000;
    uint256 private constant _TIERS_A_WORD = 8;
    uint256 private constant _SUM_BITS = 32;
    /// @dev A season that nobody can afford must not stand in the way of later ones for ever: 366 days.
    uint256 private constant _MAX_DROPS = 366 * 144;

    /// @dev The first term that is out of bounds; name 0 when there is none.
    /// @param earliest The first drop in which the season can begin.
    /// @param items How many items there are for vouchers.
    function invalidTermOf(
        SeasonTerms calldata terms,
        uint256 earliest,
        uint256 items
    ) internal pure returns (bytes32 name, uint256 value) {
        if (terms.firstDrop < earliest) return ("firstDrop", terms.firstDrop);
        if (terms.endDrop <= terms.firstDrop || terms.endDrop - terms.firstDrop > _MAX_DROPS) {
            return ("endDrop", terms.endDrop);
        }
        if (terms.price == 0) return ("price", terms.price);
        if (terms.maxBoxes == 0) return ("maxBoxes", terms.maxBoxes);
        // With as many boxes nobody could ever reach it.
        if (terms.guarantee >= terms.maxBoxes) return ("guarantee", terms.guarantee);
        if (terms.links == 0) return ("links", terms.links);
        if (terms.tip == 0) return ("tip", uint256(terms.tip));
        (name, value) = _invalidPrizeOf(terms.prizes, items);
        if (name != 0) return (name, value);
        uint256 tier = terms.guaranteedTier;
        // It is what everybody gets whose reveal is late, so it must be something.
        if (tier >= terms.prizes.length || terms.prizes[tier].kind == PrizeKind.Nothing)
            return ("guaranteedTier", tier);
        (uint64 worstUnits, bool worstVoucher) = worstOf(terms.prizes);
        if (terms.budget < worstUnits || (worstUnits == 0 && terms.budget != 0)) return ("budget", terms.budget);
        if (worstVoucher == (terms.vouchers == 0)) return ("vouchers", terms.vouchers);
    }

    /// @dev The most that one box can cost, in units of stone, and whether it can cost a voucher.
    function worstOf(Prize[] calldata prizes) internal pure returns (uint64 units, bool voucher) {
        for (uint256 i = 0; i < prizes.length; ++i) {
            if (prizes[i].kind == PrizeKind.Stones && prizes[i].amount > units) units = prizes[i].amount;
            if (prizes[i].kind == PrizeKind.Voucher) voucher = true;
        }
    }

    /// @dev The odds of a valid table.
    function oddsOf(Prize[] calldata prizes) internal pure returns (Odds memory odds) {
        uint256 sum = 0;
        for (uint256 tier = 0; tier < _MAX_TIERS; ++tier) {
            if (tier < prizes.length) sum += prizes[tier].weight;
            uint256 shifted = sum << (_SUM_BITS * (tier % _TIERS_A_WORD));
            if (tier < _TIERS_A_WORD) odds.low |= shifted;
            else odds.high |= shifted;
        }
    }

    /// @dev The tier that 256 even bits draw. The remainder favours no tier by more than 2^-224: the sum of all weights has
    /// 32 bits.
    function tierOf(Odds memory odds, bytes32 outcome) internal pure returns (uint256 tier) {
        uint256 ticket = uint256(outcome) % _sumOf(odds, _MAX_TIERS - 1);
        unchecked {
            // The first tier whose sum is above the ticket is sought by halves of 16, so that tier + half is at most 15.
            for (uint256 half = _MAX_TIERS / 2; half != 0; half /= 2) {
                if (ticket >= _sumOf(odds, tier + half - 1)) tier += half;
            }
        }
    }

    function _sumOf(Odds memory odds, uint256 tier) private pure returns (uint256) {
        uint256 word = tier < _TIERS_A_WORD ? odds.low : odds.high;
        return uint32(word >> (_SUM_BITS * (tier % _TIERS_A_WORD)));
    }

    function _invalidPrizeOf(
        Prize[] calldata prizes,
        uint256 items
    ) private pure returns (bytes32 name, uint256 value) {
        if (prizes.length == 0 || prizes.length > _MAX_TIERS) return ("prizes", prizes.length);
        uint256 sum = 0;
        for (uint256 i = 0; i < prizes.length; ++i) {
            Prize calldata prize = prizes[i];
            if (prize.weight == 0) return ("weight", prize.weight);
            if (!_isValidAmount(prize.kind, prize.amount)) return ("amount", prize.amount);
            bool voucher = prize.kind == PrizeKind.Voucher;
            if (voucher == (prize.item == 0) || prize.item > items) return ("item", prize.item);
            sum += prize.weight;
        }
        if (sum > type(uint32).max) return ("weight", sum);
    }

    /// @dev The budget bounds stones. Crystals have 40 bits in BoxPlay: it takes a million such prizes to fill them.
    function _isValidAmount(PrizeKind kind, uint64 amount) private pure returns (bool) {
        if (kind == PrizeKind.Stones) return amount != 0;
        if (kind == PrizeKind.Crystals) return amount != 0 && amount <= _MAX_CRYSTALS;
        return amount == 0;
    }
}
