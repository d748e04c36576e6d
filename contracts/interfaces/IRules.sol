// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {RuleSet} from "../types/Types.sol";

/// @title Rules: the numbers of the programme, each version with the day from which it holds
/// @notice Versions are only ever added, and only for a day that has not begun. Nothing here reads a clock but the block's.
/// A version in which any rule is worse for owners than in the one before it holds only noticeS after it was added.
/// @dev Which changes are worse stands in docs/protocol.md, section 11. A larger dailyCapM or maxCrystalsPerDay helps some and
/// dilutes others; it counts as better.
interface IRules {
    /// @notice A version of the rules will hold from the start of `fromDay`.
    event RulesScheduled(uint256 indexed version, uint32 indexed fromDay, RuleSet rules);
    /// @notice `key` may sign receipts and file manifests dated in [from, until); until 0 = no end.
    event ReceiptKeySet(address indexed key, uint40 from, uint40 until);
    /// @notice Consent notice `number` has the content with hash `contentHash`.
    event NoticePublished(uint32 indexed number, bytes32 contentHash);

    /// @notice The day from which a version would hold has begun, or lies before an earlier version's.
    error Rules_DayNotAhead(uint32 fromDay, uint256 earliest);
    /// @notice The day from which a version would hold is more than 180 days ahead.
    error Rules_DayTooFar(uint32 fromDay, uint256 latest);
    /// @notice A rule becomes worse for owners sooner than noticeS from now. `name` is the rule.
    error Rules_NeedsNotice(bytes32 name, uint32 fromDay, uint256 noticeEndsAt);
    /// @notice A number is outside what the contracts can work with.
    error Rules_InvalidRule(bytes32 name, uint256 value);
    /// @notice An address is zero.
    error Rules_ZeroAddress();
    /// @notice A key's interval is empty, or does not say when it begins.
    error Rules_EmptyInterval(uint40 from, uint40 until);
    /// @notice A receipt key held in [from, until): that part of it which is past cannot be taken away.
    error Rules_ReceiptKeyHeld(address key, uint40 from, uint40 until);

    /// @notice Adds a version of the rules. Role: RULES.
    /// @param fromDay First day (counted from genesis) for which it holds; must not have begun, not lie before that of the
    /// newest version nor more than 180 days ahead, and give noticeS if a rule becomes worse. Of versions for the same day
    /// the last holds.
    /// @return version Its number, counted from 0.
    function scheduleRules(uint32 fromDay, RuleSet calldata rules) external returns (uint256 version);

    /// @notice Sets the interval in which `key` is a receipt key. Times past in which it was one stay so: else receipts could
    /// be disowned. A pause does not stop it, since a stolen key must be ended at once. Role: RULES.
    /// @param from First second, not 0.
    /// @param until First second after, 0 = no end.
    function setReceiptKey(address key, uint40 from, uint40 until) external;

    /// @notice Publishes the hash of a consent notice's text. Role: RULES.
    /// @return number The notice's number, counted from 1.
    function publishNotice(bytes32 contentHash) external returns (uint32 number);

    /// @notice First second of drop 0 and day 0, unix seconds.
    function genesis() external view returns (uint40);

    /// @notice The address that consents for mining name as recipient.
    function operator() external view returns (address);

    /// @notice The rules that hold on `day`.
    function rulesAt(uint256 day) external view returns (RuleSet memory);

    /// @notice How many versions there are.
    function ruleVersions() external view returns (uint256);

    /// @notice The day of a moment; everything before genesis counts as day 0.
    function dayOf(uint256 time) external view returns (uint256);

    /// @notice Whether `key` is a receipt key at `time`.
    function isReceiptKey(address key, uint256 time) external view returns (bool);

    /// @notice How many consent notices are published.
    function noticeCount() external view returns (uint32);
}
