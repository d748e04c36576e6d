// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IRules} from "./interfaces/IRules.sol";
import {ProgrammeTime} from "./libraries/ProgrammeTime.sol";
import {RuleSet} from "./types/Types.sol";

/// @title Rules: see IRules
contract Rules is IRules, AccessManaged {
    struct Interval {
        uint40 from;
        uint40 until;
    }

    /// @inheritdoc IRules
    uint40 public immutable genesis;
    /// @inheritdoc IRules
    address public immutable operator;
    /// @inheritdoc IRules
    uint32 public noticeCount;

    uint32[] private _fromDays;
    mapping(uint256 version => RuleSet) private _versions;
    mapping(address key => Interval) private _receiptKeys;

    /// @param authority The AccessManager.
    /// @param genesis_ A local midnight, unix seconds.
    /// @param operator_ The address that consents for mining name as recipient.
    /// @param rules Version 0, which holds from day 0.
    constructor(address authority, uint40 genesis_, address operator_, RuleSet memory rules) AccessManaged(authority) {
        if (operator_ == address(0)) revert Rules_ZeroAddress();
        genesis = genesis_;
        operator = operator_;
        _addVersion(0, rules);
    }

    /// @inheritdoc IRules
    function scheduleRules(uint32 fromDay, RuleSet calldata rules) external restricted returns (uint256 version) {
        uint256 earliest = dayOf(block.timestamp) + 1;
        uint256 newest = _fromDays[_fromDays.length - 1];
        if (newest > earliest) earliest = newest;
        if (fromDay < earliest) revert Rules_DayNotAhead(fromDay, earliest);
        return _addVersion(fromDay, rules);
    }

    /// @inheritdoc IRules
    function setReceiptKey(address key, uint40 from, uint40 until) external restricted {
        if (key == address(0)) revert Rules_ZeroAddress();
        if (from == 0 || (until != 0 && until <= from)) revert Rules_EmptyInterval(from, until);
        Interval memory held = _receiptKeys[key];
        if (_takesFromPast(held, from, until)) revert Rules_ReceiptKeyHeld(key, held.from, held.until);
        _receiptKeys[key] = Interval(from, until);
        emit ReceiptKeySet(key, from, until);
    }

    /// @inheritdoc IRules
    function publishNotice(bytes32 contentHash) external restricted returns (uint32 number) {
        number = ++noticeCount;
        emit NoticePublished(number, contentHash);
    }

    /// @inheritdoc IRules
    function rulesAt(uint256 day) external view returns (RuleSet memory) {
        // Version 0 holds from day 0, so the search ends there.
        uint256 version = _fromDays.length - 1;
        while (_fromDays[version] > day) --version;
        return _versions[version];
    }

    /// @inheritdoc IRules
    function ruleVersions() external view returns (uint256) {
        return _fromDays.length;
    }

    /// @inheritdoc IRules
    function isReceiptKey(address key, uint256 time) external view returns (bool) {
        Interval memory interval = _receiptKeys[key];
        return interval.from != 0 && interval.from <= time && (interval.until == 0 || time < interval.until);
    }

    /// @inheritdoc IRules
    function dayOf(uint256 time) public view returns (uint256) {
        return ProgrammeTime.dayOf(genesis, time);
    }

    function _addVersion(uint32 fromDay, RuleSet memory rules) private returns (uint256 version) {
        _requireNonZero("dailyCapM", rules.dailyCapM);
        _requireNonZero("windowDays", rules.windowDays);
        _requireNonZero("maxUnitsPerMetre", rules.maxUnitsPerMetre);
        _requireNonZero("challengeWindowS", rules.challengeWindowS);
        _requireNonZero("readingMaxAgeS", rules.readingMaxAgeS);
        _requireNonZero("receiptDeadlineS", rules.receiptDeadlineS);
        _requireNonZero("objectionS", rules.objectionS);
        _requireNonZero("maxFulfilmentS", rules.maxFulfilmentS);
        _requireNonZero("pushIntervalDays", rules.pushIntervalDays);
        version = _fromDays.length;
        _fromDays.push(fromDay);
        _versions[version] = rules;
        emit RulesScheduled(version, fromDay, rules);
    }

    /// @dev Whether a past second of `held` would not lie in [from, until).
    function _takesFromPast(Interval memory held, uint40 from, uint40 until) private view returns (bool) {
        if (held.from == 0 || held.from >= block.timestamp) return false;
        bool ended = held.until != 0 && held.until < block.timestamp;
        uint256 pastEnd = ended ? held.until : block.timestamp;
        return from > held.from || (until != 0 && until < pastEnd);
    }

    function _requireNonZero(bytes32 name, uint256 value) private pure {
        if (value == 0) revert Rules_InvalidRule(name, value);
    }
}
