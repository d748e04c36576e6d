// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {RoundLeaf, StonesLeaf, VoteLeaf} from "../types/Types.sol";

/// @title Leaves that are opened on chain
/// @dev H2 = keccak256(bytes.concat(keccak256(abi.encode(…)))), the first field the leaf's kind.
library Leaves {
    uint256 internal constant STONES = 5;
    uint256 internal constant VOTE = 6;
    uint256 internal constant ROUND = 7;

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

    function hashVote(uint32 poll, VoteLeaf calldata leaf) internal pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(VOTE, poll, leaf))));
    }

    function hashRound(uint32 round, RoundLeaf calldata leaf) internal pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(ROUND, round, leaf))));
    }

    /// @dev The root to which a leaf's hash and its siblings lead, as MerkleProof.processProofCalldata of OpenZeppelin. By hand, since
    /// every order with a credit climbs some 17 levels, and this costs a third of the compiler's loop.
    function rootOf(bytes32 leafHash, bytes32[] calldata siblings) internal pure returns (bytes32 root) {
        root = leafHash;
        assembly ("memory-safe") {
            let end := add(siblings.offset, shl(5, siblings.length))
            for {
                let at_ := siblings.offset
            } lt(at_, end) {
                at_ := add(at_, 0x20)
            } {
                let sibling := calldataload(at_)
                // The smaller of the two goes first; both lie in scratch space.
                let place := shl(5, gt(root, sibling))
                mstore(place, root)
                mstore(xor(place, 0x20), sibling)
                root := keccak256(0x00, 0x40)
            }
        }
    }
}
