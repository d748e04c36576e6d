// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Prices} from "../../../contracts/libraries/Prices.sol";
import {AccountWord} from "../../../contracts/types/AccountWord.sol";
import {ItemWord, ItemWords} from "../../../contracts/types/ItemWord.sol";
import {OrderWord, OrderWords} from "../../../contracts/types/OrderWord.sol";
import {Item, OrderStatus, StoneAccount} from "../../../contracts/types/Types.sol";
import {within} from "./Vm.sol";

contract WordsTest {
    uint256 private constant _ALL_STEPS = 3e11;

    /// @dev What a word holds of a price: whole steps, as many as all stones are.
    function _bounded(Item calldata terms) private pure returns (Item memory bounded) {
        bounded = terms;
        bounded.price = uint64(within(terms.price, 0, _ALL_STEPS)) * Prices.STEP;
    }

    function _status(uint8 seed) private pure returns (OrderStatus) {
        return OrderStatus(within(seed, 0, uint8(type(OrderStatus).max)));
    }

    function _same(Item memory a, Item memory b) private pure returns (bool) {
        return keccak256(abi.encode(a)) == keccak256(abi.encode(b));
    }

    function _isOrder(
        OrderWord word,
        address account,
        uint40 deadline,
        uint40 priceInSteps,
        OrderStatus status
    ) private pure returns (bool) {
        return
            word.account() == account &&
            word.deadline() == deadline &&
            word.priceInSteps() == priceInSteps &&
            word.status() == status;
    }

    function _packed(StoneAccount memory account) private pure returns (AccountWord word) {
        word = AccountWord.wrap(0).withMined(account.mined).plusReceived(account.received).plusOut(account.out);
        word = word.withReserved(account.reserved);
        if (account.moved) word = word.asMoved();
    }

    /// @dev Fields as large as they can be: the sums 64 bits, what is reserved 56.
    function _account(uint64[3] calldata sums, uint56 reserved, bool moved) private pure returns (StoneAccount memory) {
        return StoneAccount({mined: sums[0], received: sums[1], out: sums[2], reserved: reserved, moved: moved});
    }

    function _holds(AccountWord word, StoneAccount memory account) private pure returns (bool) {
        return
            keccak256(abi.encode(word.unpack())) == keccak256(abi.encode(account)) &&
            word.mined() == account.mined &&
            word.received() == account.received &&
            word.out() == account.out &&
            word.reserved() == account.reserved &&
            word.moved() == account.moved;
    }

    /// @dev By a call of its own, since terms are packed from calldata.
    function pack(Item calldata terms) external pure returns (ItemWord) {
        return ItemWords.pack(terms);
    }

    function testFuzz_givenAnyTerms_whenPacked_theyAreAllThere(Item calldata given) external view {
        Item memory terms = _bounded(given);
        assert(_same(this.pack(terms).unpack(terms.sku), terms));
    }

    function testFuzz_givenAnyTerms_whenOneIsTaken_onlyTheStockIsOneLess(Item calldata given) external view {
        Item memory terms = _bounded(given);
        terms.stock = uint32(within(terms.stock, 1, type(uint32).max));
        ItemWord word = this.pack(terms).takeOne();
        --terms.stock;
        assert(_same(word.unpack(terms.sku), terms));
    }

    function test_givenTheLargestTerms_whenPacked_theyAreAllThere() external view {
        Item memory terms = Item({
            sku: bytes32(type(uint256).max),
            price: uint64(_ALL_STEPS) * Prices.STEP,
            stock: type(uint32).max,
            opensAt: type(uint40).max,
            closesAt: type(uint40).max,
            fulfilmentS: type(uint32).max,
            minDaysPaired: type(uint16).max,
            maxRank: type(uint32).max,
            milestone: type(uint16).max
        });
        assert(_same(this.pack(terms).unpack(terms.sku), terms));
    }

    function testFuzz_givenAnyOrder_whenPacked_itIsAllThere(
        address account,
        uint40 deadline,
        uint40 priceInSteps,
        uint8 seed
    ) external pure {
        OrderWord word = OrderWords.pack(account, deadline, priceInSteps, _status(seed));
        assert(_isOrder(word, account, deadline, priceInSteps, _status(seed)));
        assert(word.isByVoucher() == (priceInSteps == 0));
    }

    function testFuzz_givenAnyOrder_whenItsStatusChanges_theRestStays(
        address account,
        uint40 deadline,
        uint40 priceInSteps,
        uint8[2] calldata seeds
    ) external pure {
        OrderWord word = OrderWords.pack(account, deadline, priceInSteps, _status(seeds[0]));
        OrderStatus next = _status(seeds[1]);
        assert(_isOrder(word.withStatus(next), account, deadline, priceInSteps, next));
    }

    function testFuzz_givenAnyOrder_whenItsDeadlineChanges_theRestStays(
        address account,
        uint40[2] calldata deadlines,
        uint40 priceInSteps,
        uint8 seed
    ) external pure {
        OrderWord word = OrderWords.pack(account, deadlines[0], priceInSteps, _status(seed));
        assert(_isOrder(word.withDeadline(deadlines[1]), account, deadlines[1], priceInSteps, _status(seed)));
    }

    /// @dev The desk takes an empty word for no order: whatever was placed must not look like it.
    function testFuzz_givenAnyPlacedOrder_itIsNotNone(address account, uint40 deadline, uint40 steps) external pure {
        assert(!OrderWords.pack(account, deadline, steps, OrderStatus.Placed).isNone());
    }

    function test_givenNoOrder_itIsNone() external pure {
        assert(OrderWords.pack(address(0), 0, 0, OrderStatus.None).isNone());
    }

    function testFuzz_givenAnyValidPrice_whenCountedInSteps_itComesBack(uint64 seed) external pure {
        uint64 price = uint64(within(seed, 1, _ALL_STEPS)) * Prices.STEP;
        assert(Prices.isValid(price));
        assert(Prices.fromSteps(Prices.toSteps(price)) == price);
    }

    function testFuzz_givenAnyAccount_whenPacked_itIsAllThere(
        uint64[3] calldata sums,
        uint56 reserved,
        bool moved
    ) external pure {
        StoneAccount memory account = _account(sums, reserved, moved);
        assert(_holds(_packed(account), account));
    }

    function testFuzz_givenAnyAccount_whenAFieldChanges_theRestStays(
        uint64[3] calldata sums,
        uint56[2] calldata reserved,
        uint64 units
    ) external pure {
        StoneAccount memory account = _account(sums, reserved[0], false);
        AccountWord word = _packed(account);
        account.mined = units;
        assert(_holds(word = word.withMined(units), account));
        account.reserved = reserved[1];
        assert(_holds(word = word.withReserved(reserved[1]), account));
        uint64 more = uint64(within(units, 0, type(uint64).max - account.received));
        account.received += more;
        assert(_holds(word = word.plusReceived(more), account));
        more = uint64(within(units, 0, type(uint64).max - account.out));
        account.out += more;
        assert(_holds(word = word.plusOut(more), account));
        account.moved = true;
        assert(_holds(word.asMoved(), account));
    }

    /// @dev What an account has is what came less what went; of that, what is not reserved can be, as far as the field goes.
    function testFuzz_givenAnyAccount_itsBalanceIsWhatCameLessWhatWent(
        uint64[3] calldata seeds,
        uint64 seed,
        bool moved
    ) external pure {
        uint64 allUnits = uint64(_ALL_STEPS) * Prices.STEP;
        uint64 mined = uint64(within(seeds[0], 0, allUnits));
        uint64 received = uint64(within(seeds[1], 0, allUnits - mined));
        uint64 out = uint64(within(seeds[2], 0, mined + received));
        uint64 balance = mined + received - out;
        uint64 most = balance > type(uint56).max ? type(uint56).max : balance;
        uint56 reserved = uint56(within(seed, 0, most));
        AccountWord word = _packed(StoneAccount(mined, received, out, reserved, moved));
        assert(word.balance() == balance);
        assert(word.available() == (moved ? 0 : most - reserved));
    }

    function reserve(AccountWord word, uint256 units) external pure returns (AccountWord) {
        return word.withReserved(units);
    }

    function testFuzz_givenMoreThanTheFieldHolds_whenReserved_itPanics(uint256 word, uint256 seed) external view {
        uint256 units = within(seed, uint256(type(uint56).max) + 1, type(uint256).max);
        try this.reserve(AccountWord.wrap(word), units) {
            assert(false);
        } catch Panic(uint256 code) {
            assert(code == 1);
        }
    }

    /// @dev Below the first step and beyond all stones there is no price, nor between two steps.
    function testFuzz_givenAnyPrice_itIsValidOnlyIfItComesBack(uint64 price) external pure {
        bool whole = price != 0 && price <= _ALL_STEPS * Prices.STEP && (price / Prices.STEP) * Prices.STEP == price;
        assert(Prices.isValid(price) == whole);
    }
}
