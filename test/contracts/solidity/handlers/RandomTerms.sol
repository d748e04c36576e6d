// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Prize, PrizeKind, SeasonTerms} from "../../../../contracts/types/Types.sol";
import {within} from "../Vm.sol";

/// @dev Terms of a season that a seed names, and what follows from them by the text of the protocol (9.1, 9.3).
library RandomTerms {
    uint32 internal constant ITEMS = 3;
    uint32 internal constant MAX_PRICE = 20;
    uint64 private constant _LARGE_BUDGET = 40_000_000e9;

    function termsOf(uint256 seed, uint40 firstDrop) internal pure returns (SeasonTerms memory terms) {
        terms.firstDrop = firstDrop;
        terms.endDrop = firstDrop + uint40(within(seed >> 8, 1, 40));
        terms.price = uint32(within(seed >> 16, 1, MAX_PRICE));
        terms.guarantee = uint16(within(seed >> 24, 0, 3));
        terms.maxBoxes = uint16(within(seed >> 32, terms.guarantee + 1, 40));
        terms.links = uint32(within(seed >> 40, 1, 10));
        terms.tip = keccak256(abi.encode(linkOf(seed, terms.links, 0)));
        terms.prizes = _prizesOf(seed);
        terms.guaranteedTier = uint8((seed >> 48) % terms.prizes.length);
        while (terms.prizes[terms.guaranteedTier].kind == PrizeKind.Nothing) --terms.guaranteedTier;
        (uint64 units, bool voucher) = worstOf(terms);
        // One in eight is so large that the pool does not last.
        terms.budget = units == 0 ? 0 : units * uint64(within(seed >> 56, 1, 60));
        if (units != 0 && seed & 7 == 0) terms.budget = _LARGE_BUDGET;
        if (voucher) terms.vouchers = uint32(within(seed >> 64, 1, 60));
    }

    /// @dev The i-th link to be revealed.
    function linkOf(uint256 seed, uint256 links, uint256 i) internal pure returns (bytes32 link) {
        link = keccak256(abi.encode("link", seed));
        for (uint256 k = i + 1; k < links; ++k) link = keccak256(abi.encode(link));
    }

    /// @dev The most that one box can cost.
    function worstOf(SeasonTerms memory terms) internal pure returns (uint64 units, bool voucher) {
        for (uint256 i = 0; i < terms.prizes.length; ++i) {
            Prize memory prize = terms.prizes[i];
            if (prize.kind == PrizeKind.Stones && prize.amount > units) units = prize.amount;
            if (prize.kind == PrizeKind.Voucher) voucher = true;
        }
    }

    /// @dev The tier in whose share of the weights the outcome lies.
    function tierOf(SeasonTerms memory terms, bytes32 outcome) internal pure returns (uint8 tier) {
        uint256 sum = 0;
        for (uint256 i = 0; i < terms.prizes.length; ++i) sum += terms.prizes[i].weight;
        uint256 ticket = uint256(outcome) % sum;
        for (; ticket >= terms.prizes[tier].weight; ++tier) ticket -= terms.prizes[tier].weight;
    }

    /// @dev The first prize is something; one of them is stones in three seasons of four.
    function _prizesOf(uint256 seed) private pure returns (Prize[] memory prizes) {
        prizes = new Prize[](within(seed >> 72, 2, 6));
        for (uint256 i = 0; i < prizes.length; ++i) {
            uint256 own = uint256(keccak256(abi.encode("prize", seed, i)));
            prizes[i] = _prizeOf(PrizeKind(within(own, i == 0 ? 1 : 0, 3)), own >> 8);
        }
        if (seed & 24 != 0) prizes[1] = _prizeOf(PrizeKind.Stones, seed >> 80);
    }

    function _prizeOf(PrizeKind kind, uint256 seed) private pure returns (Prize memory prize) {
        prize.kind = kind;
        prize.weight = uint32(within(seed, 1, 100));
        if (kind == PrizeKind.Stones) prize.amount = uint64(within(seed >> 8, 1, 500e9));
        if (kind == PrizeKind.Crystals) prize.amount = uint64(within(seed >> 8, 1, 50));
        if (kind == PrizeKind.Voucher) prize.item = uint32(within(seed >> 8, 1, ITEMS));
    }
}
