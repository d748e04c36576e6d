// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
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
    mapping(address account => mapping(uint32 exclusion => bool)) private _followed;

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
        _lift(account, _recordOf(account, exclusion));
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
        Exclusion storage standing = _recordOf(account, exclusion);
        // One that was not decided in time has lapsed and stands no more.
        if (standing.state != _APPEALED) revert Exclusions_NotDecidable(account, exclusion);
        if (!upheld) return _lift(account, standing);
        standing.state = _UPHELD;
        emit ExclusionUpheld(exclusion, account);
    }

    /// @inheritdoc IExclusions
    function followMove(address account) external {
        address current = _MOVES.currentOf(account);
        if (current == account) revert Exclusions_NothingToFollow(account);
        Exclusion[] storage all = _exclusions[account];
        bool follows = false;
        for (uint256 i = 0; i < all.length; ++i) {
            if (_follow(account, current, all[i])) follows = true;
        }
        if (!follows) revert Exclusions_NothingToFollow(account);
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

    /// @dev Once from each account: what was lifted under the next one does not come back.
    function _follow(address account, address to, Exclusion memory standing) private returns (bool) {
        uint256 tomorrow = _today() + 1;
        if (_endOf(standing) <= tomorrow || _followed[account][standing.number]) return false;
        _followed[account][standing.number] = true;
        standing.fromDay = uint32(tomorrow); // until the year 11 million; it began tomorrow at the latest
        _exclusions[to].push(standing);
        emit ExclusionFollowed(standing.number, account, to, standing.fromDay, standing.untilDay);
        return true;
    }

    function _appeal(ExclusionAppeal calldata appeal) private {
        Exclusion storage standing = _recordOf(appeal.account, appeal.exclusion);
        // 40 bits of time last until the year 36,812.
        uint40 decideBy = uint40(block.timestamp + _RULES.rulesAt(_today()).objectionS);
        standing.state = _APPEALED;
        standing.decideBy = decideBy;
        emit ExclusionAppealed(appeal.exclusion, appeal.account, appeal.statementHash, decideBy);
    }

    function _lift(address account, Exclusion storage standing) private {
        uint32 untilDay = uint32(_today() + 1); // until the year 11 million
        standing.state = _LIFTED;
        standing.untilDay = untilDay;
        emit ExclusionLifted(standing.number, account, untilDay);
    }

    /// @dev The account's exclusions follow each other with days of rest: nobody is excluded for ever piece by piece.
    function _requireRested(address account, uint256 fromDay) private view {
        Exclusion[] storage all = _exclusions[account];
        uint256 allowedFrom = 0;
        // Those that followed a move may end in any order.
        for (uint256 i = 0; i < all.length; ++i) {
            uint256 restsUntil = _endOf(all[i]) + _REST_DAYS;
            if (restsUntil > allowedFrom) allowedFrom = restsUntil;
        }
        if (fromDay < allowedFrom) revert Exclusions_TooSoon(account, allowedFrom);
    }

    /// @dev Whether the account has this exclusion and it lasts beyond tomorrow.
    function _problemOfStanding(address account, uint32 exclusion) private view returns (bytes memory) {
        uint256 place = _placeOf(account, exclusion);
        if (place != 0 && _endOf(_exclusions[account][place - 1]) > _today() + 1) return _none();
        return abi.encodeWithSelector(Exclusions_NotStanding.selector, account, exclusion);
    }

    function _problemOfAppeal(ExclusionAppeal calldata appeal) private view returns (bytes memory problem) {
        // The old key, which may be a thief's, does not use up the one appeal of who stands for the account.
        if (_MOVES.forwardOf(appeal.account).to != address(0)) {
            return abi.encodeWithSelector(Exclusions_AccountMoved.selector, appeal.account);
        }
        problem = _problemOfStanding(appeal.account, appeal.exclusion);
        if (problem.length == 0 && _recordOf(appeal.account, appeal.exclusion).state != _STANDS) {
            return abi.encodeWithSelector(Exclusions_AlreadyAppealed.selector, appeal.account, appeal.exclusion);
        }
    }

    /// @dev First day that counts again. An appeal that nobody decided in time ends the exclusion with the day after.
    function _endOf(Exclusion memory exclusion) private view returns (uint256) {
        if (exclusion.state != _APPEALED) return exclusion.untilDay;
        // While it can still be decided, it stands as long as it was meant to.
        if (block.timestamp <= exclusion.decideBy) return exclusion.untilDay;
        return Math.min(exclusion.untilDay, _RULES.dayOf(exclusion.decideBy) + 1);
    }

    /// @dev Where an exclusion stands among the account's, counted from 1; 0 when it is none of them.
    function _placeOf(address account, uint32 exclusion) private view returns (uint256 place) {
        Exclusion[] storage all = _exclusions[account];
        for (place = all.length; place > 0; --place) {
            if (all[place - 1].number == exclusion) return place;
        }
    }

    /// @dev Only for an exclusion that the account has.
    function _recordOf(address account, uint32 exclusion) private view returns (Exclusion storage) {
        return _exclusions[account][_placeOf(account, exclusion) - 1];
    }

    function _today() private view returns (uint256) {
        return _RULES.dayOf(block.timestamp);
    }
}
