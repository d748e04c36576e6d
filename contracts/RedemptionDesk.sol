// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IAccountMoves} from "./interfaces/IAccountMoves.sol";
import {IMilestones} from "./interfaces/IMilestones.sol";
import {IRedemptionDesk} from "./interfaces/IRedemptionDesk.sol";
import {IRules} from "./interfaces/IRules.sol";
import {IStoneLedger} from "./interfaces/IStoneLedger.sol";
import {IVehicleRegistry} from "./interfaces/IVehicleRegistry.sol";
import {Pausable} from "./libraries/Pausable.sol";
import {Prices} from "./libraries/Prices.sol";
import {Skippable} from "./libraries/Skippable.sol";
import {ItemWord, ItemWords} from "./types/ItemWord.sol";
import {OrderWord, OrderWords} from "./types/OrderWord.sol";
import {
    Item,
    Order,
    OrderAcceptance,
    OrderIntent,
    OrderObjection,
    OrderStatus,
    RuleSet,
    StonesLeaf,
    Verifiers,
    VoucherOrder
} from "./types/Types.sol";

/// @title RedemptionDesk: see IRedemptionDesk
contract RedemptionDesk is IRedemptionDesk, Skippable, Pausable {
    /// @dev The contracts that it works with.
    struct Partners {
        IRules rules;
        IVehicleRegistry vehicles;
        IStoneLedger ledger;
        IMilestones milestones;
        IAccountMoves moves;
        address box;
        address catalogue;
    }

    bytes32 private constant _ORDER_TYPEHASH = keccak256(
        "OrderIntent(address account,uint32 item,bytes32 vehicle,uint64 maxPrice,uint64 nonce,uint40 deadline)"
    );
    bytes32 private constant _VOUCHER_ORDER_TYPEHASH = keccak256(
        "VoucherOrder(address account,uint32 item,bytes32 vehicle,uint64 nonce,uint40 deadline)"
    );
    bytes32 private constant _ACCEPTANCE_TYPEHASH = keccak256("OrderAcceptance(bytes32 order,uint40 deadline)");
    bytes32 private constant _OBJECTION_TYPEHASH = keccak256(
        "OrderObjection(bytes32 order,bytes32 reasonHash,uint40 deadline)"
    );
    IRules private immutable _RULES;
    IVehicleRegistry private immutable _VEHICLES;
    IStoneLedger private immutable _LEDGER;
    IMilestones private immutable _MILESTONES;
    IAccountMoves private immutable _MOVES;
    address private immutable _BOX;
    address private immutable _CATALOGUE;

    mapping(uint32 item => ItemWord) private _items;
    mapping(uint32 item => bytes32) private _skuOf;
    mapping(bytes32 order => OrderWord) private _orders;
    /// @dev The item of an order that a voucher paid, to which the voucher goes back.
    mapping(bytes32 order => uint32 item) private _voucherItems;
    /// @inheritdoc IRedemptionDesk
    mapping(address account => mapping(uint32 item => uint32 count)) public vouchersOf;

    /// @param authority The AccessManager.
    /// @param verifiers The ERC-7913 verifiers of signatures.
    /// @param partners The Rules; the VehicleRegistry and the Milestones, for who may order; the StoneLedger, which must know
    /// this contract as its desk; the AccountMoves, for whose order it is; the MineBox, which alone gives vouchers;
    /// the Catalogue, which alone sets items.
    constructor(
        address authority,
        Verifiers memory verifiers,
        Partners memory partners
    ) AccessManaged(authority) EIP712("Cairn RedemptionDesk", "1") Skippable(verifiers) {
        _RULES = partners.rules;
        _VEHICLES = partners.vehicles;
        _LEDGER = partners.ledger;
        _MILESTONES = partners.milestones;
        _MOVES = partners.moves;
        _BOX = partners.box;
        _CATALOGUE = partners.catalogue;
    }

    modifier only(address partner) {
        if (msg.sender != partner) revert RedemptionDesk_NotPartner(msg.sender);
        _;
    }

    /// @inheritdoc IRedemptionDesk
    function setItem(uint32 item, Item calldata terms) external only(_CATALOGUE) {
        _skuOf[item] = terms.sku;
        _items[item] = ItemWords.pack(terms);
    }

    /// @inheritdoc IRedemptionDesk
    function placeOrder(OrderIntent memory intent) external returns (bytes32 order) {
        _requireCaller(intent.account);
        order = _hashTypedDataV4(_hashOrder(intent));
        ItemWord item = _items[intent.item];
        _raise(_problemOfOrder(intent, order, item));
        _LEDGER.reserve(intent.account, _record(intent, order, item));
    }

    /// @inheritdoc IRedemptionDesk
    function creditAndPlaceOrder(
        uint256 day,
        StonesLeaf calldata leaf,
        bytes32[] calldata proof,
        OrderIntent memory intent
    ) external returns (bytes32 order) {
        _requireCaller(intent.account);
        order = _hashTypedDataV4(_hashOrder(intent));
        ItemWord item = _items[intent.item];
        _raise(_problemOfOrder(intent, order, item));
        uint64 price = _record(intent, order, item);
        _LEDGER.creditAndReserve(day, leaf, proof, intent.account, price);
    }

    /// @inheritdoc IRedemptionDesk
    function placeOrders(OrderIntent[] calldata intents, bytes[] calldata signatures) external {
        _placeAll(intents, signatures);
    }

    /// @inheritdoc IRedemptionDesk
    function creditAndPlaceOrders(
        uint256 day,
        StonesLeaf[] calldata leaves,
        bytes32[] calldata proof,
        bool[] calldata flags,
        OrderIntent[] calldata intents,
        bytes[] calldata signatures
    ) external {
        _LEDGER.creditMany(day, leaves, proof, flags);
        _placeAll(intents, signatures);
    }

    /// @inheritdoc IRedemptionDesk
    function placeVoucherOrder(VoucherOrder memory intent) external returns (bytes32 order) {
        _requireCaller(intent.account);
        order = _hashTypedDataV4(_hashVoucherOrder(intent));
        _raise(_problemOfVoucherOrder(intent, order));
        _placeByVoucher(intent, order);
    }

    /// @inheritdoc IRedemptionDesk
    function placeVoucherOrders(VoucherOrder[] calldata intents, bytes[] calldata signatures) external {
        _requireSameLength(intents.length, signatures.length);
        for (uint256 i = 0; i < intents.length; ++i) {
            VoucherOrder memory intent = intents[i];
            bytes32 order = _hashTypedDataV4(_hashVoucherOrder(intent));
            bytes memory problem = _problemOfDeadline(intent.deadline);
            if (problem.length == 0) problem = _problemOfSignature(intent.account, order, signatures[i]);
            if (problem.length == 0) problem = _problemOfVoucherOrder(intent, order);
            if (!_skipped(i, intent.account, problem)) _placeByVoucher(intent, order);
        }
    }

    /// @inheritdoc IRedemptionDesk
    function grantVouchers(address account, uint32 item, uint32 count) external only(_BOX) {
        vouchersOf[account][item] += count;
        emit VouchersGranted(account, item, count);
    }

    /// @inheritdoc IRedemptionDesk
    function followMove(address account, uint32 item) external {
        address to = _MOVES.currentOf(account);
        uint32 count = vouchersOf[account][item];
        if (to == account || count == 0) revert RedemptionDesk_NothingToFollow(account, item);
        vouchersOf[account][item] = 0;
        vouchersOf[to][item] += count;
        emit VouchersFollowed(account, to, item, count);
    }

    /// @inheritdoc IRedemptionDesk
    function fulfilOrder(bytes32 order, bytes32 evidenceHash) external restricted whenRunning {
        OrderWord word = _orders[order];
        _requireState(order, word.status() == OrderStatus.Placed && block.timestamp <= word.deadline());
        emit OrderFulfilled(order, evidenceHash, _advance(order, OrderStatus.Fulfilled));
    }

    /// @inheritdoc IRedemptionDesk
    function cancelOrder(bytes32 order) external restricted {
        OrderStatus status = _orders[order].status();
        bool open = status == OrderStatus.Placed || status == OrderStatus.Fulfilled || status == OrderStatus.Objected;
        _requireState(order, open);
        _giveBack(order, OrderStatus.Cancelled);
        emit OrderCancelled(order);
    }

    /// @inheritdoc IRedemptionDesk
    function acceptOrder(bytes32 order) external {
        _requireOwner(order);
        _raise(_problemOfAcceptance(order));
        _complete(order);
    }

    /// @inheritdoc IRedemptionDesk
    function objectOrder(bytes32 order, bytes32 reasonHash) external {
        _requireOwner(order);
        _raise(_problemOfObjection(order));
        _object(order, reasonHash);
    }

    /// @inheritdoc IRedemptionDesk
    function acceptOrders(OrderAcceptance[] calldata acceptances, bytes[] calldata signatures) external {
        _requireSameLength(acceptances.length, signatures.length);
        for (uint256 i = 0; i < acceptances.length; ++i) {
            OrderAcceptance calldata acceptance = acceptances[i];
            address account = _ownerOf(acceptance.order);
            bytes memory problem = _problemOfDeadline(acceptance.deadline);
            if (problem.length == 0) problem = _problemOfOwner(acceptance.order, account);
            if (problem.length == 0) problem = _problemOfAcceptance(acceptance.order);
            if (problem.length == 0) {
                bytes32 structHash = keccak256(abi.encode(_ACCEPTANCE_TYPEHASH, acceptance));
                problem = _problemOfSignature(account, _hashTypedDataV4(structHash), signatures[i]);
            }
            if (!_skipped(i, account, problem)) _complete(acceptance.order);
        }
    }

    /// @inheritdoc IRedemptionDesk
    function objectOrders(OrderObjection[] calldata objections, bytes[] calldata signatures) external {
        _requireSameLength(objections.length, signatures.length);
        for (uint256 i = 0; i < objections.length; ++i) {
            OrderObjection calldata objection = objections[i];
            address account = _ownerOf(objection.order);
            bytes memory problem = _problemOfDeadline(objection.deadline);
            if (problem.length == 0) problem = _problemOfOwner(objection.order, account);
            if (problem.length == 0) problem = _problemOfObjection(objection.order);
            if (problem.length == 0) {
                bytes32 digest = _hashTypedDataV4(_hashObjection(objection));
                problem = _problemOfSignature(account, digest, signatures[i]);
            }
            if (!_skipped(i, account, problem)) _object(objection.order, objection.reasonHash);
        }
    }

    /// @inheritdoc IRedemptionDesk
    function decideOrder(bytes32 order, bool refund) external restricted {
        OrderWord word = _orders[order];
        _requireState(order, word.status() == OrderStatus.Objected && block.timestamp <= word.deadline());
        if (refund) _refund(order);
        else _complete(order);
    }

    /// @inheritdoc IRedemptionDesk
    function completeOrder(bytes32 order) external {
        OrderWord word = _orders[order];
        _requireState(order, word.status() == OrderStatus.Fulfilled && block.timestamp > word.deadline());
        _complete(order);
    }

    /// @inheritdoc IRedemptionDesk
    function refundOrder(bytes32 order) external {
        OrderWord word = _orders[order];
        bool waiting = word.status() == OrderStatus.Placed || word.status() == OrderStatus.Objected;
        _requireState(order, waiting && block.timestamp > word.deadline());
        _refund(order);
    }

    /// @inheritdoc IRedemptionDesk
    function itemOf(uint32 item) external view returns (Item memory) {
        bytes32 sku = _skuOf[item];
        if (sku == 0) revert RedemptionDesk_UnknownItem(item);
        return _items[item].unpack(sku);
    }

    /// @inheritdoc IRedemptionDesk
    function orderOf(bytes32 order) external view returns (Order memory) {
        OrderWord word = _orders[order];
        return
            Order({account: word.account(), status: word.status(), deadline: word.deadline(), price: _priceOf(word)});
    }

    function _placeAll(OrderIntent[] calldata intents, bytes[] calldata signatures) private {
        _requireSameLength(intents.length, signatures.length);
        for (uint256 i = 0; i < intents.length; ++i) {
            OrderIntent memory intent = intents[i];
            bytes32 order = _hashTypedDataV4(_hashOrder(intent));
            bytes memory problem = _problemOfDeadline(intent.deadline);
            if (problem.length == 0) problem = _problemOfSignature(intent.account, order, signatures[i]);
            ItemWord item = _items[intent.item];
            if (problem.length == 0) problem = _problemOfOrder(intent, order, item);
            if (problem.length == 0) problem = _problemOfBalance(intent.account, _priceOf(item));
            if (!_skipped(i, intent.account, problem)) {
                _LEDGER.reserve(intent.account, _record(intent, order, item));
            }
        }
    }

    /// @dev Takes one off the stock and writes the order down; the stones are still to be reserved.
    function _record(OrderIntent memory intent, bytes32 order, ItemWord item) private returns (uint64 price) {
        uint40 deadline = uint40(block.timestamp + item.fulfilmentS()); // 40 bits last until the year 36,812
        price = _priceOf(item);
        _items[intent.item] = item.takeOne(); // checked before to be there
        _orders[order] = OrderWords.pack(intent.account, deadline, item.priceInSteps(), OrderStatus.Placed);
        emit OrderPlaced(order, intent.account, intent.item, intent.vehicle, price, deadline);
    }

    function _placeByVoucher(VoucherOrder memory intent, bytes32 order) private {
        --vouchersOf[intent.account][intent.item]; // checked before to be positive
        _voucherItems[order] = intent.item;
        uint40 deadline = uint40(block.timestamp + _items[intent.item].fulfilmentS()); // as above
        _orders[order] = OrderWords.pack(intent.account, deadline, 0, OrderStatus.Placed);
        emit OrderPlaced(order, intent.account, intent.item, intent.vehicle, 0, deadline);
    }

    /// @dev Moves an order to a state that the other side has objectionS to answer.
    function _advance(bytes32 order, OrderStatus status) private returns (uint40 deadline) {
        deadline = uint40(block.timestamp + _rulesNow().objectionS); // 40 bits last until the year 36,812
        _orders[order] = _orders[order].withStatus(status).withDeadline(deadline);
    }

    function _object(bytes32 order, bytes32 reasonHash) private {
        emit OrderObjected(order, reasonHash, _advance(order, OrderStatus.Objected));
    }

    function _complete(bytes32 order) private {
        OrderWord word = _orders[order];
        _orders[order] = word.withStatus(OrderStatus.Completed);
        emit OrderCompleted(order);
        if (!word.isByVoucher()) _LEDGER.spendReserved(word.account(), _priceOf(word));
    }

    function _refund(bytes32 order) private {
        _giveBack(order, OrderStatus.Refunded);
        emit OrderRefunded(order);
    }

    function _giveBack(bytes32 order, OrderStatus status) private {
        OrderWord word = _orders[order];
        _orders[order] = word.withStatus(status);
        if (word.isByVoucher()) ++vouchersOf[word.account()][_voucherItems[order]];
        else _LEDGER.unreserve(word.account(), _priceOf(word));
    }

    function _problemOfOrder(
        OrderIntent memory intent,
        bytes32 order,
        ItemWord item
    ) private view returns (bytes memory) {
        bytes memory problem = _problemOfNew(intent.item, item, order);
        if (problem.length != 0) return problem;
        if (block.timestamp < item.opensAt() || block.timestamp >= item.closesAt()) {
            return
                abi.encodeWithSelector(RedemptionDesk_NotOpen.selector, intent.item, item.opensAt(), item.closesAt());
        }
        if (item.stock() == 0) return abi.encodeWithSelector(RedemptionDesk_OutOfStock.selector, intent.item);
        uint64 price = _priceOf(item);
        if (price > intent.maxPrice) {
            return abi.encodeWithSelector(RedemptionDesk_PriceAboveMaximum.selector, price, intent.maxPrice);
        }
        if (!_eligible(intent, item)) {
            return abi.encodeWithSelector(RedemptionDesk_NotEligible.selector, intent.account, intent.vehicle);
        }
        return _none();
    }

    /// @dev A prize must be usable: a voucher asks for a vehicle and for nothing else, neither stock nor window.
    function _problemOfVoucherOrder(VoucherOrder memory intent, bytes32 order) private view returns (bytes memory) {
        bytes memory problem = _problemOfNew(intent.item, _items[intent.item], order);
        if (problem.length != 0) return problem;
        if (vouchersOf[intent.account][intent.item] == 0) {
            return abi.encodeWithSelector(RedemptionDesk_NoVoucher.selector, intent.account, intent.item);
        }
        if (_MOVES.currentOf(intent.account) != intent.account) {
            return abi.encodeWithSelector(RedemptionDesk_AccountMoved.selector, intent.account);
        }
        if (_VEHICLES.heldSince(intent.vehicle, intent.account) == 0) {
            return abi.encodeWithSelector(RedemptionDesk_NotEligible.selector, intent.account, intent.vehicle);
        }
        return _none();
    }

    /// @dev Every listed item has time for its fulfilment; asking for the SKU would read another word.
    function _problemOfNew(uint32 number, ItemWord item, bytes32 order) private view returns (bytes memory) {
        if (item.fulfilmentS() == 0) return abi.encodeWithSelector(RedemptionDesk_UnknownItem.selector, number);
        if (_orders[order].isNone()) return _none();
        return abi.encodeWithSelector(RedemptionDesk_OrderExists.selector, order);
    }

    /// @dev For a batch, which must know before it reserves; in a direct call the reservation itself reverts so.
    function _problemOfBalance(address account, uint64 price) private view returns (bytes memory) {
        uint256 have = _LEDGER.availableOf(account);
        if (have >= price) return _none();
        return abi.encodeWithSelector(IStoneLedger.StoneLedger_InsufficientStones.selector, account, have, price);
    }

    /// @dev The account holds the vehicle now, it was paired for long enough, its rank is low enough, and the milestone reached.
    function _eligible(OrderIntent memory intent, ItemWord item) private view returns (bool) {
        uint256 since = _VEHICLES.heldSince(intent.vehicle, intent.account);
        if (since == 0 || block.timestamp - since < uint256(item.minDaysPaired()) * 1 days) return false;
        if (item.maxRank() != 0 && _VEHICLES.rankOf(intent.vehicle) > item.maxRank()) return false;
        return item.milestone() == 0 || _MILESTONES.isReached(item.milestone(), intent.account);
    }

    function _problemOfAcceptance(bytes32 order) private view returns (bytes memory) {
        return _orders[order].status() == OrderStatus.Fulfilled ? _none() : _wrongState(order);
    }

    function _problemOfObjection(bytes32 order) private view returns (bytes memory) {
        OrderWord word = _orders[order];
        bool inTime = word.status() == OrderStatus.Fulfilled && block.timestamp <= word.deadline();
        return inTime ? _none() : _wrongState(order);
    }

    function _wrongState(bytes32 order) private view returns (bytes memory) {
        OrderWord word = _orders[order];
        return abi.encodeWithSelector(RedemptionDesk_WrongState.selector, order, uint8(word.status()), word.deadline());
    }

    function _requireState(bytes32 order, bool right) private view {
        if (!right) _raise(_wrongState(order));
    }

    function _requireOwner(bytes32 order) private view {
        if (_ownerOf(order) != msg.sender) revert RedemptionDesk_NotOwner(order, msg.sender);
        _raise(_problemOfOwner(order, msg.sender));
    }

    /// @dev Behind more pointers than are followed stands an account whose key may be a thief's.
    function _problemOfOwner(bytes32 order, address owner) private view returns (bytes memory) {
        bool isFar = owner != _orders[order].account() && _MOVES.forwardOf(owner).to != address(0);
        return isFar ? abi.encodeWithSelector(RedemptionDesk_AccountMoved.selector, owner) : _none();
    }

    /// @dev Who stands now for the account that ordered.
    function _ownerOf(bytes32 order) private view returns (address) {
        return _MOVES.currentOf(_orders[order].account());
    }

    function _rulesNow() private view returns (RuleSet memory) {
        return _RULES.rulesAt(_RULES.dayOf(block.timestamp));
    }

    function _priceOf(ItemWord item) private pure returns (uint64) {
        return Prices.fromSteps(item.priceInSteps());
    }

    function _priceOf(OrderWord order) private pure returns (uint64) {
        return Prices.fromSteps(order.priceInSteps());
    }

    function _hashOrder(OrderIntent memory intent) private pure returns (bytes32) {
        return keccak256(abi.encode(_ORDER_TYPEHASH, intent));
    }

    function _hashVoucherOrder(VoucherOrder memory intent) private pure returns (bytes32) {
        return keccak256(abi.encode(_VOUCHER_ORDER_TYPEHASH, intent));
    }

    function _hashObjection(OrderObjection calldata objection) private pure returns (bytes32) {
        return keccak256(abi.encode(_OBJECTION_TYPEHASH, objection));
    }
}
