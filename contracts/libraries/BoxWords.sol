// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {BoxPlay} from "../types/Types.sol";

/// @notice What requests and openings read of a season.
struct BoxTerms {
    uint40 firstDrop;
    uint40 endDrop;
    uint32 price;
    uint16 guarantee;
    uint8 guaranteedTier;
    uint16 maxBoxes;
    /// The most that one box can cost the budget, units; and whether it can cost a voucher.
    uint64 worstUnits;
    bool worstVoucher;
    bool forced;
}

/// @notice What requests and openings change of a season.
struct BoxBudget {
    uint64 unitsLeft;
    uint32 vouchersLeft;
    uint32 linksLeft;
    uint32 pending;
    /// Drops with requests: how many were revealed, and how many wait for their link.
    uint32 revealed;
    uint8 waiting;
}

/// @title The words in which the mine box keeps what every request and opening touches
/// @dev The compiler stores a struct from memory member by member, with a load and a store for each; these are stored at once.
/// Every cast takes the bits of its member.
library BoxWords {
    function pack(BoxTerms memory terms) internal pure returns (uint256) {
        return
            uint256(terms.firstDrop) |
            (uint256(terms.endDrop) << 40) |
            (uint256(terms.price) << 80) |
            (uint256(terms.guarantee) << 112) |
            (uint256(terms.guaranteedTier) << 128) |
            (uint256(terms.maxBoxes) << 136) |
            (uint256(terms.worstUnits) << 152) |
            (_bit(terms.worstVoucher) << 216) |
            (_bit(terms.forced) << 224);
    }

    function toTerms(uint256 word) internal pure returns (BoxTerms memory terms) {
        terms.firstDrop = uint40(word);
        terms.endDrop = uint40(word >> 40);
        terms.price = uint32(word >> 80);
        terms.guarantee = uint16(word >> 112);
        terms.guaranteedTier = uint8(word >> 128);
        terms.maxBoxes = uint16(word >> 136);
        terms.worstUnits = uint64(word >> 152);
        terms.worstVoucher = uint8(word >> 216) != 0;
        terms.forced = uint8(word >> 224) != 0;
    }

    function pack(BoxBudget memory budget) internal pure returns (uint256) {
        return
            uint256(budget.unitsLeft) |
            (uint256(budget.vouchersLeft) << 64) |
            (uint256(budget.linksLeft) << 96) |
            (uint256(budget.pending) << 128) |
            (uint256(budget.revealed) << 160) |
            (uint256(budget.waiting) << 192);
    }

    function toBudget(uint256 word) internal pure returns (BoxBudget memory budget) {
        budget.unitsLeft = uint64(word);
        budget.vouchersLeft = uint32(word >> 64);
        budget.linksLeft = uint32(word >> 96);
        budget.pending = uint32(word >> 128);
        budget.revealed = uint32(word >> 160);
        budget.waiting = uint8(word >> 192);
    }

    function pack(BoxPlay memory play) internal pure returns (uint256) {
        return
            uint256(play.salt) |
            (uint256(play.requestBlock) << 96) |
            (uint256(play.season) << 136) |
            (uint256(play.pending) << 152) |
            (_bit(play.adult) << 159) |
            (uint256(play.misses) << 160) |
            (uint256(play.seasonBoxes) << 176) |
            (uint256(play.boxes) << 192) |
            (uint256(play.crystals) << 216);
    }

    function toPlay(uint256 word) internal pure returns (BoxPlay memory play) {
        play.salt = uint96(word);
        play.requestBlock = uint40(word >> 96);
        play.season = uint16(word >> 136);
        play.pending = uint8(word >> 152) & 0x7f;
        play.adult = (word >> 159) & 1 != 0;
        play.misses = uint16(word >> 160);
        play.seasonBoxes = uint16(word >> 176);
        play.boxes = uint24(word >> 192);
        play.crystals = uint40(word >> 216);
    }

    function _bit(bool value) private pure returns (uint256) {
        return value ? 1 : 0;
    }
}
