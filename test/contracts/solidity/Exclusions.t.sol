// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Invariants} from "./Invariants.sol";
import {ExclusionHandler} from "./handlers/ExclusionHandler.sol";

/// @dev What is said of days that have come, and for how long anybody can be excluded.
contract ExclusionsTest is Invariants {
    ExclusionHandler private _handler;

    function setUp() external {
        _handler = new ExclusionHandler();
        target(address(_handler), _handler.handlers());
    }

    function invariant_whenAnythingHappened_pastDaysStayAndNobodyIsExcludedForLong() external view {
        checkAll();
    }

    function checkAll() internal view override {
        assert(_handler.pastKept());
        for (uint256 i = 0; i < _handler.accountCount(); ++i) {
            address account = _handler.accounts(i);
            if (!_handler.merged(account)) _checkSpans(account);
        }
    }

    /// @dev Never more than 90 days in any 120.
    function _checkSpans(address account) private view {
        uint256[] memory firstDays = _handler.firstDaysOf(account);
        for (uint256 k = 0; k < firstDays.length; ++k) {
            assert(_handler.daysExcluded(account, firstDays[k]) <= _handler.MOST_DAYS());
        }
    }
}
