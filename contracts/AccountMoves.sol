// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IAccountMoves} from "./interfaces/IAccountMoves.sol";
import {IStoneLedger} from "./interfaces/IStoneLedger.sol";
import {Pausable} from "./libraries/Pausable.sol";
import {Skippable} from "./libraries/Skippable.sol";
import {AccountMove, Forward, Recovery, RecoveryCancellation, StoneAccount, Verifiers} from "./types/Types.sol";

/// @title AccountMoves: see IAccountMoves
contract AccountMoves is IAccountMoves, Skippable, Pausable {
    bytes32 private constant _MOVE_TYPEHASH = keccak256("AccountMove(address account,address to,uint40 deadline)");
    bytes32 private constant _CANCELLATION_TYPEHASH = keccak256(
        "RecoveryCancellation(address account,uint64 recovery,uint40 deadline)"
    );
    uint256 private constant _BETWEEN_MOVES_S = 365 days;
    uint256 private constant _RECOVERY_DELAY_S = 30 days;
    uint256 private constant _LAST_REASON = 4;
    uint256 private constant _MAX_POINTERS = 4;

    IStoneLedger private immutable _LEDGER;

    uint64 private _recoveries;
    mapping(address account => Forward) private _forwards;
    /// @dev When an account was last moved to, 0 = never.
    mapping(address account => uint40) private _arrivedAt;
    mapping(address account => Recovery) private _pending;

    /// @param authority The AccessManager.
    /// @param verifiers The ERC-7913 verifiers of signatures.
    /// @param ledger The StoneLedger that must know this contract as its moves.
    constructor(
        address authority,
        Verifiers memory verifiers,
        IStoneLedger ledger
    ) AccessManaged(authority) EIP712("Cairn AccountMoves", "1") Skippable(verifiers) {
        _LEDGER = ledger;
    }

    /// @inheritdoc IAccountMoves
    function moveAccount(AccountMove calldata move, bytes calldata targetSignature) external {
        _requireCaller(move.account);
        _raise(_problemOfDeadline(move.deadline));
        _raise(_problemOfMove(move));
        _raise(_problemOfSignature(move.to, _hashTypedDataV4(_hashMove(move)), targetSignature));
        _move(move.account, move.to);
    }

    /// @inheritdoc IAccountMoves
    function moveAccounts(
        AccountMove[] calldata moves,
        bytes[] calldata signatures,
        bytes[] calldata targetSignatures
    ) external {
        _requireSameLength(moves.length, signatures.length);
        _requireSameLength(moves.length, targetSignatures.length);
        for (uint256 i = 0; i < moves.length; ++i) {
            AccountMove calldata move = moves[i];
            bytes32 digest = _hashTypedDataV4(_hashMove(move));
            bytes memory problem = _problemOfDeadline(move.deadline);
            if (problem.length == 0) problem = _problemOfMove(move);
            if (problem.length == 0) problem = _problemOfSignature(move.account, digest, signatures[i]);
            if (problem.length == 0) problem = _problemOfSignature(move.to, digest, targetSignatures[i]);
            if (!_skipped(i, move.account, problem)) _move(move.account, move.to);
        }
    }

    /// @inheritdoc IAccountMoves
    function announceRecovery(
        AccountMove calldata move,
        bytes calldata targetSignature,
        uint8 reason,
        bytes32 evidenceHash
    ) external restricted whenRunning {
        (address account, address to) = (move.account, move.to);
        if (reason == 0 || reason > _LAST_REASON) revert AccountMoves_UnknownReason(reason);
        _raise(_problemOfDeadline(move.deadline));
        _raise(_problemOfEnds(account, to));
        uint64 standing = _pending[account].number;
        if (standing != 0) revert AccountMoves_RecoveryPending(account, standing);
        _raise(_problemOfSignature(to, _hashTypedDataV4(_hashMove(move)), targetSignature));
        uint64 number = ++_recoveries;
        uint40 executableAt = uint40(block.timestamp + _RECOVERY_DELAY_S); // 40 bits last until the year 36,812
        _pending[account] = Recovery({to: to, executableAt: executableAt, reason: reason, number: number});
        emit RecoveryAnnounced(number, account, to, reason, evidenceHash, executableAt);
    }

    /// @inheritdoc IAccountMoves
    function withdrawRecovery(address account) external restricted {
        _raise(_problemOfCancellation(account, _pending[account].number));
        _cancel(account);
    }

    /// @inheritdoc IAccountMoves
    function cancelRecovery() external {
        _raise(_problemOfCancellation(msg.sender, _pending[msg.sender].number));
        _cancel(msg.sender);
    }

    /// @inheritdoc IAccountMoves
    function cancelRecoveries(RecoveryCancellation[] calldata cancellations, bytes[] calldata signatures) external {
        _requireSameLength(cancellations.length, signatures.length);
        for (uint256 i = 0; i < cancellations.length; ++i) {
            RecoveryCancellation calldata cancellation = cancellations[i];
            address account = cancellation.account;
            bytes memory problem = _problemOfDeadline(cancellation.deadline);
            if (problem.length == 0) problem = _problemOfCancellation(account, cancellation.recovery);
            if (problem.length == 0) {
                bytes32 structHash = keccak256(abi.encode(_CANCELLATION_TYPEHASH, cancellation));
                problem = _problemOfSignature(account, _hashTypedDataV4(structHash), signatures[i]);
            }
            if (!_skipped(i, account, problem)) _cancel(account);
        }
    }

    /// @inheritdoc IAccountMoves
    function executeRecovery(address account) external {
        Recovery memory recovery = _pending[account];
        if (recovery.number == 0) revert AccountMoves_NoRecovery(account);
        if (block.timestamp < recovery.executableAt) {
            revert AccountMoves_RecoveryTooEarly(account, recovery.executableAt);
        }
        // Either end may have moved since.
        _raise(_problemOfEnds(account, recovery.to));
        _move(account, recovery.to);
    }

    /// @inheritdoc IAccountMoves
    function shortenForward(address account) external {
        address next = _forwards[account].to;
        if (next == address(0)) revert AccountMoves_NotMoved(account);
        address after_ = _forwards[next].to;
        if (after_ == address(0)) revert AccountMoves_NotMoved(next);
        _forwards[account].to = after_;
        emit ForwardShortened(account, after_);
    }

    /// @inheritdoc IAccountMoves
    function forwardOf(address account) external view returns (Forward memory) {
        return _forwards[account];
    }

    /// @inheritdoc IAccountMoves
    function currentOf(address account) external view returns (address current) {
        current = account;
        for (uint256 i = 0; i < _MAX_POINTERS; ++i) {
            address next = _forwards[current].to;
            if (next == address(0)) return current;
            current = next;
        }
    }

    /// @inheritdoc IAccountMoves
    function recoveryOf(address account) external view returns (Recovery memory) {
        return _pending[account];
    }

    function _move(address account, address to) private {
        delete _pending[account];
        // 40 bits of time last until the year 36,812.
        _forwards[account] = Forward({to: to, movedAt: uint40(block.timestamp)});
        _arrivedAt[to] = uint40(block.timestamp); // as above
        emit AccountMoved(account, to);
        _LEDGER.moveStones(account, to);
    }

    function _cancel(address account) private {
        emit RecoveryCancelled(_pending[account].number, account, msg.sender);
        delete _pending[account];
    }

    /// @dev A move by signatures: the target has no history, and the account was not moved to within a year.
    function _problemOfMove(AccountMove calldata move) private view returns (bytes memory problem) {
        problem = _problemOfEnds(move.account, move.to);
        if (problem.length != 0) return problem;
        StoneAccount memory target = _LEDGER.stonesOf(move.to);
        if (target.mined != 0 || target.received != 0 || _arrivedAt[move.to] != 0) {
            return abi.encodeWithSelector(AccountMoves_TargetUsed.selector, move.to);
        }
        uint256 arrivedAt = _arrivedAt[move.account];
        if (arrivedAt != 0 && block.timestamp < arrivedAt + _BETWEEN_MOVES_S) {
            return abi.encodeWithSelector(AccountMoves_TooSoon.selector, move.account, arrivedAt + _BETWEEN_MOVES_S);
        }
        return _none();
    }

    /// @dev Any move: both ends stand for themselves, so no pointer can lead back.
    function _problemOfEnds(address account, address to) private view returns (bytes memory) {
        if (account == address(0)) return abi.encodeWithSelector(AccountMoves_NoAccount.selector);
        if (to == address(0) || to == account) {
            return abi.encodeWithSelector(AccountMoves_InvalidTarget.selector, to);
        }
        if (_forwards[account].to != address(0)) {
            return abi.encodeWithSelector(AccountMoves_AlreadyMoved.selector, account);
        }
        if (_forwards[to].to != address(0)) return abi.encodeWithSelector(AccountMoves_AlreadyMoved.selector, to);
        return _none();
    }

    function _problemOfCancellation(address account, uint64 recovery) private view returns (bytes memory) {
        uint64 standing = _pending[account].number;
        if (standing != 0 && standing == recovery) return _none();
        return abi.encodeWithSelector(AccountMoves_NoRecovery.selector, account);
    }

    function _hashMove(AccountMove calldata move) private pure returns (bytes32) {
        return keccak256(abi.encode(_MOVE_TYPEHASH, move));
    }
}
