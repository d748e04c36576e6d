// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IStoneLedger} from "../../../contracts/interfaces/IStoneLedger.sol";
import {Leaves} from "../../../contracts/libraries/Leaves.sol";
import {Item, OrderIntent, OrderStatus, Pairing, RuleSet, StonesLeaf} from "../../../contracts/types/Types.sol";
import {Programme} from "./Programme.sol";
import {vm, within} from "./Vm.sol";

/// @dev Does to a programme whatever parties can do to it, in any order, and keeps a small model beside. A handler that lacks
/// what it needs (a creditable day, an order) first makes it, so that every call does what its name says.
contract Handler is Programme {
    uint256 public constant ACCOUNTS = 4;
    uint256 public constant HANDLERS = 13;
    uint64 private constant _PRICE_STEP = 1e6;
    /// @dev A seed whose day promises no more than its total; so does any that is a multiple of four more.
    uint256 private constant _HONEST = 1;

    struct Placed {
        bytes32 id;
        uint64 price;
    }

    /// @dev A day's leaves as they stand under its root, what the accounts had really earned, and what the ledger was told.
    struct Day {
        uint64[4] stones;
        uint64[4] earned;
        uint64 total;
    }

    address[4] public accounts;
    /// @dev The vehicle that each account ordered with last, and all that were ever paired, with their accounts.
    bytes32[4] private _vehicleOf;
    bytes32[] public everPaired;
    mapping(bytes32 vehicle => address) public firstHolder;
    mapping(bytes32 vehicle => uint40) public endedAt;

    Day[] private _days;
    uint256 private _notBefore;
    mapping(uint256 day => uint256) private _vetoes;
    uint256 private _metres;
    Placed[] public orders;
    uint64 private _nonce;

    uint64 public largestUsedTotal;
    uint256 public highestIssued;
    /// @dev How often each handler did what it is for.
    mapping(bytes32 name => uint256) public done;
    uint256 public refusedAboveSettled;

    constructor() {
        RuleSet memory ruleSet = testRules();
        ruleSet.maxUnitsPerMetre = 1e9;
        deployProgramme(ruleSet);
        for (uint256 i = 0; i < ACCOUNTS; ++i) {
            accounts[i] = address(uint160(0xacc0 + i));
            _pairFor(i);
        }
        for (uint64 i = 1; i <= 3; ++i) {
            bytes32 sku = bytes32(uint256(i));
            catalogue.listItem(Item(sku, i * 7 * _PRICE_STEP, type(uint32).max, 0, type(uint40).max, 86_400, 0, 0, 0));
        }
    }

    /// @dev Settles the next day.
    function settle(uint256 seed) public {
        uint256 day = _days.length;
        if (block.timestamp < _notBefore) vm.warp(_notBefore);
        anchorThrough(day);
        Day memory last;
        if (day > 0) last = _days[day - 1];
        Day memory next;
        next.total = last.total;
        for (uint256 i = 0; i < ACCOUNTS; ++i) {
            uint64 earned = uint64(within(uint256(keccak256(abi.encode(seed, i))), 0, 12_000e9));
            next.earned[i] = last.earned[i] + earned;
            next.stones[i] = next.earned[i];
            next.total += earned;
        }
        // On one day in four the leaves promise more than the total holds.
        if (seed % 4 == 0) next.stones[seed % ACCOUNTS] += 40_000e9;
        _metres += within(seed, 48_000, CAP_M);
        bytes32 root = _root(_hashes(day, next));
        ledger.settleDay(day, root, root, uint40(ACCOUNTS), next.total, 0, uint64(_metres), 0);
        _days.push(next);
        ++done["settle"];
    }

    /// @dev Takes back the newest day, by guardian, overseer or relayer; the guardian's vetoes end after three.
    function takeBack(uint256 seed) public {
        settle(seed >> 8);
        uint256 day = _days.length - 1;
        if (seed % 3 == 0 && _vetoes[day] < 3) {
            ledger.vetoDay(day);
            ++_vetoes[day];
        } else if (seed % 3 < 2) {
            ledger.vetoDayByOverseer(day);
        } else {
            ledger.withdrawDay(day);
        }
        if (seed % 3 != 2) _notBefore = block.timestamp + 3_600;
        _days.pop();
        ++done["takeBack"];
    }

    /// @dev Credits one leaf of any creditable day.
    function credit(uint256 seed) public {
        uint256 day = _creditableDay(seed);
        uint256 i = (seed >> 128) % ACCOUNTS;
        bytes32[] memory hashes = _hashes(day, _days[day]);
        bytes32[] memory proof = new bytes32[](2);
        proof[0] = hashes[i ^ 1];
        proof[1] = _pair(hashes[(i & 2) ^ 2], hashes[((i & 2) ^ 2) + 1]);
        try ledger.credit(day, _leaf(day, i, _days[day].stones[i]), proof) {
            _credited(day);
            ++done["credit"];
        } catch (bytes memory problem) {
            _refused(problem);
        }
    }

    /// @dev Credits a whole day by one multiproof.
    function creditAll(uint256 seed) public {
        uint256 day = _creditableDay(seed);
        StonesLeaf[] memory leaves = new StonesLeaf[](ACCOUNTS);
        for (uint256 i = 0; i < ACCOUNTS; ++i) leaves[i] = _leaf(day, i, _days[day].stones[i]);
        bool[] memory flags = new bool[](ACCOUNTS - 1);
        for (uint256 i = 0; i < flags.length; ++i) flags[i] = true;
        try ledger.creditMany(day, leaves, new bytes32[](0), flags) {
            _credited(day);
            ++done["creditAll"];
        } catch (bytes memory problem) {
            _refused(problem);
        }
    }

    function place(uint256 seed) public {
        _place(seed);
        ++done["place"];
    }

    function fulfil(uint256 seed) public {
        bytes32 order = _orderIn(OrderStatus.Placed, seed);
        desk.fulfilOrder(order, bytes32(seed));
        ++done["fulfil"];
    }

    function accept(uint256 seed) public {
        bytes32 order = _orderIn(OrderStatus.Fulfilled, seed);
        vm.prank(desk.orderOf(order).account);
        desk.acceptOrder(order);
        ++done["accept"];
    }

    function object(uint256 seed) public {
        bytes32 order = _orderIn(OrderStatus.Fulfilled, seed);
        vm.prank(desk.orderOf(order).account);
        desk.objectOrder(order, bytes32(seed));
        ++done["object"];
    }

    function decide(uint256 seed) public {
        desk.decideOrder(_orderIn(OrderStatus.Objected, seed), seed % 2 == 0);
        ++done["decide"];
    }

    function cancel(uint256 seed) public {
        OrderStatus[3] memory open = [OrderStatus.Placed, OrderStatus.Fulfilled, OrderStatus.Objected];
        desk.cancelOrder(_orderIn(open[seed % 3], seed));
        ++done["cancel"];
    }

    /// @dev After its deadline anybody ends an order, one way or the other.
    function endLate(uint256 seed) public {
        OrderStatus[3] memory open = [OrderStatus.Placed, OrderStatus.Fulfilled, OrderStatus.Objected];
        OrderStatus status = open[seed % 3];
        bytes32 order = _orderIn(status, seed);
        vm.warp(uint256(desk.orderOf(order).deadline) + 1);
        vm.prank(address(0xdead));
        if (status == OrderStatus.Fulfilled) desk.completeOrder(order);
        else desk.refundOrder(order);
        ++done["endLate"];
    }

    /// @dev An owner sells one vehicle and takes the next.
    function changeVehicle(uint256 seed) public {
        uint256 i = seed % ACCOUNTS;
        release(_vehicleOf[i], accounts[i]);
        endedAt[_vehicleOf[i]] = uint40(block.timestamp);
        _pairFor(i);
        ++done["changeVehicle"];
    }

    function wait_(uint256 seed) public {
        vm.warp(block.timestamp + within(seed, 1, 5_000));
        ++done["wait"];
    }

    // What the invariants ask for.

    function ledger_() external view returns (IStoneLedger) {
        return ledger;
    }

    function orderCount() external view returns (uint256) {
        return orders.length;
    }

    function pairedCount() external view returns (uint256) {
        return everPaired.length;
    }

    function pairingOf(bytes32 vehicle) external view returns (Pairing memory) {
        return vehicles.pairingOf(vehicle);
    }

    /// @dev Units that open orders of all accounts hold back.
    function reservedByOrders(address account) external view returns (uint256 sum) {
        for (uint256 i = 0; i < orders.length; ++i) {
            (address by, OrderStatus status) = (desk.orderOf(orders[i].id).account, desk.orderOf(orders[i].id).status);
            bool open = status >= OrderStatus.Placed && status <= OrderStatus.Objected;
            if (open && by == account) sum += orders[i].price;
        }
    }

    function _pairFor(uint256 i) private {
        bytes32 vehicle = keccak256(abi.encode("vehicle", everPaired.length));
        pairNew(vehicle, accounts[i]);
        _vehicleOf[i] = vehicle;
        everPaired.push(vehicle);
        firstHolder[vehicle] = accounts[i];
    }

    /// @dev A day that is settled and creditable now; time moves if none is.
    function _creditableDay(uint256 seed) private returns (uint256 day) {
        if (_days.length == 0) settle(seed >> 8);
        day = (seed >> 64) % _days.length;
        uint256 creditableAt = ledger.settlementOf(day).creditableAt;
        if (block.timestamp < creditableAt) vm.warp(creditableAt);
    }

    function _credited(uint256 day) private {
        if (_days[day].total > largestUsedTotal) largestUsedTotal = _days[day].total;
        highestIssued = ledger.issuedMined();
    }

    /// @dev The one reason for which a good proof of a creditable day may be refused.
    function _refused(bytes memory problem) private {
        require(bytes4(problem) == IStoneLedger.StoneLedger_AboveSettled.selector, "refused for another reason");
        ++refusedAboveSettled;
    }

    /// @dev An order in a state, made from nothing if there is none. It is not late.
    function _orderIn(OrderStatus status, uint256 seed) private returns (bytes32 order) {
        for (uint256 i = 0; i < orders.length; ++i) {
            order = orders[(i + (seed % orders.length)) % orders.length].id;
            if (desk.orderOf(order).status == status && block.timestamp <= desk.orderOf(order).deadline) return order;
        }
        order = _place(seed);
        if (status == OrderStatus.Placed) return order;
        desk.fulfilOrder(order, 0);
        if (status == OrderStatus.Fulfilled) return order;
        vm.prank(desk.orderOf(order).account);
        desk.objectOrder(order, 0);
    }

    /// @dev Whoever can pay orders; if nobody can, a day is settled and credited first.
    function _place(uint256 seed) private returns (bytes32 order) {
        uint32 item = uint32(1 + (seed % 3));
        uint64 price = desk.itemOf(item).price;
        uint256 by = ACCOUNTS;
        for (uint256 i = 0; i < ACCOUNTS; ++i) {
            uint256 candidate = (i + (seed >> 8)) % ACCOUNTS; // no overflow: the seed is shifted
            if (ledger.availableOf(accounts[candidate]) >= price) by = candidate;
        }
        if (by == ACCOUNTS) by = _earn(price);
        OrderIntent memory intent = OrderIntent(accounts[by], item, _vehicleOf[by], price, ++_nonce, 0);
        vm.prank(accounts[by]);
        order = desk.placeOrder(intent);
        orders.push(Placed(order, price));
    }

    /// @dev Settles and credits honest days until an account has a price available. Leaves that promised too much delay it by
    /// some days: until the totals have caught up, others' credits are refused.
    function _earn(uint64 price) private returns (uint256 by) {
        for (uint256 tries = 0; tries < 60; ++tries) {
            settle(_HONEST + 4 * _days.length);
            creditAll((_days.length - 1) << 64);
            for (by = 0; by < ACCOUNTS; ++by) if (ledger.availableOf(accounts[by]) >= price) return by;
        }
        revert("nobody earns anything");
    }

    function _leaf(uint256 day, uint256 i, uint64 stones) private view returns (StonesLeaf memory) {
        return StonesLeaf(uint40(i), accounts[i], stones, 0, 0, 0, bytes32(day + 1));
    }

    function _hashes(uint256 day, Day memory given) private view returns (bytes32[] memory hashes) {
        hashes = new bytes32[](ACCOUNTS);
        for (uint256 i = 0; i < ACCOUNTS; ++i) {
            bytes memory encoded = abi.encode(Leaves.STONES, _leaf(day, i, given.stones[i]));
            hashes[i] = keccak256(bytes.concat(keccak256(encoded)));
        }
    }

    function _root(bytes32[] memory hashes) private pure returns (bytes32) {
        return _pair(_pair(hashes[0], hashes[1]), _pair(hashes[2], hashes[3]));
    }

    function _pair(bytes32 a, bytes32 b) private pure returns (bytes32) {
        return a < b ? keccak256(abi.encode(a, b)) : keccak256(abi.encode(b, a));
    }
}
