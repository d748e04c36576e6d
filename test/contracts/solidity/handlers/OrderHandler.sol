// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {
    Item,
    Order,
    OrderAcceptance,
    OrderIntent,
    OrderObjection,
    OrderStatus,
    StonesLeaf
} from "../../../../contracts/types/Types.sol";
import {digestFor, one} from "../Signing.sol";
import {timeNow, vm, waitUntil} from "../Vm.sol";
import {LedgerHandler} from "./LedgerHandler.sol";

/// @dev Orders are placed with stones and go through their states, whichever account their owner has by then.
abstract contract OrderHandler is LedgerHandler {
    struct Placed {
        bytes32 id;
        address account;
        uint64 price;
        bool ended;
    }

    uint32 public constant ITEMS = 3;

    Placed[] internal orders;
    /// @dev What each item's terms must be.
    mapping(uint32 item => Item) internal terms;
    uint256 public spent;
    uint256 public vouchersUsed;
    uint64 internal nonce;

    function place(uint256 seed) external counted {
        placeWithStones(seed);
    }

    /// @dev An order with a credit before it, which is refused when others got so much that too little is left.
    function creditAndPlace(uint256 seed) external {
        uint256 day = newestCreditableDay(seed);
        OrderIntent memory intent = _intent(seed);
        uint256 i = indexOf(intent.account);
        StonesLeaf memory leaf = leafOf(day, i);
        bytes32[] memory proof = proofOf(day, i);
        vm.prank(intent.account);
        try desk.creditAndPlaceOrder(day, leaf, proof, intent) returns (bytes32 order) {
            noteCredit(day, leaf);
            _notePlaced(order, intent);
            ++done[msg.sig];
        } catch (bytes memory problem) {
            requireAboveSettled(problem);
        }
    }

    function fulfil(uint256 seed) external counted {
        bytes32 order = _orderIn(OrderStatus.Placed, seed);
        ensureRunning(address(desk));
        desk.fulfilOrder(order, bytes32(seed));
    }

    function accept(uint256 seed) external counted {
        bytes32 order = _orderIn(OrderStatus.Fulfilled, seed);
        address owner = _reachOwner(order);
        if (seed & 64 == 0) {
            vm.prank(owner);
            desk.acceptOrder(order);
        } else {
            OrderAcceptance[] memory list = new OrderAcceptance[](1);
            list[0] = OrderAcceptance(order, uint40(timeNow()));
            bytes32 typehash = keccak256("OrderAcceptance(bytes32 order,uint40 deadline)");
            desk.acceptOrders(list, one(sign(owner, address(desk), keccak256(abi.encode(typehash, list[0])))));
        }
        _noteEnded(order, OrderStatus.Completed);
    }

    function object(uint256 seed) external counted {
        _object(_orderIn(OrderStatus.Fulfilled, seed), seed);
    }

    function decide(uint256 seed) external counted {
        bytes32 order = _orderIn(OrderStatus.Objected, seed);
        _reachOwner(order);
        desk.decideOrder(order, seed & 64 == 0);
        _noteEnded(order, seed & 64 == 0 ? OrderStatus.Refunded : OrderStatus.Completed);
    }

    function cancel(uint256 seed) external counted {
        OrderStatus[3] memory open = [OrderStatus.Placed, OrderStatus.Fulfilled, OrderStatus.Objected];
        bytes32 order = _orderIn(open[seed % 3], seed);
        _reachOwner(order);
        desk.cancelOrder(order);
        _noteEnded(order, OrderStatus.Cancelled);
    }

    /// @dev After its deadline anybody ends an order, one way or the other.
    function endLate(uint256 seed) external counted {
        OrderStatus[3] memory open = [OrderStatus.Placed, OrderStatus.Fulfilled, OrderStatus.Objected];
        OrderStatus status = open[seed % 3];
        bytes32 order = _lateOrder(status);
        if (order == 0) order = _orderIn(status, seed);
        _endLate(order);
    }

    /// @dev Of every order that is open, once its deadline is over.
    function endAll() external {
        for (uint256 i = 0; i < orders.length; ++i) if (!orders[i].ended) _endLate(orders[i].id);
    }

    /// @dev Units that each person's open orders hold back, and how many of them a voucher paid, by the place of the person.
    function heldByOrders() external view returns (uint256[] memory units, uint256[] memory vouchers) {
        (units, vouchers) = (new uint256[](accounts.length), new uint256[](accounts.length));
        for (uint256 i = 0; i < orders.length; ++i) {
            if (orders[i].ended) continue;
            uint256 place_ = indexOf(personOf(orders[i].account));
            units[place_] += orders[i].price;
            if (orders[i].price == 0) ++vouchers[place_];
        }
    }

    /// @dev Whether the desk knows every order as it was placed, and as open as it is.
    function areOrdersKept() external view returns (bool) {
        for (uint256 i = 0; i < orders.length; ++i) {
            Order memory order = desk.orderOf(orders[i].id);
            bool open = order.status >= OrderStatus.Placed && order.status <= OrderStatus.Objected;
            bool kept = order.account == orders[i].account && order.price == orders[i].price;
            if (!kept || open == orders[i].ended) return false;
        }
        return true;
    }

    /// @dev Writes down an order by either kind of payment.
    function noteOrder(bytes32 order, address account, uint64 price) internal {
        assert(desk.orderOf(order).status == OrderStatus.Placed);
        orders.push(Placed(order, account, price, false));
    }

    /// @dev A new order by either kind of payment.
    function placeAny(uint256 seed) internal virtual returns (bytes32 order);

    function placeWithStones(uint256 seed) internal returns (bytes32 order) {
        OrderIntent memory intent = _intent(seed);
        bytes32 typehash = keccak256(
            "OrderIntent(address account,uint32 item,bytes32 vehicle,uint64 maxPrice,uint64 nonce,uint40 deadline)"
        );
        if (seed & 64 == 0) {
            vm.prank(intent.account);
            order = desk.placeOrder(intent);
        } else {
            OrderIntent[] memory list = new OrderIntent[](1);
            list[0] = intent;
            bytes32 structHash = keccak256(abi.encode(typehash, intent));
            desk.placeOrders(list, one(sign(intent.account, address(desk), structHash)));
            order = digestFor(address(desk), structHash);
        }
        _notePlaced(order, intent);
    }

    /// @dev What somebody who can pay for it orders.
    function _intent(uint256 seed) private returns (OrderIntent memory) {
        uint32 item = uint32(1 + (seed % ITEMS));
        uint64 price = desk.itemOf(item).price;
        address person = personWith(price, seed >> 8);
        bytes32 vehicle = vehicleFor(person);
        return OrderIntent(person, item, vehicle, price, ++nonce, uint40(timeNow()));
    }

    function _notePlaced(bytes32 order, OrderIntent memory intent) private {
        noteOrder(order, intent.account, intent.maxPrice);
        --terms[intent.item].stock;
    }

    function _object(bytes32 order, uint256 seed) private {
        address owner = _reachOwner(order);
        if (seed & 64 == 0) {
            vm.prank(owner);
            desk.objectOrder(order, bytes32(seed));
            return;
        }
        OrderObjection[] memory list = new OrderObjection[](1);
        list[0] = OrderObjection(order, bytes32(seed), uint40(timeNow()));
        bytes32 typehash = keccak256("OrderObjection(bytes32 order,bytes32 reasonHash,uint40 deadline)");
        desk.objectOrders(list, one(sign(owner, address(desk), keccak256(abi.encode(typehash, list[0])))));
        assert(desk.orderOf(order).status == OrderStatus.Objected);
    }

    /// @dev An order in a state, made from nothing if there is none. It is not late.
    function _orderIn(OrderStatus status, uint256 seed) private returns (bytes32 order) {
        for (uint256 i = 0; i < orders.length; ++i) {
            order = orders[(i + (seed % orders.length)) % orders.length].id;
            if (desk.orderOf(order).status == status && timeNow() <= desk.orderOf(order).deadline) return order;
        }
        order = placeAny(seed);
        if (status == OrderStatus.Placed) return order;
        ensureRunning(address(desk));
        desk.fulfilOrder(order, 0);
        if (status == OrderStatus.Objected) _object(order, seed);
    }

    /// @dev The first order of a state whose deadline is over, 0 if there is none.
    function _lateOrder(OrderStatus status) private view returns (bytes32) {
        for (uint256 i = 0; i < orders.length; ++i) {
            Order memory order = desk.orderOf(orders[i].id);
            if (order.status == status && timeNow() > order.deadline) return orders[i].id;
        }
        return 0;
    }

    function _endLate(bytes32 order) private {
        OrderStatus status = desk.orderOf(order).status;
        _reachOwner(order);
        waitUntil(uint256(desk.orderOf(order).deadline) + 1);
        vm.prank(address(0xdead));
        if (status == OrderStatus.Fulfilled) desk.completeOrder(order);
        else desk.refundOrder(order);
        _noteEnded(order, status == OrderStatus.Fulfilled ? OrderStatus.Completed : OrderStatus.Refunded);
    }

    /// @dev The owner of an order, near enough for the contracts to find.
    function _reachOwner(bytes32 order) private returns (address) {
        address account = desk.orderOf(order).account;
        reach(account);
        return personOf(account);
    }

    function _noteEnded(bytes32 order, OrderStatus status) private {
        assert(desk.orderOf(order).status == status);
        uint256 i = 0;
        while (orders[i].id != order) ++i;
        orders[i].ended = true;
        if (status != OrderStatus.Completed) return;
        address person = personOf(orders[i].account);
        if (orders[i].price == 0) {
            ++vouchersUsed;
            --vouchersWorth[person];
        } else {
            spent += orders[i].price;
            worth[person] -= orders[i].price;
        }
    }
}
