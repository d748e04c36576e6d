// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @title A wallet of one key, for tests: a contract account, or the code that an account delegates to (EIP-7702). Never
/// deployed by a programme.
contract KeyWallet is IERC1271 {
    address private immutable _KEY;
    uint256 private immutable _NEEDED_GAS;

    /// @param key Address of the key whose ECDSA signatures (r ‖ s ‖ v) it takes for its own.
    /// @param neededGas It says no to whoever gives it less.
    constructor(address key, uint256 neededGas) {
        _KEY = key;
        _NEEDED_GAS = neededGas;
    }

    /// @inheritdoc IERC1271
    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        if (gasleft() < _NEEDED_GAS) return 0xffffffff;
        (address signer, ECDSA.RecoverError problem, ) = ECDSA.tryRecoverCalldata(hash, signature);
        bool valid = problem == ECDSA.RecoverError.NoError && signer == _KEY;
        return valid ? IERC1271.isValidSignature.selector : bytes4(0xffffffff);
    }
}
