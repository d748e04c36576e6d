// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @title A wallet that gives every call the same answer, for tests. Never deployed by a programme.
contract AnsweringWallet {
    bytes32 private immutable _WORD;
    uint256 private immutable _LENGTH;
    bool private immutable _REVERTS;

    /// @param word What the answer begins with; zeros follow.
    /// @param length Bytes of the answer. One that memory cannot pay for burns all the gas that the wallet was given.
    /// @param reverts Whether it reverts with the answer.
    constructor(bytes32 word, uint256 length, bool reverts) {
        _WORD = word;
        _LENGTH = length;
        _REVERTS = reverts;
    }

    fallback() external {
        (bytes32 word, uint256 length, bool reverts) = (_WORD, _LENGTH, _REVERTS);
        assembly ("memory-safe") {
            let answer := mload(0x40)
            mstore(answer, word)
            if reverts {
                revert(answer, length)
            }
            return(answer, length)
        }
    }
}
