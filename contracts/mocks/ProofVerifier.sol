// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {Leaves} from "../libraries/Leaves.sol";
import {RoundLeaf, StonesLeaf, VoteLeaf} from "../types/Types.sol";

/// @title What the contracts compute inside, made callable for the shared vectors. Never deployed by a programme.
contract ProofVerifier {
    function verify(bytes32[] calldata proof, bytes32 root, bytes32 leaf) external pure returns (bool) {
        return MerkleProof.verifyCalldata(proof, root, leaf);
    }

    function verifyMany(
        bytes32[] calldata proof,
        bool[] calldata flags,
        bytes32 root,
        bytes32[] memory leaves
    ) external pure returns (bool) {
        return MerkleProof.multiProofVerifyCalldata(proof, flags, root, leaves);
    }

    function hashStonesLeaf(StonesLeaf calldata leaf) external pure returns (bytes32) {
        return Leaves.hash(leaf);
    }

    function hashVoteLeaf(uint32 poll, VoteLeaf calldata leaf) external pure returns (bytes32) {
        return Leaves.hashVote(poll, leaf);
    }

    function hashRoundLeaf(uint32 round, RoundLeaf calldata leaf) external pure returns (bytes32) {
        return Leaves.hashRound(round, leaf);
    }

    /// @param words The leaf's fields, the kind first, each as a word.
    function hashLeaf(bytes32[] calldata words) external pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encodePacked(words))));
    }
}
