// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {StoneAccount} from "./Types.sol";

/// @dev The sums of one account in one storage word; from the lowest bits on: mined 64 | received 64 | out 64 | reserved 56 | moved 8.
type AccountWord is uint256;

using AccountWords for AccountWord global;

/// @title An account's stones, read and written as one word: a push does so for hundreds
/// @dev Sums never leave their fields: mined, received and out each count stones that were issued, at most 300,000,000 (3e17
/// units, less than 2^59), and what is reserved was available, which is at most what the field holds.
library AccountWords {
    uint256 private constant _MINED_MASK = type(uint64).max;
    uint256 private constant _RESERVED_MASK = uint256(type(uint56).max) << 192;
    uint256 private constant _MOVED = 1 << 248;

    function unpack(AccountWord word) internal pure returns (StoneAccount memory) {
        return
            StoneAccount({
                mined: word.mined(),
                received: word.received(),
                out: word.out(),
                reserved: word.reserved(),
                moved: word.moved()
            });
    }

    /// @dev Never negative: only what was there went out.
    function balance(AccountWord word) internal pure returns (uint64) {
        unchecked {
            return word.mined() + word.received() - word.out();
        }
    }

    /// @dev What can still be reserved: a moved account has nothing of its own, and the field holds 2^56 units.
    function available(AccountWord word) internal pure returns (uint64) {
        if (word.moved()) return 0;
        uint64 most = word.balance();
        if (most > type(uint56).max) most = type(uint56).max;
        unchecked {
            return most - word.reserved(); // only what was available was reserved
        }
    }

    function withMined(AccountWord word, uint64 units) internal pure returns (AccountWord) {
        return AccountWord.wrap((AccountWord.unwrap(word) & ~_MINED_MASK) | units);
    }

    function plusReceived(AccountWord word, uint64 units) internal pure returns (AccountWord) {
        return AccountWord.wrap(AccountWord.unwrap(word) + (uint256(units) << 64));
    }

    function plusOut(AccountWord word, uint64 units) internal pure returns (AccountWord) {
        return AccountWord.wrap(AccountWord.unwrap(word) + (uint256(units) << 128));
    }

    /// @dev Panics rather than take from the fields beside it.
    function withReserved(AccountWord word, uint256 units) internal pure returns (AccountWord) {
        assert(units <= type(uint56).max);
        return AccountWord.wrap((AccountWord.unwrap(word) & ~_RESERVED_MASK) | (units << 192));
    }

    function asMoved(AccountWord word) internal pure returns (AccountWord) {
        return AccountWord.wrap(AccountWord.unwrap(word) | _MOVED);
    }

    // Each cast cuts off the fields above.

    function mined(AccountWord word) internal pure returns (uint64) {
        return uint64(AccountWord.unwrap(word));
    }

    function received(AccountWord word) internal pure returns (uint64) {
        return uint64(AccountWord.unwrap(word) >> 64);
    }

    function out(AccountWord word) internal pure returns (uint64) {
        return uint64(AccountWord.unwrap(word) >> 128);
    }

    function reserved(AccountWord word) internal pure returns (uint56) {
        return uint56(AccountWord.unwrap(word) >> 192);
    }

    function moved(AccountWord word) internal pure returns (bool) {
        return AccountWord.unwrap(word) & _MOVED != 0;
    }
}
