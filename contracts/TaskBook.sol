// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IRules} from "./interfaces/IRules.sol";
import {ITaskBook} from "./interfaces/ITaskBook.sol";
import {KeyIntervals} from "./libraries/KeyIntervals.sol";
import {Pausable} from "./libraries/Pausable.sol";
import {ProgrammeTime} from "./libraries/ProgrammeTime.sol";
import {KeyInterval, TaskTerms} from "./types/Types.sol";

/// @title TaskBook: see ITaskBook
contract TaskBook is ITaskBook, Pausable, EIP712 {
    using KeyIntervals for KeyInterval;

    uint256 private constant _MAX_CRYSTALS = 1_000_000;
    uint256 private constant _MAX_PER_DAY = 1_000;

    IRules private immutable _RULES;

    /// @inheritdoc ITaskBook
    uint32 public taskCount;
    mapping(uint32 task => TaskTerms) private _terms;
    mapping(address key => KeyInterval) private _keys;

    /// @param authority The AccessManager.
    /// @param rules The programme's Rules, for days and notice.
    constructor(address authority, IRules rules) AccessManaged(authority) EIP712("Cairn TaskBook", "1") {
        _RULES = rules;
    }

    /// @inheritdoc ITaskBook
    function defineTask(TaskTerms calldata terms) external restricted whenRunning returns (uint32 task) {
        _requireValid(terms);
        task = ++taskCount;
        _terms[task] = terms;
        emit TaskDefined(task, terms);
    }

    /// @inheritdoc ITaskBook
    function endTask(uint32 task, uint32 untilDay) external restricted whenRunning {
        TaskTerms storage terms = _terms[task];
        if (terms.crystals == 0) revert TaskBook_UnknownTask(task);
        uint256 today = _today();
        bool isEarlier = terms.untilDay == 0 || untilDay < terms.untilDay;
        // A task that has not begun may end on its first day: it is never awarded.
        if (!isEarlier || untilDay <= today || untilDay < terms.fromDay) revert TaskBook_InvalidEnd(task, untilDay);
        if (terms.fromDay <= today) _requireNotice(task, untilDay, today);
        terms.untilDay = untilDay;
        emit TaskEnded(task, untilDay);
    }

    /// @inheritdoc ITaskBook
    function setTaskKey(address key, uint40 from, uint40 until) external restricted {
        if (key == address(0)) revert TaskBook_ZeroAddress();
        if (KeyIntervals.isEmpty(from, until)) revert TaskBook_EmptyInterval(from, until);
        KeyInterval memory held = _keys[key];
        if (held.takesFromPast(from, until)) revert TaskBook_KeyHeld(key, held.from, held.until);
        _keys[key] = KeyInterval(from, until);
        emit TaskKeySet(key, from, until);
    }

    /// @inheritdoc ITaskBook
    function termsOf(uint32 task) external view returns (TaskTerms memory) {
        return _terms[task];
    }

    /// @inheritdoc ITaskBook
    function isTaskKey(address key, uint256 time) external view returns (bool) {
        return _keys[key].holdsAt(time);
    }

    function _requireValid(TaskTerms calldata terms) private view {
        if (terms.crystals == 0 || terms.crystals > _MAX_CRYSTALS) {
            revert TaskBook_InvalidTerms("crystals", terms.crystals);
        }
        if (terms.perDay == 0 || terms.perDay > _MAX_PER_DAY) revert TaskBook_InvalidTerms("perDay", terms.perDay);
        if (terms.fromDay <= _today()) revert TaskBook_InvalidTerms("fromDay", terms.fromDay);
        if (terms.untilDay != 0 && terms.untilDay <= terms.fromDay) {
            revert TaskBook_InvalidTerms("untilDay", terms.untilDay);
        }
        if (terms.contentHash == 0) revert TaskBook_InvalidTerms("contentHash", 0);
    }

    function _requireNotice(uint32 task, uint32 untilDay, uint256 today) private view {
        uint256 noticeEndsAt = block.timestamp + _RULES.rulesAt(today).noticeS;
        if (ProgrammeTime.dayStart(_RULES.genesis(), untilDay) < noticeEndsAt) {
            revert TaskBook_NeedsNotice(task, noticeEndsAt);
        }
    }

    function _today() private view returns (uint256) {
        return _RULES.dayOf(block.timestamp);
    }
}
