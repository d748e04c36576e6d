// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Item} from "../../../../contracts/types/Types.sol";
import {timeNow, waitUntil, within} from "../Vm.sol";
import {VoucherHandler} from "./VoucherHandler.sol";

/// @dev The catalogue makes items better at once and worse after notice.
abstract contract ItemHandler is VoucherHandler {
    uint64 private constant _PRICE_STEP = 1e6;
    uint32 private constant _STOCK = 10_000;
    uint256 private constant _APPLY_WITHIN_S = 7 days;

    function changeItem(uint256 seed) external counted {
        uint32 item = uint32(1 + (seed % ITEMS));
        Item memory better = terms[item];
        better.price -= _PRICE_STEP * uint64(within(seed >> 8, 0, better.price / _PRICE_STEP / 4));
        better.stock += uint32(within(seed >> 72, 0, 5));
        better.fulfilmentS -= uint32(within(seed >> 136, 0, 60));
        ensureRunning(address(catalogue));
        catalogue.changeItem(item, better);
        terms[item] = better;
    }

    function announceItemChange(uint256 seed) external counted {
        _announceItem(uint32(1 + (seed % ITEMS)), seed);
    }

    function withdrawItemChange(uint256 seed) external counted {
        (uint32 item, ) = _announcedItem(seed);
        catalogue.withdrawItemChange(item);
    }

    /// @dev What was sold since the announcement is not there again.
    function applyItemChange(uint256 seed) external counted {
        (uint32 item, Item memory worse) = _announcedItem(seed);
        (, uint40 from) = catalogue.announcementOf(item);
        waitUntil(from);
        catalogue.applyItemChange(item);
        if (worse.stock > terms[item].stock) worse.stock = terms[item].stock;
        terms[item] = worse;
    }

    /// @dev Whether every item stands as it was listed, changed and sold.
    function areItemsKept() external view returns (bool) {
        for (uint32 item = 1; item <= ITEMS; ++item) {
            if (keccak256(abi.encode(desk.itemOf(item))) != keccak256(abi.encode(terms[item]))) return false;
        }
        return true;
    }

    function listItems() internal {
        for (uint32 item = 1; item <= ITEMS; ++item) {
            bytes32 sku = bytes32(uint256(item));
            terms[item] = Item(sku, uint64(item) * 700e9, _STOCK, 0, type(uint40).max, 86_400, 0, 0, 0);
            catalogue.listItem(terms[item]);
        }
    }

    function _announceItem(uint32 item, uint256 seed) private {
        Item memory worse = terms[item];
        worse.price = _PRICE_STEP * uint64(within(seed >> 8, 1, 3_000_000));
        worse.stock = uint32(within(seed >> 72, _STOCK / 2, _STOCK));
        worse.fulfilmentS = uint32(within(seed >> 136, 3_600, 86_400));
        ensureRunning(address(catalogue));
        catalogue.announceItemChange(item, worse);
    }

    /// @dev An item with an announced change that is not too late.
    function _announcedItem(uint256 seed) private returns (uint32 item, Item memory announced) {
        uint40 from;
        for (uint256 i = 0; i < ITEMS; ++i) {
            item = uint32(1 + (((seed % ITEMS) + i) % ITEMS));
            (announced, from) = catalogue.announcementOf(item);
            if (from != 0 && timeNow() < from + _APPLY_WITHIN_S) return (item, announced);
        }
        _announceItem(item, seed);
        (announced, ) = catalogue.announcementOf(item);
    }
}
