// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {AccountMove, Forward, Recovery, RecoveryCancellation} from "../types/Types.sol";
import {ISkippable} from "./ISkippable.sol";

/// @title AccountMoves: an account moves to another address, by both at once or by announced recovery
/// @notice A move takes the stones and what is reserved of them, and leaves a forward pointer: later credits flow on, open
/// orders belong to the new account, vehicles, crystals and milestones follow by calls of their own (followMove in their
/// contracts). Consents never move.
/// @dev A move by signatures goes to an address without a history, once a year and never back: else it would be a market for
/// stones. It does not protect an account whose key is stolen and used first: the thief can move it, or cancel its recovery.
interface IAccountMoves is ISkippable {
    /// @notice Everything that `account` has now belongs to `to`.
    event AccountMoved(address indexed account, address indexed to);
    /// @notice The recovery role will move `account`; its owner can cancel until it is carried out.
    event RecoveryAnnounced(
        uint64 indexed recovery,
        address indexed account,
        address indexed to,
        uint8 reason,
        bytes32 evidenceHash,
        uint40 executableAt
    );
    /// @notice An announced recovery will not be carried out.
    event RecoveryCancelled(uint64 indexed recovery, address indexed account, address indexed by);
    /// @notice The pointer of `account` now leads to `to` directly.
    event ForwardShortened(address indexed account, address indexed to);

    /// @notice The account has moved.
    error AccountMoves_AlreadyMoved(address account);
    /// @notice The account has not moved.
    error AccountMoves_NotMoved(address account);
    /// @notice The zero address is nobody's account: a pointer of it would be one of all that have none.
    error AccountMoves_NoAccount();
    /// @notice An account cannot move to this address.
    error AccountMoves_InvalidTarget(address to);
    /// @notice The target has, or had, stones, or is part of another move.
    error AccountMoves_TargetUsed(address to);
    /// @notice The account was moved to less than a year ago.
    error AccountMoves_TooSoon(address account, uint256 movableAt);
    /// @notice No recovery of the account is announced, or it is another one.
    error AccountMoves_NoRecovery(address account);
    /// @notice A recovery of the account is announced already.
    error AccountMoves_RecoveryPending(address account, uint64 recovery);
    /// @notice The recovery cannot be carried out yet.
    error AccountMoves_RecoveryTooEarly(address account, uint256 executableAt);
    /// @notice The reason is not one of the codes.
    error AccountMoves_UnknownReason(uint8 reason);

    /// @notice The caller moves. `move.account` must be the caller; the deadline counts, as the target signed it.
    /// @param targetSignature The target's signature of the move.
    function moveAccount(AccountMove calldata move, bytes calldata targetSignature) external;

    /// @notice Carries out moves that both accounts signed; anyone may call. Skips what cannot be done.
    function moveAccounts(
        AccountMove[] calldata moves,
        bytes[] calldata signatures,
        bytes[] calldata targetSignatures
    ) external;

    /// @notice Announces a move without the account's signature: a lost key, an inheritance, two accounts of one person. The
    /// target may have a history, and signs that it takes the other's in: exclusions come along. It can be carried out after 30
    /// days. Role: RECOVERY.
    /// @param move As for a move by signatures, with the deadline for announcing it.
    /// @param targetSignature The target's, over `move`.
    /// @param reason 1 lost key, 2 inheritance, 3 merging, 4 decision of a court.
    /// @param evidenceHash Hash of the documents that show it.
    function announceRecovery(
        AccountMove calldata move,
        bytes calldata targetSignature,
        uint8 reason,
        bytes32 evidenceHash
    ) external;

    /// @notice The recovery role takes back what it announced. Role: RECOVERY.
    function withdrawRecovery(address account) external;

    /// @notice The caller cancels the recovery of its own account.
    function cancelRecovery() external;

    /// @notice Carries out signed cancellations; anyone may call. Skips what cannot be done.
    function cancelRecoveries(RecoveryCancellation[] calldata cancellations, bytes[] calldata signatures) external;

    /// @notice Carries out an announced recovery after its 30 days. Anyone.
    function executeRecovery(address account) external;

    /// @notice Makes the pointer of a moved account lead over the next one. Anyone.
    function shortenForward(address account) external;

    /// @notice Where an account moved, and when; all zero when it did not.
    function forwardOf(address account) external view returns (Forward memory);

    /// @notice The account that now stands for `account`: itself, or where at most four pointers lead. With more than four the
    /// answer has moved itself, and shortenForward helps.
    function currentOf(address account) external view returns (address);

    /// @notice The announced recovery of an account, all zero when there is none.
    function recoveryOf(address account) external view returns (Recovery memory);
}
