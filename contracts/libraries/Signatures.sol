// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @title Signatures of owners: `kind ‖ data`
/// @notice The first byte says what the rest is, so that nothing is tried in order. Kind 0: ECDSA over secp256k1, data =
/// r ‖ s ‖ v (65 bytes, low s). Every other kind is invalid.
library Signatures {
    uint256 private constant _ECDSA_LENGTH = 66;

    /// @dev Never reverts: a batch must be able to skip.
    function isValid(address account, bytes32 digest, bytes calldata signature) internal pure returns (bool) {
        if (signature.length != _ECDSA_LENGTH || signature[0] != 0) return false;
        (address signer, ECDSA.RecoverError problem, ) = ECDSA.tryRecoverCalldata(digest, signature[1:]);
        return problem == ECDSA.RecoverError.NoError && signer == account;
    }
}
