// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @dev A Merkle tree over any number of leaves: each two nodes in turn have the next node for their parent. Its nodes stand in
/// one list, the leaves first and the root last; the parent of node j of n leaves is node n + j / 2.
library LeafTree {
    function grow(bytes32[] memory leaves) internal pure returns (bytes32[] memory nodes) {
        uint256 count = leaves.length;
        nodes = new bytes32[](2 * count - 1);
        for (uint256 i = 0; i < count; ++i) nodes[i] = leaves[i];
        for (uint256 i = count; i < nodes.length; ++i) {
            uint256 child = 2 * (i - count);
            nodes[i] = _pair(nodes[child], nodes[child + 1]);
        }
    }

    function root(bytes32[] memory nodes) internal pure returns (bytes32) {
        return nodes[nodes.length - 1];
    }

    function proof(bytes32[] memory nodes, uint256 leaf) internal pure returns (bytes32[] memory siblings) {
        uint256 count = (nodes.length + 1) / 2;
        uint256 depth = 0;
        for (uint256 node = leaf; node + 1 < nodes.length; node = count + node / 2) ++depth;
        siblings = new bytes32[](depth);
        for (uint256 i = 0; i < depth; ++i) {
            siblings[i] = nodes[leaf ^ 1];
            leaf = count + leaf / 2;
        }
    }

    /// @dev The flags of a multiproof of all leaves, which needs no other hash.
    function allFlags(uint256 leaves) internal pure returns (bool[] memory flags) {
        flags = new bool[](leaves - 1);
        for (uint256 i = 0; i < flags.length; ++i) flags[i] = true;
    }

    function _pair(bytes32 a, bytes32 b) private pure returns (bytes32) {
        return a < b ? keccak256(abi.encode(a, b)) : keccak256(abi.encode(b, a));
    }
}
