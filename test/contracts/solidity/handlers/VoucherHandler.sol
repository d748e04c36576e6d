// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {VoucherOrder} from "../../../../contracts/types/Types.sol";
import {digestFor, one} from "../Signing.sol";
import {timeNow, vm, within} from "../Vm.sol";
import {OrderHandler} from "./OrderHandler.sol";

/// @dev Vouchers are given, follow their owner, and pay orders.
abstract contract VoucherHandler is OrderHandler {
    uint256 public vouchersGranted;

    /// @dev In place of the mine box, for any account: one that has moved may still have had boxes to open.
    function grantVouchers(uint256 seed) external counted {
        _grant(accounts[seed % accounts.length], uint32(1 + ((seed >> 64) % ITEMS)), uint32(within(seed >> 8, 1, 3)));
    }

    function placeByVoucher(uint256 seed) external counted {
        _placeByVoucher(seed);
    }

    function followVouchers(uint256 seed) external counted {
        address account = movedAccount(seed);
        uint32 item = _voucherOf(account);
        if (item == 0) {
            item = 1;
            _grant(account, item, 1);
        }
        if (seed & 64 == 0) reach(account);
        desk.followMove(account, item);
        assert(desk.vouchersOf(account, item) == 0);
    }

    /// @dev Vouchers of an account for all items.
    function vouchersOf(address account) external view returns (uint256 count) {
        for (uint32 item = 1; item <= ITEMS; ++item) count += desk.vouchersOf(account, item);
    }

    function placeAny(uint256 seed) internal override returns (bytes32) {
        return seed & 512 == 0 ? _placeByVoucher(seed) : placeWithStones(seed);
    }

    function _grant(address account, uint32 item, uint32 count) private {
        vm.prank(address(box));
        desk.grantVouchers(account, item, count);
        vouchersGranted += count;
        vouchersWorth[personOf(account)] += count;
    }

    function _placeByVoucher(uint256 seed) private returns (bytes32 order) {
        address person = personAt(seed);
        uint32 item = _voucherOf(person);
        if (item == 0) {
            item = uint32(1 + ((seed >> 64) % ITEMS));
            _grant(person, item, 1);
        }
        bytes32 vehicle = vehicleFor(person);
        VoucherOrder memory intent = VoucherOrder(person, item, vehicle, ++nonce, uint40(timeNow()));
        bytes32 typehash = keccak256(
            "VoucherOrder(address account,uint32 item,bytes32 vehicle,uint64 nonce,uint40 deadline)"
        );
        if (seed & 128 == 0) {
            vm.prank(person);
            order = desk.placeVoucherOrder(intent);
        } else {
            VoucherOrder[] memory list = new VoucherOrder[](1);
            list[0] = intent;
            bytes32 structHash = keccak256(abi.encode(typehash, intent));
            desk.placeVoucherOrders(list, one(sign(person, address(desk), structHash)));
            order = digestFor(address(desk), structHash);
        }
        noteOrder(order, person, 0);
    }

    /// @dev An item that an account has a voucher for, 0 if it has none.
    function _voucherOf(address account) private view returns (uint32) {
        for (uint32 item = 1; item <= ITEMS; ++item) if (desk.vouchersOf(account, item) != 0) return item;
        return 0;
    }
}
