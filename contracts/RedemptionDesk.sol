// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IRedemptionDesk} from "./interfaces/IRedemptionDesk.sol";
import {IRules} from "./interfaces/IRules.sol";
import {IStoneLedger} from "./interfaces/IStoneLedger.sol";
import {IVehicleRegistry} from "./interfaces/IVehicleRegistry.sol";
import {Skippable} from "./libraries/Skippable.sol";
import {
    Item,
    Order,
    OrderAcceptance,
    OrderIntent,
    OrderObjection,
    OrderStatus,
    Pairing,
    RuleSet,
    StonesLeaf
} from "./types/Types.sol";

/// @title RedemptionDesk: see IRedemptionDesk
contract RedemptionDesk is IRedemptionDesk, Skippable, AccessManaged {
    /// @dev One word: prices are multiples of a thousandth of a stone, and 2^40 of those are more stones than will exist.
    struct StoredOrder {
        address account;
        uint40 deadline;
        uint40 priceInSteps;
        OrderStatus status;
    }

    bytes32 private constant _ORDER_TYPEHASH = keccak256(
        "OrderIntent(address account,uint32 item,bytes32 vehicle,uint64 maxPrice,uint64 nonce,uint40 deadline)"
    );
    bytes32 private constant _ACCEPTANCE_TYPEHASH = keccak256("OrderAcceptance(bytes32 order,uint40 deadline)");
    bytes32 private constant _OBJECTION_TYPEHASH = keccak256(
        "OrderObjection(bytes32 order,bytes32 reasonHash,uint40 deadline)"
    );
    uint64 private constant _PRICE_STEP = 1e6;
    uint256 private constant _TOTAL_STONES = 300_000_000e9;

    IRules private immutable _RULES;
    IVehicleRegistry private immutable _VEHICLES;
    IStoneLedger private immutable _LEDGER;

    /// @inheritdoc IRedemptionDesk
    uint32 public itemCount;
    mapping(uint32 item => Item) private _items;
    mapping(bytes32 sku => bool) private _skus;
    mapping(bytes32 order => StoredOrder) private _orders;

    /// @param authority The AccessManager.
    /// @param rules The programme's Rules.
    /// @param vehicles The VehicleRegistry, for who may order.
    /// @param ledger The StoneLedger that must know this contract as its desk.
    constructor(
        address authority,
        IRules rules,
        IVehicleRegistry vehicles,
        IStoneLedger ledger
    ) AccessManaged(authority) EIP712("Cairn RedemptionDesk", "1") {
        _RULES = rules;
        _VEHICLES = vehicles;
        _LEDGER = ledger;
    }

    /// @inheritdoc IRedemptionDesk
    function listItem(Item calldata terms) external restricted returns (uint32 item) {
        RuleSet memory rules = _rulesNow();
        _requireValid(terms, rules.maxFulfilmentS, rules.redemptionDelayDays);
        if (_skus[terms.sku]) revert RedemptionDesk_SkuListed(terms.sku);
        _skus[terms.sku] = true;
        item = ++itemCount;
        _items[item] = terms;
        emit ItemListed(item, terms);
    }

    /// @inheritdoc IRedemptionDesk
    function changeItem(uint32 item, Item calldata terms) external restricted {
        Item memory old = _knownItem(item);
        RuleSet memory rules = _rulesNow();
        // Rules that became stricter after the listing do not stand in the way of better terms.
        uint256 mostFulfilmentS = Math.max(old.fulfilmentS, rules.maxFulfilmentS);
        _requireValid(terms, mostFulfilmentS, Math.min(old.minDaysPaired, rules.redemptionDelayDays));
        if (terms.sku != old.sku) revert RedemptionDesk_InvalidTerms("sku", uint256(terms.sku));
        _requireNoWorse("price", terms.price <= old.price);
        _requireNoWorse("stock", terms.stock >= old.stock);
        _requireNoWorse("opensAt", terms.opensAt <= old.opensAt);
        _requireNoWorse("closesAt", terms.closesAt >= old.closesAt);
        _requireNoWorse("fulfilmentS", terms.fulfilmentS <= old.fulfilmentS);
        _requireNoWorse("minDaysPaired", terms.minDaysPaired <= old.minDaysPaired);
        _requireNoWorse("maxRank", terms.maxRank == 0 || (old.maxRank != 0 && terms.maxRank >= old.maxRank));
        _items[item] = terms;
        emit ItemChanged(item, terms);
    }

    /// @inheritdoc IRedemptionDesk
    function placeOrder(OrderIntent calldata intent) external returns (bytes32 order) {
        return _placeOwn(intent);
    }

    /// @inheritdoc IRedemptionDesk
    function creditAndPlaceOrder(
        uint256 day,
        StonesLeaf calldata leaf,
        bytes32[] calldata proof,
        OrderIntent calldata intent
    ) external returns (bytes32 order) {
        _LEDGER.credit(day, leaf, proof);
        return _placeOwn(intent);
    }

    /// @inheritdoc IRedemptionDesk
    function placeOrders(OrderIntent[] calldata intents, bytes[] calldata signatures) external {
        _requireSameLength(intents.length, signatures.length);
        for (uint256 i = 0; i < intents.length; ++i) {
            OrderIntent memory intent = intents[i];
            bytes32 order = _hashTypedDataV4(_hashOrder(intent));
            bytes memory problem = _problemOfDeadline(intent.deadline);
            if (problem.length == 0) problem = _problemOfSignature(intent.account, order, signatures[i]);
            if (problem.length == 0) problem = _problemOfOrder(intent, order);
            if (problem.length == 0) problem = _problemOfBalance(intent);
            if (!_skipped(i, intent.account, problem)) _place(intent, order);
        }
    }

    /// @inheritdoc IRedemptionDesk
    function fulfilOrder(bytes32 order, bytes32 evidenceHash) external restricted {
        StoredOrder storage record = _orders[order];
        _requireState(order, record.status == OrderStatus.Placed && block.timestamp <= record.deadline);
        emit OrderFulfilled(order, evidenceHash, _advance(record, OrderStatus.Fulfilled));
    }

    /// @inheritdoc IRedemptionDesk
    function cancelOrder(bytes32 order) external restricted {
        OrderStatus status = _orders[order].status;
        bool open = status == OrderStatus.Placed || status == OrderStatus.Fulfilled || status == OrderStatus.Objected;
        _requireState(order, open);
        _giveBack(_orders[order], OrderStatus.Cancelled);
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
            address account = _orders[acceptance.order].account;
            bytes memory problem = _problemOfDeadline(acceptance.deadline);
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
            address account = _orders[objection.order].account;
            bytes memory problem = _problemOfDeadline(objection.deadline);
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
        StoredOrder storage record = _orders[order];
        _requireState(order, record.status == OrderStatus.Objected && block.timestamp <= record.deadline);
        if (refund) _refund(order);
        else _complete(order);
    }

    /// @inheritdoc IRedemptionDesk
    function completeOrder(bytes32 order) external {
        StoredOrder storage record = _orders[order];
        _requireState(order, record.status == OrderStatus.Fulfilled && block.timestamp > record.deadline);
        _complete(order);
    }

    /// @inheritdoc IRedemptionDesk
    function refundOrder(bytes32 order) external {
        StoredOrder storage record = _orders[order];
        bool waiting = record.status == OrderStatus.Placed || record.status == OrderStatus.Objected;
        _requireState(order, waiting && block.timestamp > record.deadline);
        _refund(order);
    }

    /// @inheritdoc IRedemptionDesk
    function itemOf(uint32 item) external view returns (Item memory) {
        return _knownItem(item);
    }

    /// @inheritdoc IRedemptionDesk
    function orderOf(bytes32 order) external view returns (Order memory) {
        StoredOrder memory record = _orders[order];
        return
            Order({account: record.account, status: record.status, deadline: record.deadline, price: _priceOf(record)});
    }

    function _placeOwn(OrderIntent memory intent) private returns (bytes32 order) {
        _requireCaller(intent.account);
        order = _hashTypedDataV4(_hashOrder(intent));
        _raise(_problemOfOrder(intent, order));
        _place(intent, order);
    }

    function _place(OrderIntent memory intent, bytes32 order) private {
        Item storage item = _items[intent.item];
        uint64 price = item.price;
        uint40 deadline = uint40(block.timestamp + item.fulfilmentS); // 40 bits last until the year 36,812
        --item.stock; // checked above to be positive
        // Member by member, so that the compiler makes one store of them all.
        StoredOrder storage record = _orders[order];
        record.account = intent.account;
        record.deadline = deadline;
        record.priceInSteps = uint40(price / _PRICE_STEP); // bounded when the item was listed
        record.status = OrderStatus.Placed;
        emit OrderPlaced(order, intent.account, intent.item, intent.vehicle, price, deadline);
        _LEDGER.reserve(intent.account, price);
    }

    /// @dev Moves an order to a state that the other side has objectionS to answer.
    function _advance(StoredOrder storage record, OrderStatus status) private returns (uint40 deadline) {
        deadline = uint40(block.timestamp + _rulesNow().objectionS); // 40 bits last until the year 36,812
        record.status = status;
        record.deadline = deadline;
    }

    function _object(bytes32 order, bytes32 reasonHash) private {
        emit OrderObjected(order, reasonHash, _advance(_orders[order], OrderStatus.Objected));
    }

    function _complete(bytes32 order) private {
        StoredOrder storage record = _orders[order];
        record.status = OrderStatus.Completed;
        emit OrderCompleted(order);
        _LEDGER.spendReserved(record.account, _priceOf(record));
    }

    function _refund(bytes32 order) private {
        _giveBack(_orders[order], OrderStatus.Refunded);
        emit OrderRefunded(order);
    }

    function _giveBack(StoredOrder storage record, OrderStatus status) private {
        record.status = status;
        _LEDGER.unreserve(record.account, _priceOf(record));
    }

    function _problemOfOrder(OrderIntent memory intent, bytes32 order) private view returns (bytes memory) {
        Item storage item = _items[intent.item];
        // Every listed item has time for its fulfilment; asking for the SKU would read another word.
        if (item.fulfilmentS == 0) return abi.encodeWithSelector(RedemptionDesk_UnknownItem.selector, intent.item);
        if (_orders[order].status != OrderStatus.None) {
            return abi.encodeWithSelector(RedemptionDesk_OrderExists.selector, order);
        }
        if (block.timestamp < item.opensAt || block.timestamp >= item.closesAt) {
            return abi.encodeWithSelector(RedemptionDesk_NotOpen.selector, intent.item, item.opensAt, item.closesAt);
        }
        if (item.stock == 0) return abi.encodeWithSelector(RedemptionDesk_OutOfStock.selector, intent.item);
        if (item.price > intent.maxPrice) {
            return abi.encodeWithSelector(RedemptionDesk_PriceAboveMaximum.selector, item.price, intent.maxPrice);
        }
        if (!_eligible(intent, item)) {
            return abi.encodeWithSelector(RedemptionDesk_NotEligible.selector, intent.account, intent.vehicle);
        }
        return "";
    }

    /// @dev For a batch, which must know before it reserves; in a direct call the reservation itself reverts so.
    function _problemOfBalance(OrderIntent memory intent) private view returns (bytes memory) {
        uint64 price = _items[intent.item].price;
        uint256 have = _LEDGER.availableOf(intent.account);
        if (have >= price) return "";
        return
            abi.encodeWithSelector(IStoneLedger.StoneLedger_InsufficientStones.selector, intent.account, have, price);
    }

    /// @dev The account holds the vehicle now, has done so for long enough, and its rank is low enough.
    function _eligible(OrderIntent memory intent, Item storage item) private view returns (bool) {
        Pairing memory pairing = _VEHICLES.pairingOf(intent.vehicle);
        if (pairing.account != intent.account || pairing.until != 0) return false;
        if (block.timestamp < uint256(pairing.since) + uint256(item.minDaysPaired) * 1 days) return false;
        return item.maxRank == 0 || _VEHICLES.rankOf(intent.vehicle) <= item.maxRank;
    }

    function _problemOfAcceptance(bytes32 order) private view returns (bytes memory) {
        return _orders[order].status == OrderStatus.Fulfilled ? bytes("") : _wrongState(order);
    }

    function _problemOfObjection(bytes32 order) private view returns (bytes memory) {
        StoredOrder storage record = _orders[order];
        bool inTime = record.status == OrderStatus.Fulfilled && block.timestamp <= record.deadline;
        return inTime ? bytes("") : _wrongState(order);
    }

    function _wrongState(bytes32 order) private view returns (bytes memory) {
        StoredOrder storage record = _orders[order];
        return abi.encodeWithSelector(RedemptionDesk_WrongState.selector, order, uint8(record.status), record.deadline);
    }

    function _requireState(bytes32 order, bool right) private view {
        if (!right) _raise(_wrongState(order));
    }

    function _requireOwner(bytes32 order) private view {
        if (_orders[order].account != msg.sender) revert RedemptionDesk_NotOwner(order, msg.sender);
    }

    function _requireNoWorse(bytes32 name, bool noWorse) private pure {
        if (!noWorse) revert RedemptionDesk_NeedsNotice(name);
    }

    function _rulesNow() private view returns (RuleSet memory) {
        return _RULES.rulesAt(_RULES.dayOf(block.timestamp));
    }

    function _requireValid(Item calldata terms, uint256 mostFulfilmentS, uint256 leastDaysPaired) private pure {
        _requireTerm("sku", uint256(terms.sku), terms.sku != 0);
        bool stepped = terms.price != 0 && terms.price % _PRICE_STEP == 0 && terms.price <= _TOTAL_STONES;
        _requireTerm("price", terms.price, stepped);
        _requireTerm("closesAt", terms.closesAt, terms.closesAt > terms.opensAt);
        bool bounded = terms.fulfilmentS != 0 && terms.fulfilmentS <= mostFulfilmentS;
        _requireTerm("fulfilmentS", terms.fulfilmentS, bounded);
        _requireTerm("minDaysPaired", terms.minDaysPaired, terms.minDaysPaired >= leastDaysPaired);
    }

    function _requireTerm(bytes32 name, uint256 value, bool valid) private pure {
        if (!valid) revert RedemptionDesk_InvalidTerms(name, value);
    }

    function _knownItem(uint32 item) private view returns (Item memory terms) {
        terms = _items[item];
        if (terms.sku == 0) revert RedemptionDesk_UnknownItem(item);
    }

    function _priceOf(StoredOrder memory record) private pure returns (uint64) {
        return uint64(record.priceInSteps) * _PRICE_STEP; // at most all stones, as listed
    }

    function _hashOrder(OrderIntent memory intent) private pure returns (bytes32) {
        return keccak256(abi.encode(_ORDER_TYPEHASH, intent));
    }

    function _hashObjection(OrderObjection calldata objection) private pure returns (bytes32) {
        return keccak256(abi.encode(_OBJECTION_TYPEHASH, objection));
    }
}
