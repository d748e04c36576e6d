// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";

/// @title A wallet that does something else when it is asked whether a signature is valid, for tests. Never deployed by a
/// programme.
/// @dev Not an IERC1271, which promises to be a view.
contract ReenteringWallet {
    address private _target;
    bytes private _data;

    /// @notice Sets the call that it makes whenever it is asked.
    function plan(address target, bytes calldata data) external {
        _target = target;
        _data = data;
    }

    /// @notice Makes its call, whatever comes of it, and says yes.
    function isValidSignature(bytes32, bytes calldata) external returns (bytes4) {
        address target = _target;
        bytes memory data = _data;
        assembly ("memory-safe") {
            pop(call(gas(), target, 0, add(data, 0x20), mload(data), 0, 0))
        }
        return IERC1271.isValidSignature.selector;
    }
}
