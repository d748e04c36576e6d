// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IStoneLedger} from "../../../contracts/interfaces/IStoneLedger.sol";
import {StoneAccount} from "../../../contracts/types/Types.sol";
import {Invariants} from "./Invariants.sol";
import {Handler} from "./handlers/Handler.sol";

/// @dev How many stones there are, and what each account may have of them.
contract StonesTest is Invariants {
    uint256 private constant _DRAWING_POOL = 90_000_000e9;

    Handler private _handler;
    IStoneLedger private _ledger;

    function setUp() external {
        _handler = new Handler();
        _ledger = _handler.ledger_();
        target(address(_handler), _handler.handlers());
    }

    function invariant_whenAnythingHappened_stonesAddUp() external view {
        checkAll();
    }

    function checkAll() internal view override {
        _checkSupply();
        _checkIssued();
        _checkAccounts();
        _checkWorth();
    }

    /// @dev Whatever is open can be ended by anybody after its deadline, and then nothing is held back.
    function finish() internal override {
        _handler.endAll();
        checkAll();
        for (uint256 i = 0; i < _handler.accountCount(); ++i) {
            assert(_ledger.stonesOf(_handler.accounts(i)).reserved == 0);
        }
    }

    /// @dev Σ balances = supply = all that was issued, less what was spent and what migrated.
    function _checkSupply() private view {
        (uint256 balances, uint256 mined) = (0, 0);
        for (uint256 i = 0; i < _handler.accountCount(); ++i) {
            balances += _ledger.balanceOf(_handler.accounts(i));
            mined += _ledger.stonesOf(_handler.accounts(i)).mined;
        }
        assert(balances == _ledger.totalSupply());
        assert(mined == _ledger.issuedMined());
        assert(_ledger.totalSupply() == mined + _handler.drawn() - _handler.spent() - _handler.migrated());
    }

    /// @dev issuedMined ≤ the largest total of any day used by a credit ≤ what all settled days emitted; prizes stay in their pool.
    function _checkIssued() private view {
        assert(_ledger.issuedMined() <= _handler.largestUsedTotal());
        // A day used by a credit is creditable, so it can no longer be taken back: it is one of those settled now.
        assert(_handler.largestUsedTotal() <= _ledger.emittedBefore(144 * _ledger.settledDays()));
        assert(_settledInAll() <= _ledger.emittedBefore(144 * _ledger.settledDays()));
        assert(_ledger.issuedMined() == _handler.highestIssued());
        assert(_ledger.issuedDrawn() == _handler.drawn());
        assert(_ledger.issuedDrawn() <= _DRAWING_POOL);
    }

    function _settledInAll() private view returns (uint256) {
        uint256 days_ = _ledger.settledDays();
        return days_ == 0 ? 0 : _ledger.settlementOf(days_ - 1).totalStones;
    }

    /// @dev No account was credited more than a leaf of it proved; whoever moved has nothing left and can reserve nothing.
    function _checkAccounts() private view {
        for (uint256 i = 0; i < _handler.accountCount(); ++i) {
            address account = _handler.accounts(i);
            StoneAccount memory stones = _ledger.stonesOf(account);
            uint256 balance = _ledger.balanceOf(account);
            assert(stones.mined == _handler.proven(account));
            assert(stones.reserved <= balance);
            assert(stones.moved == (_handler.movedTo(account) != address(0)));
            if (!stones.moved) continue;
            assert(stones.reserved == 0);
            assert(_ledger.availableOf(account) == 0);
            assert(balance == 0 || _handler.stranded(account));
        }
    }

    /// @dev Nothing reaches a person or leaves it but by credit, prize, order and migration: its accounts hold its worth, and of
    /// that its open orders hold back what they cost.
    function _checkWorth() private view {
        uint256 count = _handler.accountCount();
        uint256[] memory held = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) {
            held[_handler.placeOfPerson(i)] += _ledger.balanceOf(_handler.accounts(i));
        }
        (uint256[] memory reserved, ) = _handler.heldByOrders();
        for (uint256 i = 0; i < count; ++i) {
            address account = _handler.accounts(i);
            assert(held[i] == _handler.worth(account));
            assert(_ledger.stonesOf(account).reserved == reserved[i]);
        }
    }
}
