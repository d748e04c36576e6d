// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Signatures} from "../libraries/Signatures.sol";

/// @title The library Signatures, made callable for digests that nobody could get a contract to ask about. Never deployed by a
/// programme.
contract SignatureVerifier {
    /// @notice Whether each signature is valid, as the contracts of a programme with these verifiers would say.
    function verify(
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
