// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {OddToken} from "../../../contracts/mocks/OddToken.sol";
import {Round} from "../../../contracts/types/Types.sol";
import {Invariants} from "./Invariants.sol";
import {RoundHandler} from "./handlers/RoundHandler.sol";

/// @dev Where the tokens of benefit rounds are.
contract RoundsTest is Invariants {
    RoundHandler private _handler;

    function setUp() external {
        _handler = new RoundHandler();
        target(address(_handler), _handler.handlers());
    }

    function invariant_whenAnythingHappened_tokensAddUp() external view {
        checkAll();
    }

    function checkAll() internal view override {
        for (uint32 round = 1; round <= _handler.roundCount(); ++round) _checkRound(round);
        for (uint256 i = 0; i < 2; ++i) {
            _checkHeld(_handler.tokens(i));
            _checkReceived(_handler.tokens(i));
        }
    }

    /// @dev Paid + left + returned = the amount; each part was paid once, or not.
    function _checkRound(uint32 round) private view {
        Round memory record = _handler.roundOf(round);
        assert(record.amount == _handler.amountOf(round));
        assert(_handler.paid(round) + record.left + _handler.returned(round) == record.amount);
        for (uint256 index = 0; index < _handler.partsOf(round); ++index) {
            assert(_handler.payments(round, index) == (_handler.isClaimed(round, index) ? 1 : 0));
        }
    }

    /// @dev Of each token the contract holds what is left of the rounds in it.
    function _checkHeld(OddToken token) private view {
        uint256 left = 0;
        for (uint32 round = 1; round <= _handler.roundCount(); ++round) {
            Round memory record = _handler.roundOf(round);
            if (record.token == address(token)) left += record.left;
        }
        assert(token.balanceOf(_handler.holder()) == left);
    }

    /// @dev Each account has what it was paid, at the time for whom it stood.
    function _checkReceived(OddToken token) private view {
        for (uint256 i = 0; i < _handler.accountCount(); ++i) {
            address account = _handler.accounts(i);
            assert(token.balanceOf(account) == _handler.received(token, account));
        }
    }
}
