// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IPausable} from "../interfaces/IPausable.sol";

/// @title Base of the contracts whose roles' duties can be paused: see IPausable
/// @dev Its two times share AccessManaged's word, which every restricted call reads anyway.
abstract contract Pausable is IPausable, AccessManaged {
    uint256 private constant _PAUSE_S = 7 days;
    uint256 private constant _AGAIN_AFTER_S = 28 days;

    uint40 private _pausedUntil;
    uint40 private _pausableFrom;

    modifier whenRunning() {
        if (block.timestamp < _pausedUntil) revert PausedUntil(_pausedUntil);
        _;
    }

    /// @inheritdoc IPausable
    function pause() external restricted {
        if (block.timestamp < _pausableFrom) revert NotPausableBefore(_pausableFrom);
        // 40 bits of time last until the year 36,812.
        _pausedUntil = uint40(block.timestamp + _PAUSE_S);
        _pausableFrom = uint40(block.timestamp + _AGAIN_AFTER_S);
        emit Paused(_pausedUntil);
    }

    /// @inheritdoc IPausable
    function resume() external restricted {
        if (block.timestamp >= _pausedUntil) revert NotPaused();
        _pausedUntil = uint40(block.timestamp); // as above
        emit Resumed();
    }

    /// @dev For a function of which a pause stops a part.
    function _requireRunning() internal view whenRunning {}

    /// @inheritdoc IPausable
    function pausedUntil() external view returns (uint40) {
        return _pausedUntil;
    }
}
