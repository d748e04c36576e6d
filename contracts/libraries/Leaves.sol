// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {StonesLeaf} from "../types/Types.sol";

/// @title Leaves that are opened on chain
/// @dev H2 = keccak256(bytes.concat(keccak256(abi.encode(…)))), the first field the leaf's kind.
library Leaves {
    uint256 internal constant STONES = 5;

    /// @dev By hand, since a push hashes hundreds: abi.encode would check and copy each member. The members of `leaf` lie in
    /// calldata as abi.encode would lay them, 7 words; one whose unused bits are set hashes to a leaf that is in no tree.
    function hash(StonesLeaf calldata leaf) internal pure returns (bytes32 digest) {
        assembly ("memory-safe") {
            let words := mload(0x40) // free memory, left free
            mstore(words, STONES)
            calldatacopy(add(words, 0x20), leaf, 0xe0)
            mstore(0x00, keccak256(words, 0x100))
            digest := keccak256(0x00, 0x20)
        }
    }
}
