// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IMineBox} from "../interfaces/IMineBox.sol";
import {Prize, PrizeKind, SeasonTerms} from "../types/Types.sol";

/// @title Prize tables of the mine box: what is a valid one, what it can cost, and what a draw wins
library BoxTables {
    uint256 private constant _MAX_TIERS = 16;

    /// @dev Reverts with the first term that is out of bounds.
    /// @param earliest The first drop in which the season can begin.
    /// @param items How many items there are for vouchers.
    function requireValid(SeasonTerms calldata terms, uint256 earliest, uint256 items) internal pure {
        _require("firstDrop", terms.firstDrop, terms.firstDrop >= earliest);
        _require("endDrop", terms.endDrop, terms.endDrop > terms.firstDrop);
        _require("price", terms.price, terms.price != 0);
        _require("maxBoxes", terms.maxBoxes, terms.maxBoxes != 0);
        _require("links", terms.links, terms.links != 0);
        uint256 tiers = terms.prizes.length;
        _require("prizes", tiers, tiers != 0 && tiers <= _MAX_TIERS);
        _require("guaranteedTier", terms.guaranteedTier, terms.guaranteedTier < tiers);
        for (uint256 i = 0; i < tiers; ++i) _requireValidPrize(terms.prizes[i], items);
        (uint64 worstUnits, bool worstVoucher) = worstOf(terms.prizes);
        _require("budget", terms.budget, terms.budget >= worstUnits);
        _require("vouchers", terms.vouchers, worstVoucher == (terms.vouchers != 0));
    }

    /// @dev The most that one box can cost, in units of stone, and whether it can cost a voucher.
    function worstOf(Prize[] calldata prizes) internal pure returns (uint64 units, bool voucher) {
        for (uint256 i = 0; i < prizes.length; ++i) {
            if (prizes[i].kind == PrizeKind.Stones && prizes[i].amount > units) units = prizes[i].amount;
            if (prizes[i].kind == PrizeKind.Voucher) voucher = true;
        }
    }

    /// @dev The tier that 256 even bits draw. The remainder favours no tier by more than 2^-220: all weights sum up to less
    /// than 2^36.
    function tierOf(Prize[] memory prizes, bytes32 outcome) internal pure returns (uint256 tier) {
        uint256 total = 0;
        for (uint256 i = 0; i < prizes.length; ++i) total += prizes[i].weight;
        uint256 ticket = uint256(outcome) % total;
        while (ticket >= prizes[tier].weight) {
            ticket -= prizes[tier].weight;
            ++tier;
        }
    }

    function _requireValidPrize(Prize calldata prize, uint256 items) private pure {
        _require("weight", prize.weight, prize.weight != 0);
        bool counted = prize.kind == PrizeKind.Stones || prize.kind == PrizeKind.Crystals;
        _require("amount", prize.amount, counted == (prize.amount != 0));
        bool voucher = prize.kind == PrizeKind.Voucher;
        _require("item", prize.item, voucher ? prize.item != 0 && prize.item <= items : prize.item == 0);
    }

    function _require(bytes32 name, uint256 value, bool valid) private pure {
        if (!valid) revert IMineBox.MineBox_InvalidTerms(name, value);
    }
}
