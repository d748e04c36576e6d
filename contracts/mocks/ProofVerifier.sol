// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {P256} from "@openzeppelin/contracts/utils/cryptography/P256.sol";
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

    /// @param words The hash of the type, then the members, each as a word.
    function hashTyped(bytes32 domainSeparator, bytes32[] calldata words) external pure returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", domainSeparator, keccak256(abi.encodePacked(words))));
    }

    /// @param signature P-256 over SHA-256 of the digest: r and s.
    /// @param key The coordinates x and y.
    function verifyP256(
        bytes32 digest,
        bytes32[2] calldata signature,
        bytes32[2] calldata key
    ) external view returns (bool) {
        return P256.verify(sha256(abi.encodePacked(digest)), signature[0], signature[1], key[0], key[1]);
    }
}
