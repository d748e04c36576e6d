// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {OrderStatus} from "./Types.sol";

/// @dev An order in one storage word; from the lowest bits on: account 160 | deadline 40 | price in steps 40 (0 = a voucher paid) |
/// status 8. All zero when there is no such order.
type OrderWord is uint256;

using OrderWords for OrderWord global;

/// @title An order, read and written as one word
library OrderWords {
    /// @dev Status and deadline, which a step changes together.
    uint256 private constant _STATUS_MASK = uint256(type(uint8).max) << 240;
    uint256 private constant _DEADLINE_MASK = uint256(type(uint40).max) << 160;

    function pack(
        address account_,
        uint40 deadline_,
        uint40 priceInSteps_,
        OrderStatus status_
    ) internal pure returns (OrderWord) {
        return
            OrderWord.wrap(
                uint256(uint160(account_)) |
                    (uint256(deadline_) << 160) |
                    (uint256(priceInSteps_) << 200) |
                    (uint256(status_) << 240)
            );
    }

    function withStatus(OrderWord word, OrderStatus status_) internal pure returns (OrderWord) {
        return OrderWord.wrap((OrderWord.unwrap(word) & ~_STATUS_MASK) | (uint256(status_) << 240));
    }

    function withDeadline(OrderWord word, uint40 deadline_) internal pure returns (OrderWord) {
        return OrderWord.wrap((OrderWord.unwrap(word) & ~_DEADLINE_MASK) | (uint256(deadline_) << 160));
    }

    function isNone(OrderWord word) internal pure returns (bool) {
        return OrderWord.unwrap(word) == 0;
    }

    /// @dev A price is never 0.
    function isByVoucher(OrderWord word) internal pure returns (bool) {
        return word.priceInSteps() == 0;
    }

    // Each cast cuts off the fields above.

    function account(OrderWord word) internal pure returns (address) {
        return address(uint160(OrderWord.unwrap(word)));
    }

    function deadline(OrderWord word) internal pure returns (uint40) {
        return uint40(OrderWord.unwrap(word) >> 160);
    }

    function priceInSteps(OrderWord word) internal pure returns (uint40) {
        return uint40(OrderWord.unwrap(word) >> 200);
    }

    function status(OrderWord word) internal pure returns (OrderStatus) {
        return OrderStatus(uint8(OrderWord.unwrap(word) >> 240));
    }
}
