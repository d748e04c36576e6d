// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Prices} from "../libraries/Prices.sol";
import {Item} from "./Types.sol";

/// @dev An item's terms but for its SKU, in one storage word; from the lowest bits on: price in steps 40 | stock 32 | opensAt 40 |
/// closesAt 40 | fulfilmentS 32 | minDaysPaired 16 | maxRank 32 | milestone 16.
type ItemWord is uint256;

using ItemWords for ItemWord global;

/// @title Terms of an item, read from one word: an order reads them all and changes one
library ItemWords {
    uint256 private constant _ONE_OF_STOCK = 1 << 40;

    function pack(Item calldata terms) internal pure returns (ItemWord) {
        return
            ItemWord.wrap(
                uint256(Prices.toSteps(terms.price)) |
                    (uint256(terms.stock) << 40) |
                    (uint256(terms.opensAt) << 72) |
                    (uint256(terms.closesAt) << 112) |
                    (uint256(terms.fulfilmentS) << 152) |
                    (uint256(terms.minDaysPaired) << 184) |
                    (uint256(terms.maxRank) << 200) |
                    (uint256(terms.milestone) << 232)
            );
    }

    function unpack(ItemWord word, bytes32 sku) internal pure returns (Item memory) {
        return
            Item({
                sku: sku,
                price: Prices.fromSteps(word.priceInSteps()),
                stock: word.stock(),
                opensAt: word.opensAt(),
                closesAt: word.closesAt(),
                fulfilmentS: word.fulfilmentS(),
                minDaysPaired: word.minDaysPaired(),
                maxRank: word.maxRank(),
                milestone: word.milestone()
            });
    }

    /// @dev The same with one less in stock; there must be one.
    function takeOne(ItemWord word) internal pure returns (ItemWord) {
        return ItemWord.wrap(ItemWord.unwrap(word) - _ONE_OF_STOCK);
    }

    // Each cast cuts off the fields above.

    function priceInSteps(ItemWord word) internal pure returns (uint40) {
        return uint40(ItemWord.unwrap(word));
    }

    function stock(ItemWord word) internal pure returns (uint32) {
        return uint32(ItemWord.unwrap(word) >> 40);
    }

    function opensAt(ItemWord word) internal pure returns (uint40) {
        return uint40(ItemWord.unwrap(word) >> 72);
    }

    function closesAt(ItemWord word) internal pure returns (uint40) {
        return uint40(ItemWord.unwrap(word) >> 112);
    }

    function fulfilmentS(ItemWord word) internal pure returns (uint32) {
        return uint32(ItemWord.unwrap(word) >> 152);
    }

    function minDaysPaired(ItemWord word) internal pure returns (uint16) {
        return uint16(ItemWord.unwrap(word) >> 184);
    }

    function maxRank(ItemWord word) internal pure returns (uint32) {
        return uint32(ItemWord.unwrap(word) >> 200);
    }

    function milestone(ItemWord word) internal pure returns (uint16) {
        return uint16(ItemWord.unwrap(word) >> 232);
    }
}
