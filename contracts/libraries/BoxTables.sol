// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Prize, PrizeKind, SeasonTerms} from "../types/Types.sol";
import {BoxDraws} from "./BoxDraws.sol";

/// @title Terms of the mine box's seasons: which are valid, and what they can cost
library BoxTables {
    uint256 private constant _MAX_CRYSTALS = 1_000_000;
    /// @dev A season that nobody can afford, or that begins in a thousand years, must not stand in the way of others: 366 days.
    uint256 private constant _MAX_DROPS = 366 * 144;

    /// @dev The first term that is out of bounds; name 0 when there is none.
    /// @param earliest The first drop in which the season can begin.
    /// @param items How many items there are for vouchers.
    function invalidTermOf(
        SeasonTerms calldata terms,
        uint256 earliest,
        uint256 items
    ) internal pure returns (bytes32 name, uint256 value) {
        bool isNear = terms.firstDrop >= earliest && terms.firstDrop - earliest <= _MAX_DROPS;
        if (!isNear) return ("firstDrop", terms.firstDrop);
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

    function _invalidPrizeOf(
        Prize[] calldata prizes,
        uint256 items
    ) private pure returns (bytes32 name, uint256 value) {
        if (prizes.length == 0 || prizes.length > BoxDraws.MAX_TIERS) return ("prizes", prizes.length);
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
