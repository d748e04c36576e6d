// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {LowLevelCall} from "@openzeppelin/contracts/utils/LowLevelCall.sol";
import {ISkippable} from "../interfaces/ISkippable.sol";
import {Verifiers} from "../types/Types.sol";
import {Signatures} from "./Signatures.sol";

/// @title Base of the contracts that take batches of signed intents
/// @dev A check returns the ABI-encoded error that stands in the way, empty when none does. A direct call reverts with it; a
/// batch emits its selector and goes on. So both paths share one set of checks.
abstract contract Skippable is ISkippable, EIP712 {
    uint256 private constant _MAX_DEADLINE_AHEAD_S = 1 days;

    address private immutable _P256_VERIFIER;
    address private immutable _WEBAUTHN_VERIFIER;

    constructor(Verifiers memory verifiers) {
        _P256_VERIFIER = verifiers.p256;
        _WEBAUTHN_VERIFIER = verifiers.webAuthn;
    }

    /// @dev Reverts with a problem, if there is one.
    function _raise(bytes memory problem) internal pure {
        if (problem.length != 0) LowLevelCall.bubbleRevert(problem);
    }

    /// @dev No problem. A literal "" would be copied into fresh memory each time.
    function _none() internal pure returns (bytes memory none) {}

    /// @dev Whether there is a problem; if so, says that the intent is skipped.
    function _skipped(uint256 index, address account, bytes memory problem) internal returns (bool) {
        if (problem.length == 0) return false;
        emit IntentSkipped(index, account, bytes4(problem));
        return true;
    }

    /// @dev Only the account itself may act without a signature.
    function _requireCaller(address account) internal view {
        if (account != msg.sender) revert InvalidSignature(account);
    }

    function _requireSameLength(uint256 a, uint256 b) internal pure {
        if (a != b) revert LengthMismatch();
    }

    function _problemOfSignature(
        address account,
        bytes32 digest,
        bytes calldata signature
    ) internal view returns (bytes memory) {
        if (Signatures.isValid(account, digest, signature, _P256_VERIFIER, _WEBAUTHN_VERIFIER)) return _none();
        return abi.encodeWithSelector(InvalidSignature.selector, account);
    }

    function _problemOfDeadline(uint40 deadline) internal view returns (bytes memory) {
        if (deadline >= block.timestamp && deadline <= block.timestamp + _MAX_DEADLINE_AHEAD_S) return _none();
        return abi.encodeWithSelector(InvalidDeadline.selector, deadline, block.timestamp);
    }
}
