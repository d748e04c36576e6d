// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ERC7913P256Verifier} from "@openzeppelin/contracts/utils/cryptography/verifiers/ERC7913P256Verifier.sol";
import {ERC7913WebAuthnVerifier} from "@openzeppelin/contracts/utils/cryptography/verifiers/ERC7913WebAuthnVerifier.sol";
import {ISkippable} from "../../../contracts/interfaces/ISkippable.sol";
import {Signatures} from "../../../contracts/libraries/Signatures.sol";
import {AnsweringWallet} from "../../../contracts/mocks/AnsweringWallet.sol";
import {signatureOf} from "./Signing.sol";
import {vm, within} from "./Vm.sol";

/// @dev Whatever bytes come as a signature: an answer, and never a revert that would stop a batch.
contract SignaturesTest {
    uint256 private constant _N = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;
    uint256 private constant _LONGEST = 300;

    address private _p256;
    address private _webAuthn;

    function setUp() external {
        _p256 = address(new ERC7913P256Verifier());
        _webAuthn = address(new ERC7913WebAuthnVerifier());
    }

    function isValid(address account, bytes32 digest, bytes calldata signature) external view returns (bool) {
        return Signatures.isValid(account, digest, signature, _p256, _webAuthn);
    }

    function testFuzz_givenAnyBytes_theyAreNoSignature(
        address account,
        bytes32 digest,
        bytes memory given
    ) external view {
        assert(!this.isValid(account, digest, _short(given)));
    }

    function testFuzz_givenAnyBytesOfAKind_theyAreNoSignature(
        uint8 kind,
        address account,
        bytes32 digest,
        bytes memory given
    ) external view {
        assert(!this.isValid(account, digest, abi.encodePacked(kind % 4, _short(given))));
    }

    function testFuzz_givenSixtyFiveBytes_theyAreNoSignature(
        address account,
        bytes32 digest,
        bytes32 r,
        bytes32 s,
        uint8 v
    ) external view {
        assert(!this.isValid(account, digest, abi.encodePacked(uint8(0), r, s, (v % 2) + 27)));
    }

    /// @dev Bytes that do reach a verifier: the account is that of the key, which need not be a point of the curve.
    function testFuzz_givenAnyBytesForAVerifier_theyAreNoSignature(
        bool passkey,
        bytes32 x,
        bytes32 y,
        bytes32 digest,
        bytes memory given
    ) external view {
        bytes memory key = abi.encodePacked(passkey ? _webAuthn : _p256, x, y);
        address account = address(uint160(uint256(keccak256(key))));
        assert(!this.isValid(account, digest, abi.encodePacked(uint8(2), key, _short(given))));
    }

    /// @dev A wallet may answer anything: only its selector, in a whole word, is a yes.
    function testFuzz_givenAnyAnswerOfAWallet_onlyTheSelectorIsAYes(
        bytes32 word,
        uint16 length,
        uint8 mode,
        bytes32 digest,
        bytes memory given
    ) external {
        if (mode & 1 == 0) word = IERC1271.isValidSignature.selector;
        if (mode & 2 == 0) length = 32;
        bool reverts = mode & 12 == 0;
        AnsweringWallet wallet = new AnsweringWallet(word, length, reverts);
        bool yes = !reverts && length >= 32 && word == bytes32(IERC1271.isValidSignature.selector);
        assert(this.isValid(address(wallet), digest, abi.encodePacked(uint8(1), _short(given))) == yes);
    }

    function testFuzz_givenAKey_itsOwnSignatureAloneIsValid(
        uint256 key,
        bytes32 digest,
        uint256 changed
    ) external view {
        key = within(key, 1, _N - 1);
        bytes memory signature = signatureOf(key, digest);
        assert(this.isValid(vm.addr(key), digest, signature));
        assert(!this.isValid(vm.addr(key), ~digest, signature));
        uint256 at_ = within(changed, 0, signature.length - 1);
        signature[at_] = ~signature[at_];
        assert(!this.isValid(vm.addr(key), digest, signature));
    }

    /// @dev Whoever sends too little gas gets no answer; a no would let a batch skip what is valid.
    function testFuzz_givenAnyGas_aYesNeverBecomesANo(uint256 gasLimit, bytes32 digest) external {
        gasLimit = within(gasLimit, 20_000, 400_000);
        address wallet = address(new AnsweringWallet(IERC1271.isValidSignature.selector, 32, false));
        try this.isValid{gas: gasLimit}(wallet, digest, hex"01") returns (bool valid) {
            assert(valid);
        } catch (bytes memory problem) {
            assert(problem.length == 0 || bytes4(problem) == ISkippable.InsufficientGas.selector);
            assert(gasLimit < 230_000);
        }
    }

    function _short(bytes memory given) private pure returns (bytes memory) {
        if (given.length <= _LONGEST) return given;
        bytes memory short = new bytes(_LONGEST);
        for (uint256 i = 0; i < _LONGEST; ++i) short[i] = given[i];
        return short;
    }
}
