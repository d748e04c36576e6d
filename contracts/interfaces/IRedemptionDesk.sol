// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Item, Order, OrderIntent, OrderAcceptance, OrderObjection, StonesLeaf, VoucherOrder} from "../types/Types.sol";
import {ISkippable} from "./ISkippable.sol";

/// @title RedemptionDesk: stones become upgrades, or come back
/// @notice An order reserves stones at the price of its block. It ends completed, cancelled or refunded: after each
/// deadline anyone may end it, without anybody's leave.
/// @dev It does not check that an upgrade was really delivered: the owner may object, and an arbiter decides.
interface IRedemptionDesk is ISkippable {
    /// @notice `account` may order `count` of an item without stones.
    event VouchersGranted(address indexed account, uint32 indexed item, uint32 count);
    /// @notice The vouchers of a moved account are now with `to`.
    event VouchersFollowed(address indexed account, address indexed to, uint32 indexed item, uint32 count);
    /// @notice An order reserves `price` units of `account`; a price of 0 says that a voucher paid.
    event OrderPlaced(
        bytes32 indexed order,
        address indexed account,
        uint32 indexed item,
        bytes32 vehicle,
        uint64 price,
        uint40 deadline
    );
    /// @notice The operator says it delivered; the owner may object until `deadline`.
    event OrderFulfilled(bytes32 indexed order, bytes32 evidenceHash, uint40 deadline);
    /// @notice The owner objects; the arbiter may decide until `deadline`.
    event OrderObjected(bytes32 indexed order, bytes32 reasonHash, uint40 deadline);
    /// @notice The reserved stones are spent.
    event OrderCompleted(bytes32 indexed order);
    /// @notice The operator cancelled; the stones are free again.
    event OrderCancelled(bytes32 indexed order);
    /// @notice A deadline passed or the arbiter decided for the owner; the stones are free again.
    event OrderRefunded(bytes32 indexed order);

    /// @notice The item does not exist.
    error RedemptionDesk_UnknownItem(uint32 item);
    /// @notice Only one contract of the programme may do this, and the caller is not it.
    error RedemptionDesk_NotPartner(address caller);
    /// @notice The account has no voucher for the item.
    error RedemptionDesk_NoVoucher(address account, uint32 item);
    /// @notice The account has moved: what it had is for the account that stands for it now.
    error RedemptionDesk_AccountMoved(address account);
    /// @notice The account has not moved, or has no vouchers for the item.
    error RedemptionDesk_NothingToFollow(address account, uint32 item);
    /// @notice The item is not open now.
    error RedemptionDesk_NotOpen(uint32 item, uint40 opensAt, uint40 closesAt);
    /// @notice The item is sold out.
    error RedemptionDesk_OutOfStock(uint32 item);
    /// @notice The price is above what the owner agreed to.
    error RedemptionDesk_PriceAboveMaximum(uint64 price, uint64 maxPrice);
    /// @notice The account does not hold the vehicle, the pairing is too young, its rank too high, or the milestone not reached.
    error RedemptionDesk_NotEligible(address account, bytes32 vehicle);
    /// @notice The same order was placed before.
    error RedemptionDesk_OrderExists(bytes32 order);
    /// @notice The order is not in a state, or not yet in the time, for this.
    error RedemptionDesk_WrongState(bytes32 order, uint8 status, uint40 deadline);
    /// @notice Only the order's account may do this.
    error RedemptionDesk_NotOwner(bytes32 order, address caller);

    /// @notice Writes an item's terms. Only the Catalogue.
    function setItem(uint32 item, Item calldata terms) external;

    /// @notice The caller orders. `intent.account` must be the caller; the deadline is not used.
    /// @return order The order's id: the EIP-712 digest of the intent.
    function placeOrder(OrderIntent calldata intent) external returns (bytes32 order);

    /// @notice The caller credits its stones by proof and orders, in one transaction.
    function creditAndPlaceOrder(
        uint256 day,
        StonesLeaf calldata leaf,
        bytes32[] calldata proof,
        OrderIntent calldata intent
    ) external returns (bytes32 order);

    /// @notice Carries out signed orders; anyone may call. Skips what cannot be done.
    function placeOrders(OrderIntent[] calldata intents, bytes[] calldata signatures) external;

    /// @notice Credits many leaves of one day, whoever's they are, and carries out signed orders.
    function creditAndPlaceOrders(
        uint256 day,
        StonesLeaf[] calldata leaves,
        bytes32[] calldata proof,
        bool[] calldata flags,
        OrderIntent[] calldata intents,
        bytes[] calldata signatures
    ) external;

    /// @notice The caller orders by a voucher, which asks for a vehicle that the caller holds and for no other condition.
    /// `intent.account` must be the caller; the deadline is not used.
    /// @return order The order's id: the EIP-712 digest of the intent.
    function placeVoucherOrder(VoucherOrder calldata intent) external returns (bytes32 order);

    /// @notice Carries out signed orders by voucher; anyone may call. Skips what cannot be done.
    function placeVoucherOrders(VoucherOrder[] calldata intents, bytes[] calldata signatures) external;

    /// @notice Gives an account vouchers for an item. Only the MineBox.
    function grantVouchers(address account, uint32 item, uint32 count) external;

    /// @notice Gives a moved account's vouchers for an item to the account that stands for it now. Anyone.
    function followMove(address account, uint32 item) external;

    /// @notice The operator delivered, before the fulfilment deadline. Role: OPERATOR.
    function fulfilOrder(bytes32 order, bytes32 evidenceHash) external;

    /// @notice The operator gives up an order that is not ended; stones or voucher go back. Role: OPERATOR.
    function cancelOrder(bytes32 order) external;

    /// @notice The caller, whose order it is, accepts what was delivered.
    function acceptOrder(bytes32 order) external;

    /// @notice The caller, whose order it is, objects to what was delivered, before the objection deadline.
    function objectOrder(bytes32 order, bytes32 reasonHash) external;

    /// @notice Carries out signed acceptances; anyone may call. Skips what cannot be done.
    function acceptOrders(OrderAcceptance[] calldata acceptances, bytes[] calldata signatures) external;

    /// @notice Carries out signed objections; anyone may call. Skips what cannot be done.
    function objectOrders(OrderObjection[] calldata objections, bytes[] calldata signatures) external;

    /// @notice Decides an objection before its deadline. Role: ARBITER.
    /// @param refund True gives the stones back; false completes the order.
    function decideOrder(bytes32 order, bool refund) external;

    /// @notice Completes a fulfilled order whose objection deadline passed in silence. Anyone.
    function completeOrder(bytes32 order) external;

    /// @notice Refunds an order whose fulfilment deadline, or whose arbiter's deadline, has passed. Anyone.
    function refundOrder(bytes32 order) external;

    /// @notice An item's terms; stock is what is left. Reverts when it is not listed.
    function itemOf(uint32 item) external view returns (Item memory);

    /// @notice How many orders of an item the account may place by voucher.
    function vouchersOf(address account, uint32 item) external view returns (uint32);

    /// @notice An order, all zero when unknown.
    function orderOf(bytes32 order) external view returns (Order memory);
}
