// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @title What every contract that takes batches of signed intents shares
/// @notice A batch skips an intent that cannot be carried out and says why; a skipped intent uses nothing up.
/// @dev A signature is `kind ‖ data`: 0 ECDSA, 1 ERC-1271, 2 ERC-7913 (docs/protocol.md 2.3). No kind is tried after another.
interface ISkippable {
    /// @notice Intent `index` of this batch was skipped.
    /// @param reason Selector of the error that the direct call would have reverted with.
    event IntentSkipped(uint256 indexed index, address indexed account, bytes4 reason);

    /// @notice Lists that belong together differ in length.
    error LengthMismatch();
    /// @notice The signature is not of a supported kind and form, or not by the account.
    error InvalidSignature(address account);
    /// @notice The intent's deadline has passed, or lies more than a day ahead.
    error InvalidDeadline(uint40 deadline, uint256 blockTime);
    /// @notice Too little gas is left to ask an account's contract or a verifier; the whole batch reverts.
    error InsufficientGas(uint256 need);
}
