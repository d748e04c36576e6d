// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BoxPlay} from "../types/Types.sol";

/// @title Stands for the MineBox where only an account's course through a season matters. Never deployed by a programme.
contract MockMineBox {
    mapping(address account => BoxPlay) private _plays;

    function setPlay(address account, BoxPlay calldata play) external {
        _plays[account] = play;
    }

    function playOf(address account) external view returns (BoxPlay memory) {
        return _plays[account];
    }
}
