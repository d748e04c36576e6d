// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {IERC7913SignatureVerifier} from "@openzeppelin/contracts/interfaces/IERC7913.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {ISkippable} from "../interfaces/ISkippable.sol";

/// @title Signatures of owners: `kind ‖ data`
/// @notice The first byte says what the rest is, so that nothing is tried in order (docs/protocol.md 2.3).
/// - 0, ECDSA over secp256k1: data = r ‖ s ‖ v (65 bytes, low s). Right for accounts with EIP-7702 code too.
/// - 1, ERC-1271: data is for the account's contract, which is asked with 200,000 gas.
/// - 2, ERC-7913: data = verifier ‖ x ‖ y ‖ signature, verifier one of the programme's two (P-256, WebAuthn); the account is
/// the last 20 bytes of keccak256(verifier ‖ x ‖ y).
library Signatures {
    uint256 private constant _ECDSA = 0;
    uint256 private constant _ERC1271 = 1;
    uint256 private constant _ERC7913 = 2;
    uint256 private constant _ECDSA_LENGTH = 66;
    uint256 private constant _KEY_AT = 21;
    uint256 private constant _SIGNATURE_AT = 85;

    uint256 private constant _CALL_GAS = 200_000;
    /// @dev A call gets at most 63/64 of what is left (EIP-150), so 203,174 must be left for it. The rest is the call's own cost:
    /// 2,600 for an account not yet touched, and 2,600 for the code that it may have delegated to (EIP-7702).
    uint256 private constant _GAS_BEFORE_CALL = 210_000;

    /// @dev Reverts only when the gas left could not cover a call that the signature asks for: a batch must be able to skip, but
    /// whoever sends it must not make it skip by sending too little.
    function isValid(
        address account,
        bytes32 digest,
        bytes calldata signature,
        address p256Verifier,
        address webAuthnVerifier
    ) internal view returns (bool) {
        if (signature.length == 0) return false;
        uint256 kind = uint8(signature[0]);
        if (kind == _ECDSA) return _isByKey(account, digest, signature);
        if (kind == _ERC1271) return _isByContract(account, digest, signature[1:]);
        if (kind != _ERC7913 || signature.length < _SIGNATURE_AT) return false;
        address verifier = address(bytes20(signature[1:_KEY_AT]));
        if (verifier != p256Verifier && verifier != webAuthnVerifier) return false;
        return _isByVerifier(account, digest, signature, verifier);
    }

    function _isByKey(address account, bytes32 digest, bytes calldata signature) private pure returns (bool) {
        if (signature.length != _ECDSA_LENGTH) return false;
        (address signer, ECDSA.RecoverError problem, ) = ECDSA.tryRecoverCalldata(digest, signature[1:]);
        return problem == ECDSA.RecoverError.NoError && signer == account;
    }

    function _isByContract(address account, bytes32 digest, bytes calldata data) private view returns (bool) {
        return _answers(account, abi.encodeCall(IERC1271.isValidSignature, (digest, data)));
    }

    function _isByVerifier(
        address account,
        bytes32 digest,
        bytes calldata signature,
        address verifier
    ) private view returns (bool) {
        if (account != address(uint160(uint256(keccak256(signature[1:_SIGNATURE_AT]))))) return false;
        bytes calldata key = signature[_KEY_AT:_SIGNATURE_AT];
        return
            _answers(
                verifier,
                abi.encodeCall(IERC7913SignatureVerifier.verify, (key, digest, signature[_SIGNATURE_AT:]))
            );
    }

    /// @dev Whether a call answers with its own selector, as ERC-1271 and ERC-7913 ask. By hand, since Solidity would copy back
    /// all that the callee returns, and only the caller pays for that.
    function _answers(address target, bytes memory data) private view returns (bool yes) {
        if (gasleft() < _GAS_BEFORE_CALL) revert ISkippable.InsufficientGas(_GAS_BEFORE_CALL);
        bytes32 selector = bytes4(data);
        uint256 gasLimit = _CALL_GAS;
        assembly ("memory-safe") {
            mstore(0x00, 0) // scratch space, for the answer
            let success := staticcall(gasLimit, target, add(data, 0x20), mload(data), 0x00, 0x20)
            yes := and(success, and(gt(returndatasize(), 0x1f), eq(mload(0x00), selector)))
        }
    }
}
