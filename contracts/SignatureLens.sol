// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Signatures} from "./libraries/Signatures.sol";

/// @title SignatureLens: whether signatures are valid, as the contracts of a programme would say
/// @dev Never deployed. Who must know before paying for a transaction asks by an eth_call that brings this code along, so that a
/// signature is judged by the very code that will judge it. A wallet can still answer otherwise later.
contract SignatureLens {
    /// @notice Whether each signature is valid for its account and digest.
    /// @param p256Verifier The programme's verifier of P-256 keys.
    /// @param webAuthnVerifier The programme's verifier of passkeys.
    function areValid(
        address[] calldata accounts,
        bytes32[] calldata digests,
        bytes[] calldata signatures,
        address p256Verifier,
        address webAuthnVerifier
    ) external view returns (bool[] memory valid) {
        valid = new bool[](accounts.length);
        for (uint256 i = 0; i < accounts.length; ++i) {
            valid[i] = Signatures.isValid(accounts[i], digests[i], signatures[i], p256Verifier, webAuthnVerifier);
        }
    }
}
