// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IAccountMoves} from "./interfaces/IAccountMoves.sol";
import {IExclusions} from "./interfaces/IExclusions.sol";
import {IRules} from "./interfaces/IRules.sol";
import {Pausable} from "./libraries/Pausable.sol";
import {Skippable} from "./libraries/Skippable.sol";
import {Exclusion, ExclusionAppeal, Verifiers} from "./types/Types.sol";

/// @title Exclusions: see IExclusions
contract Exclusions is IExclusions, Skippable, Pausable {
    bytes32 private constant _APPEAL_TYPEHASH = keccak256(
        "ExclusionAppeal(address account,uint32 exclusion,bytes32 statementHash,uint40 deadline)"
    );
    uint256 private constant _LAST_REASON = 5;
    uint256 private constant _MAX_DAYS = 90;
    uint256 private constant _REST_DAYS = 30;
    uint8 private constant _STANDS = 1;
    uint8 private constant _APPEALED = 2;
    uint8 private constant _UPHELD = 3;
    uint8 private constant _LIFTED = 4;

    IRules private immutable _RULES;
    IAccountMoves private immutable _MOVES;

    /// @inheritdoc IExclusions
    uint32 public exclusionCount;
    mapping(address account => Exclusion[]) private _exclusions;
    mapping(bytes32 evidenceHash => bool) private _used;

    /// @param authority The AccessManager.
    /// @param verifiers The ERC-7913 verifiers of signatures.
    /// @param rules The programme's Rules, for days and the time to decide.
    /// @param moves The AccountMoves.
    constructor(
        address authority,
        Verifiers memory verifiers,
        IRules rules,
        IAccountMoves moves
    ) AccessManaged(authority) EIP712("Cairn Exclusions", "1") Skippable(verifiers) {
        _RULES = rules;
        _MOVES = moves;
    }

    /// @inheritdoc IExclusions
    function excludeAccount(
        address account,
        uint8 reason,
        bytes32 evidenceHash,
        uint32 untilDay
    ) external restricted whenRunning returns (uint32 exclusion) {
        if (reason == 0 || reason > _LAST_REASON) revert Exclusions_UnknownReason(reason);
        if (evidenceHash == 0 || _used[evidenceHash]) revert Exclusions_InvalidEvidence(evidenceHash);
        if (_MOVES.forwardOf(account).to != address(0)) revert Exclusions_AccountMoved(account);
        uint256 fromDay = _today() + 1;
        if (untilDay <= fromDay || untilDay > fromDay + _MAX_DAYS) revert Exclusions_InvalidEnd(untilDay, fromDay);
        _requireRested(account, fromDay);
        _used[evidenceHash] = true;
        exclusion = ++exclusionCount;
        // Days fit 32 bits until the year 11 million.
        _exclusions[account].push(Exclusion(exclusion, reason, _STANDS, uint32(fromDay), untilDay, 0));
        emit AccountExcluded(exclusion, account, reason, evidenceHash, uint32(fromDay), untilDay); // as above
    }

    /// @inheritdoc IExclusions
    function liftExclusion(address account, uint32 exclusion) external restricted {
        _raise(_problemOfStanding(account, exclusion));
        _lift(account, _newest(account));
    }

    /// @inheritdoc IExclusions
    function appealExclusion(ExclusionAppeal calldata appeal) external {
        _requireCaller(appeal.account);
        _raise(_problemOfAppeal(appeal));
        _appeal(appeal);
    }

    /// @inheritdoc IExclusions
    function appealExclusions(ExclusionAppeal[] calldata appeals, bytes[] calldata signatures) external {
        _requireSameLength(appeals.length, signatures.length);
        for (uint256 i = 0; i < appeals.length; ++i) {
            ExclusionAppeal calldata appeal = appeals[i];
            bytes memory problem = _problemOfDeadline(appeal.deadline);
            if (problem.length == 0) problem = _problemOfAppeal(appeal);
            if (problem.length == 0) {
                bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(_APPEAL_TYPEHASH, appeal)));
                problem = _problemOfSignature(appeal.account, digest, signatures[i]);
            }
            if (!_skipped(i, appeal.account, problem)) _appeal(appeal);
        }
    }

    /// @inheritdoc IExclusions
    function decideAppeal(address account, uint32 exclusion, bool upheld) external restricted {
        _raise(_problemOfStanding(account, exclusion));
        Exclusion storage standing = _newest(account);
        if (standing.state != _APPEALED || block.timestamp > standing.decideBy) {
            revert Exclusions_NotDecidable(account, exclusion);
        }
        if (!upheld) return _lift(account, standing);
        standing.state = _UPHELD;
        emit ExclusionUpheld(exclusion, account);
    }

    /// @inheritdoc IExclusions
    function followMove(address account) external {
        address current = _MOVES.currentOf(account);
        Exclusion memory standing = _last(account);
        uint256 tomorrow = _today() + 1;
        // The number goes along, so that each is followed once by each account.
        bool follows = current != account && _endOf(standing) > tomorrow && _last(current).number != standing.number;
        if (!follows) revert Exclusions_NothingToFollow(account);
        if (standing.fromDay < tomorrow) standing.fromDay = uint32(tomorrow); // until the year 11 million
        _exclusions[current].push(standing);
        emit ExclusionFollowed(standing.number, account, current, standing.fromDay, standing.untilDay);
    }

    /// @inheritdoc IExclusions
    function isExcluded(address account, uint256 day) external view returns (bool) {
        Exclusion[] storage all = _exclusions[account];
        for (uint256 i = all.length; i > 0; --i) {
            Exclusion memory exclusion = all[i - 1];
            if (exclusion.fromDay <= day && day < _endOf(exclusion)) return true;
        }
        return false;
    }

    /// @inheritdoc IExclusions
    function exclusionsOf(address account) external view returns (Exclusion[] memory) {
        return _exclusions[account];
    }

    function _appeal(ExclusionAppeal calldata appeal) private {
        Exclusion storage standing = _newest(appeal.account);
        // 40 bits of time last until the year 36,812.
        uint40 decideBy = uint40(block.timestamp + _RULES.rulesAt(_today()).objectionS);
        standing.state = _APPEALED;
        standing.decideBy = decideBy;
        emit ExclusionAppealed(appeal.exclusion, appeal.account, appeal.statementHash, decideBy);
    }

    function _lift(address account, Exclusion storage standing) private {
        uint32 untilDay = uint32(_today() + 1); // until the year 11 million
        if (untilDay < standing.fromDay) untilDay = standing.fromDay;
        standing.state = _LIFTED;
        standing.untilDay = untilDay;
        emit ExclusionLifted(standing.number, account, untilDay);
    }

    /// @dev The account's exclusions follow each other with days of rest: nobody is excluded for ever piece by piece.
    function _requireRested(address account, uint256 fromDay) private view {
        Exclusion memory last = _last(account);
        if (last.state == 0) return;
        uint256 allowedFrom = _endOf(last) + _REST_DAYS;
        if (fromDay < allowedFrom) revert Exclusions_TooSoon(account, allowedFrom);
    }

    /// @dev Whether the account's newest exclusion has this number and lasts beyond tomorrow.
    function _problemOfStanding(address account, uint32 exclusion) private view returns (bytes memory) {
        Exclusion memory last = _last(account);
        bool stands = last.state != 0 && last.number == exclusion && _endOf(last) > _today() + 1;
        if (stands) return _none();
        return abi.encodeWithSelector(Exclusions_NotStanding.selector, account, exclusion);
    }

    function _problemOfAppeal(ExclusionAppeal calldata appeal) private view returns (bytes memory problem) {
        problem = _problemOfStanding(appeal.account, appeal.exclusion);
        if (problem.length == 0 && _last(appeal.account).state != _STANDS) {
            return abi.encodeWithSelector(Exclusions_AlreadyAppealed.selector, appeal.account, appeal.exclusion);
        }
    }

    /// @dev First day that counts again. An appeal that nobody decided in time ends the exclusion with the day after.
    function _endOf(Exclusion memory exclusion) private view returns (uint256) {
        if (exclusion.state != _APPEALED) return exclusion.untilDay;
        uint256 lapsesOn = _RULES.dayOf(exclusion.decideBy) + 1;
        // While it can still be decided, it stands as long as it was meant to.
        if (block.timestamp <= exclusion.decideBy || exclusion.untilDay < lapsesOn) return exclusion.untilDay;
        return lapsesOn > exclusion.fromDay ? lapsesOn : exclusion.fromDay;
    }

    function _last(address account) private view returns (Exclusion memory last) {
        uint256 length = _exclusions[account].length;
        if (length != 0) last = _exclusions[account][length - 1];
    }

    function _newest(address account) private view returns (Exclusion storage) {
        return _exclusions[account][_exclusions[account].length - 1];
    }

    function _today() private view returns (uint256) {
        return _RULES.dayOf(block.timestamp);
    }
}
