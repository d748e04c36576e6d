// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {vm} from "./Vm.sol";

/// @dev The EIP-712 digest of a struct in the domain of `target`.
function digestFor(address target, bytes32 structHash) view returns (bytes32) {
    (, string memory name, string memory version, uint256 chainId, address verifier, , ) = IERC5267(target)
        .eip712Domain();
    bytes32 domain = keccak256(
        abi.encode(
            keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
            keccak256(bytes(name)),
            keccak256(bytes(version)),
            chainId,
            verifier
        )
    );
    return keccak256(abi.encodePacked(hex"1901", domain, structHash));
}

/// @dev A signature of kind 0 (docs/protocol.md 2.3).
function signatureOf(uint256 key, bytes32 digest) pure returns (bytes memory) {
    (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
    return abi.encodePacked(uint8(0), r, s, v);
}

/// @dev A list of one, as batches take it.
function one(bytes memory signature) pure returns (bytes[] memory list) {
    list = new bytes[](1);
    list[0] = signature;
}
