// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IRules} from "./interfaces/IRules.sol";
import {KeyIntervals} from "./libraries/KeyIntervals.sol";
import {Pausable} from "./libraries/Pausable.sol";
import {ProgrammeTime} from "./libraries/ProgrammeTime.sol";
import {KeyInterval, RuleSet} from "./types/Types.sol";

/// @title Rules: see IRules
contract Rules is IRules, Pausable {
    using KeyIntervals for KeyInterval;

    /// @dev Longest notice, challenge and objection, and how many days ahead a version may begin: a stolen key must not tie the
    /// rules down for ever, nor a day that was vetoed, nor an order that was objected to.
    uint256 private constant _LONGEST_S = 90 days;
    uint256 private constant _MAX_DAYS_AHEAD = 180;

    /// @inheritdoc IRules
    uint40 public immutable genesis;
    /// @inheritdoc IRules
    address public immutable operator;
    /// @inheritdoc IRules
    uint32 public noticeCount;

    uint32[] private _fromDays;
    mapping(uint256 version => RuleSet) private _versions;
    mapping(address key => KeyInterval) private _receiptKeys;

    /// @param authority The AccessManager.
    /// @param genesis_ A local midnight, unix seconds.
    /// @param operator_ The address that consents for mining name as recipient.
    /// @param rules Version 0, which holds from day 0.
    constructor(address authority, uint40 genesis_, address operator_, RuleSet memory rules) AccessManaged(authority) {
        if (operator_ == address(0)) revert Rules_ZeroAddress();
        genesis = genesis_;
        operator = operator_;
        _requireValid(rules);
        _addVersion(0, rules);
    }

    /// @inheritdoc IRules
    function scheduleRules(
        uint32 fromDay,
        RuleSet calldata rules
    ) external restricted whenRunning returns (uint256 version) {
        uint256 today = dayOf(block.timestamp);
        uint256 earliest = today + 1;
        uint256 newest = _fromDays[_fromDays.length - 1];
        if (newest > earliest) earliest = newest;
        if (fromDay < earliest) revert Rules_DayNotAhead(fromDay, earliest);
        if (fromDay > today + _MAX_DAYS_AHEAD) revert Rules_DayTooFar(fromDay, today + _MAX_DAYS_AHEAD);
        _requireValid(rules);
        _requireNotice(fromDay, rules);
        return _addVersion(fromDay, rules);
    }

    /// @inheritdoc IRules
    function setReceiptKey(address key, uint40 from, uint40 until) external restricted {
        if (key == address(0)) revert Rules_ZeroAddress();
        if (KeyIntervals.isEmpty(from, until)) revert Rules_EmptyInterval(from, until);
        KeyInterval memory held = _receiptKeys[key];
        if (held.takesFromPast(from, until)) revert Rules_ReceiptKeyHeld(key, held.from, held.until);
        _receiptKeys[key] = KeyInterval(from, until);
        emit ReceiptKeySet(key, from, until);
    }

    /// @inheritdoc IRules
    function publishNotice(bytes32 contentHash) external restricted whenRunning returns (uint32 number) {
        number = ++noticeCount;
        emit NoticePublished(number, contentHash);
    }

    /// @inheritdoc IRules
    function rulesAt(uint256 day) public view returns (RuleSet memory) {
        // Invariant: version `low` begins by `day` (version 0 does by any), every version from `high` on only later.
        uint256 low = 0;
        uint256 high = _fromDays.length;
        while (high - low > 1) {
            uint256 middle = (low + high) / 2;
            if (_fromDays[middle] <= day) low = middle;
            else high = middle;
        }
        return _versions[low];
    }

    /// @inheritdoc IRules
    function ruleVersions() external view returns (uint256) {
        return _fromDays.length;
    }

    /// @inheritdoc IRules
    function isReceiptKey(address key, uint256 time) external view returns (bool) {
        return _receiptKeys[key].holdsAt(time);
    }

    /// @inheritdoc IRules
    function dayOf(uint256 time) public view returns (uint256) {
        return ProgrammeTime.dayOf(genesis, time);
    }

    function _addVersion(uint32 fromDay, RuleSet memory rules) private returns (uint256 version) {
        version = _fromDays.length;
        _fromDays.push(fromDay);
        _versions[version] = rules;
        emit RulesScheduled(version, fromDay, rules);
    }

    /// @dev Needed when it is worse than the newest version, before which it cannot begin, and worse than what holds the day
    /// before: a change that has not begun can be taken back.
    function _requireNotice(uint32 fromDay, RuleSet calldata rules) private view {
        bytes32 worse = _worseRule(_versions[_fromDays.length - 1], rules);
        // No version but the first begins on day 0.
        if (worse == 0 || _worseRule(rulesAt(fromDay - 1), rules) == 0) return;
        uint256 noticeEndsAt = block.timestamp + rulesAt(dayOf(block.timestamp)).noticeS;
        if (ProgrammeTime.dayStart(genesis, fromDay) < noticeEndsAt) {
            revert Rules_NeedsNotice(worse, fromDay, noticeEndsAt);
        }
    }

    /// @dev The first rule that is worse for owners than it was, 0 if none is. Where a change in either direction can hurt
    /// somebody (the window weighs days anew, a challenge can be too short or a credit too late), each change counts as worse.
    function _worseRule(RuleSet memory old, RuleSet memory rules) private pure returns (bytes32) {
        if (rules.dailyCapM < old.dailyCapM) return "dailyCapM";
        if (rules.windowDays != old.windowDays) return "windowDays";
        if (rules.maxUnitsPerMetre < old.maxUnitsPerMetre) return "maxUnitsPerMetre";
        if (rules.challengeWindowS != old.challengeWindowS) return "challengeWindowS";
        if (rules.noticeS < old.noticeS) return "noticeS";
        if (rules.redemptionDelayDays > old.redemptionDelayDays) return "redemptionDelayDays";
        if (rules.readingMaxAgeS < old.readingMaxAgeS) return "readingMaxAgeS";
        if (rules.receiptDeadlineS > old.receiptDeadlineS) return "receiptDeadlineS";
        if (rules.objectionS != old.objectionS) return "objectionS";
        if (rules.maxFulfilmentS > old.maxFulfilmentS) return "maxFulfilmentS";
        if (rules.pushIntervalDays != old.pushIntervalDays) return "pushIntervalDays";
        if (rules.maxCrystalsPerDay < old.maxCrystalsPerDay) return "maxCrystalsPerDay";
        if (rules.maxRegistrationsPerDay > old.maxRegistrationsPerDay) return "maxRegistrationsPerDay";
        return 0;
    }

    function _requireValid(RuleSet memory rules) private pure {
        _requireNonZero("dailyCapM", rules.dailyCapM);
        _requireNonZero("windowDays", rules.windowDays);
        _requireNonZero("maxUnitsPerMetre", rules.maxUnitsPerMetre);
        _requireNonZero("challengeWindowS", rules.challengeWindowS);
        _requireNonZero("readingMaxAgeS", rules.readingMaxAgeS);
        _requireNonZero("receiptDeadlineS", rules.receiptDeadlineS);
        _requireNonZero("objectionS", rules.objectionS);
        _requireNonZero("maxFulfilmentS", rules.maxFulfilmentS);
        _requireNonZero("pushIntervalDays", rules.pushIntervalDays);
        _requireNotLong("noticeS", rules.noticeS);
        _requireNotLong("challengeWindowS", rules.challengeWindowS);
        _requireNotLong("objectionS", rules.objectionS);
    }

    function _requireNotLong(bytes32 name, uint256 value) private pure {
        if (value > _LONGEST_S) revert Rules_InvalidRule(name, value);
    }

    function _requireNonZero(bytes32 name, uint256 value) private pure {
        if (value == 0) revert Rules_InvalidRule(name, value);
    }
}
