// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {StonesLeaf} from "../types/Types.sol";

/// @title Leaves that are opened on chain
/// @dev H2 = keccak256(bytes.concat(keccak256(abi.encode(…)))), the first field the leaf's kind.
library Leaves {
    uint256 internal constant STONES = 5;

    function hash(StonesLeaf calldata leaf) internal pure returns (bytes32) {
        return
            keccak256(
                bytes.concat(
                    keccak256(
                        abi.encode(
                            STONES,
                            leaf.index,
                            leaf.account,
                            leaf.stones,
                            leaf.crystals,
                            leaf.prefix,
                            leaf.headAward,
                            leaf.salt
                        )
                    )
                )
            );
    }
}
